"""A server's side of TDS 7.4, the protocol of SQL Server, as far as its driver and its bulk copy use it.

Written after MS-TDS, which Microsoft publishes: packets, prelogin without encryption, login, batches, transactions,
bulk load. Rows that a client sends in bulk are decoded cell by cell.
"""

from __future__ import annotations

import datetime as dt
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from io import BytesIO
from typing import Any, BinaryIO

PRELOGIN, LOGIN, BATCH, BULK, ATTENTION, TRANSACTION = 0x12, 0x10, 0x01, 0x07, 0x06, 0x0E
_RESPONSE, _LAST = 0x04, 0x01
_PACKET = 4096
_COLMETADATA, _ROW, _NBCROW, _DONE, _ERROR, _ENVCHANGE, _LOGINACK = 0x81, 0xD1, 0xD2, 0xFD, 0xAA, 0xE3, 0xAD
_COLLATION = bytes.fromhex("0904d00034")
"""Latin1_General, code page 1252."""
_VERSION = bytes([16, 0, 0x10, 0])
_SELECT, _CHANGE = 0xC1, 0xC3
"""What ends: a result, or an INSERT and the like."""
_MAX = 0xFFFF
_EPOCH = dt.date(1, 1, 1)
_SIZES = {"smallint": 2, "int": 4, "bigint": 8, "bit": 1}
_FIXED = {0x34: "smallint", 0x38: "int", 0x7F: "bigint", 0x32: "bit"}
_INTN, _BITN, _NVARCHAR, _NCHAR, _DATE, _TIME, _DATETIME2 = 0x26, 0x68, 0xE7, 0xEF, 0x28, 0x29, 0x2A
_DECIMAL, _NUMERIC, _BINARY, _VARCHAR = 0x6A, 0x6C, 0xAD, 0xA7
_TEXTS = {_NVARCHAR: "nvarchar", _NCHAR: "nchar", _VARCHAR: "varchar"}


@dataclass(frozen=True)
class Field:
    """A column: its name, the type as T-SQL writes it in lower case (`nvarchar`), and what is in parentheses after."""

    name: str
    kind: str
    size: int = 0
    """Characters of a text, 0 for max; digits of a decimal; digits of a second."""
    scale: int = 0
    nullable: bool = True
    identity: bool = False


def read_packets(stream: BinaryIO) -> tuple[int, bytes]:
    """The kind and the content of a client's next message. Raises: `EOFError`."""
    parts = []
    while True:
        head = stream.read(8)
        if len(head) < 8:
            raise EOFError
        kind, status, length = struct.unpack(">BBH", head[:4])
        body = stream.read(length - 8)
        if len(body) < length - 8:
            raise EOFError
        parts.append(body)
        if status & _LAST:
            return kind, b"".join(parts)


def packets(data: bytes, kind: int = _RESPONSE) -> Iterator[bytes]:
    """A server's message as packets; those of the handshake of TLS are of the kind of a prelogin."""
    size = _PACKET - 8
    for number, begin in enumerate(range(0, max(len(data), 1), size), 1):
        part = data[begin : begin + size]
        last = _LAST if begin + size >= len(data) else 0
        yield struct.pack(">BBHHBB", kind, last, len(part) + 8, 0, number & 0xFF, 0) + part


def batch_text(body: bytes) -> str:
    """The statements of a batch."""
    (length,) = struct.unpack_from("<I", body)
    return body[length:].decode("utf-16le")


def transaction_request(body: bytes) -> int:
    """What is asked of the transaction manager: 5 to begin, 7 to commit, 8 to roll back."""
    (length,) = struct.unpack_from("<I", body)
    return int(struct.unpack_from("<H", body, length)[0])


# --- answers ---------------------------------------------------------------------------------------------------------


def prelogin(*, encrypted: bool = False) -> bytes:
    """The answer to a prelogin: everything is encrypted from then on, or that is not to be had."""
    options = {0: _VERSION + b"\0\0", 1: b"\x01" if encrypted else b"\x02", 2: b"\0", 3: b"", 4: b"\0"}
    heads, values, begin = b"", b"", 5 * len(options) + 1
    for kind, value in options.items():
        heads += struct.pack(">BHH", kind, begin + len(values), len(value))
        values += value
    return heads + b"\xff" + values


def logged_in(database: str) -> bytes:
    """The answer to a login that is let in."""
    ack = b"\x01" + struct.pack(">I", 0x74000004) + _short("Microsoft SQL Server") + _VERSION
    return b"".join(
        [
            _change(1, _short(database), _short("master")),
            _change(7, bytes([len(_COLLATION)]) + _COLLATION, b"\0"),
            _change(2, _short("us_english"), _short("")),
            bytes([_LOGINACK]) + struct.pack("<H", len(ack)) + ack,
            _change(4, _short(str(_PACKET)), _short(str(_PACKET))),
            done(),
        ]
    )


def transaction_changed(request: int) -> bytes:
    """The answer to a request to the transaction manager."""
    number = b"\x08" + b"\x01" + b"\0" * 7
    changes = {5: (8, number, b"\0"), 7: (9, b"\0", number), 8: (10, b"\0", number)}
    return (_change(*changes[request]) if request in changes else b"") + done()


def done(
    rows: int | None = None, *, more: bool = False, failed: bool = False, attention: bool = False, change: bool = False
) -> bytes:
    """The end of a result, or of a change, with the number of rows where that counts."""
    status = (1 if more else 0) | (2 if failed else 0) | (0x10 if rows is not None else 0) | (0x20 if attention else 0)
    return struct.pack("<BHHQ", _DONE, status, _CHANGE if change else _SELECT, rows or 0)


def error(number: int, message: str, severity: int = 16) -> bytes:
    """An error, and the end of what failed."""
    body = struct.pack("<iBB", number, 1, severity) + _long(message) + _short("fake") + _short("")
    body += struct.pack("<i", 1)
    return bytes([_ERROR]) + struct.pack("<H", len(body)) + body + done(failed=True)


def metadata(fields: Sequence[Field]) -> bytes:
    """The columns of a result."""
    parts = [bytes([_COLMETADATA]), struct.pack("<H", len(fields))]
    parts += [
        struct.pack("<IH", 0, 8 + item.nullable + 16 * item.identity) + _type(item) + _short(item.name)
        for item in fields
    ]
    return b"".join(parts)


def row(fields: Sequence[Field], values: Sequence[Any]) -> bytes:
    """A row of a result."""
    return bytes([_ROW]) + b"".join(_cell(item, value) for item, value in zip(fields, values, strict=True))


def result(fields: Sequence[Field], rows: Sequence[Sequence[Any]], *, more: bool = False) -> bytes:
    """A whole result."""
    return b"".join([metadata(fields), *(row(fields, values) for values in rows), done(len(rows), more=more)])


def collations(fields: Sequence[Field]) -> bytes:
    """The answer of sp_tablecollations_100."""
    columns = [Field("colid", "int"), Field("name", "nvarchar", 128), Field("tds_collation", "binary", 5)]
    columns.append(Field("collation", "nvarchar", 128))
    texts = _TEXTS.values()
    of = {item.name: (_COLLATION, "Latin1_General_BIN2") if item.kind in texts else (None, None) for item in fields}
    return result(columns, [(number, item.name, *of[item.name]) for number, item in enumerate(fields, 1)])


def _short(text: str) -> bytes:
    return bytes([len(text)]) + text.encode("utf-16le")


def _long(text: str) -> bytes:
    return struct.pack("<H", len(text)) + text.encode("utf-16le")


def _change(kind: int, new: bytes, old: bytes) -> bytes:
    body = bytes([kind]) + new + old
    return bytes([_ENVCHANGE]) + struct.pack("<H", len(body)) + body


def _type(item: Field) -> bytes:
    if item.kind in _SIZES:
        if not item.nullable:
            return bytes([next(code for code, kind in _FIXED.items() if kind == item.kind)])
        return bytes([_BITN if item.kind == "bit" else _INTN, _SIZES[item.kind]])
    if item.kind in _TEXTS.values():
        code = next(code for code, kind in _TEXTS.items() if kind == item.kind)
        return bytes([code]) + struct.pack("<H", item.size * len("x".encode(_encoding(item))) or _MAX) + _COLLATION
    if item.kind == "decimal":
        return bytes([_DECIMAL, _decimal_bytes(item.size), item.size, item.scale])
    if item.kind == "binary":
        return bytes([_BINARY]) + struct.pack("<H", item.size)
    return {"date": bytes([_DATE]), "time": bytes([_TIME, item.size]), "datetime2": bytes([_DATETIME2, item.size])}[
        item.kind
    ]


def _encoding(item: Field) -> str:
    return "cp1252" if item.kind == "varchar" else "utf-16le"


def _decimal_bytes(digits: int) -> int:
    return next(size for size, most in ((5, 9), (9, 19), (13, 28), (17, 38)) if digits <= most)


def _cell(item: Field, value: Any) -> bytes:
    if item.kind in _TEXTS.values():
        return _text_cell(item, value)
    if item.kind == "binary":
        return struct.pack("<H", _MAX) if value is None else struct.pack("<H", len(value)) + value
    if item.kind in _SIZES and not item.nullable:
        return int(value).to_bytes(_SIZES[item.kind], "little", signed=item.kind != "bit")
    if value is None:
        return b"\0"
    body = _body(item, value)
    return bytes([len(body)]) + body


def _text_cell(item: Field, value: Any) -> bytes:
    data = b"" if value is None else value.encode(_encoding(item))
    if item.size:
        return struct.pack("<H", _MAX if value is None else len(data)) + data
    if value is None:
        return b"\xff" * 8
    return struct.pack("<Q", len(data)) + (struct.pack("<I", len(data)) + data if data else b"") + b"\0" * 4


def _body(item: Field, value: Any) -> bytes:
    if item.kind in _SIZES:
        return int(value).to_bytes(_SIZES[item.kind], "little", signed=item.kind != "bit")
    if item.kind == "decimal":
        whole = int(Decimal(value).scaleb(item.scale))
        return bytes([int(whole >= 0)]) + abs(whole).to_bytes(_decimal_bytes(item.size) - 1, "little")
    if item.kind == "date":
        return (value - _EPOCH).days.to_bytes(3, "little")
    moment = value if isinstance(value, dt.time) else value.time()
    micros = ((moment.hour * 60 + moment.minute) * 60 + moment.second) * 10**6 + moment.microsecond
    time = (micros * 10**item.size // 10**6).to_bytes(_time_bytes(item.size), "little")
    return time if item.kind == "time" else time + (value.date() - _EPOCH).days.to_bytes(3, "little")


def _time_bytes(scale: int) -> int:
    return 3 if scale <= 2 else 4 if scale <= 4 else 5


# --- bulk rows -------------------------------------------------------------------------------------------------------


def bulk_rows(body: bytes) -> tuple[list[Field], list[tuple[Any, ...]]]:
    """The columns and the rows of a bulk load, as Python has them."""
    stream = BytesIO(body)
    if stream.read(1)[0] != _COLMETADATA:
        raise ValueError("A bulk load begins with its columns.")
    fields = [_read_field(stream) for _ in range(_number(stream, 2))]
    rows = []
    while token := stream.read(1):
        if token[0] == _DONE:
            break
        if token[0] == _NBCROW:
            bits = int.from_bytes(stream.read(-(-len(fields) // 8)), "little")
            rows.append(tuple(None if bits >> n & 1 else _read_cell(stream, f) for n, f in enumerate(fields)))
        elif token[0] == _ROW:
            rows.append(tuple(_read_cell(stream, item) for item in fields))
        else:
            raise ValueError(f"A bulk load has the token {token[0]:#04x}.")
    return [item for item, _ in fields], rows


_Wire = tuple[Field, bool]
"""A column, and whether its cells have no length."""


def _number(stream: BinaryIO, size: int) -> int:
    return int.from_bytes(stream.read(size), "little")


def _read_field(stream: BinaryIO) -> _Wire:
    _, flags = struct.unpack("<IH", stream.read(6))
    code, fixed, size, scale = stream.read(1)[0], False, 0, 0
    if code in _FIXED:
        kind, fixed = _FIXED[code], True
    elif code in (_INTN, _BITN):
        width = _number(stream, 1)
        kind = "bit" if code == _BITN else next(k for k, n in _SIZES.items() if n == width and k != "bit")
    elif code in _TEXTS:
        kind, length = _TEXTS[code], _number(stream, 2)
        size = 0 if length == _MAX else length // (1 if code == _VARCHAR else 2)
        stream.read(len(_COLLATION))
    elif code in (_DECIMAL, _NUMERIC):
        kind = "decimal"
        _, size, scale = stream.read(3)
    else:
        kind = {_DATE: "date", _TIME: "time", _DATETIME2: "datetime2"}[code]
        size = 0 if code == _DATE else _number(stream, 1)
    name = stream.read(2 * _number(stream, 1)).decode("utf-16le")
    return Field(name, kind, size, scale, bool(flags & 1)), fixed


def _read_cell(stream: BinaryIO, wire: _Wire) -> Any:
    item, fixed = wire
    if item.kind in _TEXTS.values():
        return _read_text(stream, item)
    length = _SIZES[item.kind] if fixed else _number(stream, 1)
    if length == 0:
        return None
    data = stream.read(length)
    if item.kind in _SIZES:
        value = int.from_bytes(data, "little", signed=item.kind != "bit")
        return bool(value) if item.kind == "bit" else value
    if item.kind == "decimal":
        return Decimal(int.from_bytes(data[1:], "little") * (1 if data[0] else -1)).scaleb(-item.scale)
    if item.kind == "date":
        return _EPOCH + dt.timedelta(int.from_bytes(data, "little"))
    width = _time_bytes(item.size)
    micros = int.from_bytes(data[:width], "little") * 10**6 // 10**item.size
    if item.kind == "time":
        return (dt.datetime.combine(_EPOCH, dt.time()) + dt.timedelta(microseconds=micros)).time()
    day = _EPOCH + dt.timedelta(int.from_bytes(data[width:], "little"))
    return dt.datetime.combine(day, dt.time()) + dt.timedelta(microseconds=micros)


def _read_text(stream: BinaryIO, item: Field) -> str | None:
    if item.size:
        length = _number(stream, 2)
        return None if length == _MAX else stream.read(length).decode(_encoding(item))
    if _number(stream, 8) == 2**64 - 1:
        return None
    parts = []
    while length := _number(stream, 4):
        parts.append(stream.read(length))
    return b"".join(parts).decode(_encoding(item))
