"""Parts in an object store: the same bytes as in a directory, the manifest last, and nothing is replaced."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from datagen import jobs
from datagen.__main__ import command as group
from datagen.console import run_command
from datagen.errors import OutputError
from datagen.fitness.commands.complete import command
from datagen.fitness.world import WORLD
from datagen.hints import typed
from datagen.jobs.copies import at_hand
from datagen.output.file_names import named, store_of
from datagen.output.object_store import ObjectPlace, opened
from datagen.progress import Progress
from tests.parts.conftest import ROWS, Write, digests

fs = pytest.importorskip("pyarrow.fs")
Patch = pytest.MonkeyPatch


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    """A store on a free port of this machine."""
    moto = pytest.importorskip("moto.server")
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = moto.ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    with pytest.MonkeyPatch.context() as patch:
        for name, value in {
            "ACCESS_KEY_ID": "key",
            "SECRET_ACCESS_KEY": "secret",
            "DEFAULT_REGION": "us-east-1",
        }.items():
            patch.setenv(f"AWS_{name}", value)
        patch.setenv("AWS_ENDPOINT_URL", f"http://{host}:{port}")
        store, _ = fs.FileSystem.from_uri("s3://data?allow_bucket_creation=true")
        store.create_dir("data")
        yield f"{host}:{port}"
    server.stop()


@pytest.fixture
def place(endpoint: str, request: pytest.FixtureRequest) -> ObjectPlace:
    """A prefix of its own for each test."""
    return ObjectPlace(f"s3://data/{request.node.name.replace('[', '-').replace(']', '')}")


@pytest.fixture(scope="module")
def filled(endpoint: str, content: jobs.Content) -> ObjectPlace:
    """A prefix with a data set in few parts; who changes it puts it right again."""
    place = ObjectPlace("s3://data/filled")
    writing = jobs.Writing(parts=jobs.Parts(20 * ROWS))
    jobs.write(jobs.Request(WORLD, 42, lambda: content, writing), Path(place.uri), Progress(quiet=True))
    return place


def stored(place: ObjectPlace, into: Path) -> dict[str, str]:
    """The SHA-256 of all objects by name, by way of copies."""
    for name in place.names():
        (into / name).parent.mkdir(parents=True, exist_ok=True)
        (into / name).write_bytes(place.read(name))
    return digests(into)


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_a_store_holds_the_bytes_of_a_directory(write: Write, place: ObjectPlace, tmp_path: Path, kind: str) -> None:
    here = digests(write("here", kind=kind))
    write(place.uri, kind=kind)
    assert stored(place, tmp_path / "copy") == here


@pytest.mark.slow
def test_the_endpoint_may_stand_in_the_address(
    write: Write,
    plain: dict[str, str],
    place: ObjectPlace,
    endpoint: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("AWS_ENDPOINT_URL")
    uri = f"{place.uri}?endpoint_override={endpoint}&scheme=http"
    write(uri)
    assert stored(ObjectPlace(uri), tmp_path / "copy") == plain


@pytest.mark.slow
def test_a_run_goes_on_in_a_store(
    write: Write,
    plain: dict[str, str],
    place: ObjectPlace,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    original, left = ObjectPlace.put, 60

    def put(self: ObjectPlace, name: str, pieces: object) -> None:
        nonlocal left
        left -= 1
        if left < 0:
            raise OutputError("The store is gone.")
        original(self, name, pieces)  # type: ignore[arg-type]

    monkeypatch.setattr(ObjectPlace, "put", put)
    with pytest.raises(OutputError, match="is gone"):
        write(place.uri)
    monkeypatch.undo()
    assert f"stay in {place.uri}; the same command with --resume goes on" in capsys.readouterr().out
    assert "datapackage.json" not in place.names()
    with pytest.raises(OutputError, match=r"objects of a run that was ended\. Give --resume"):
        write(place.uri)
    write(place.uri, parts=jobs.Parts(ROWS, resume=True))
    assert "0 finished groups" not in capsys.readouterr().out
    assert stored(place, tmp_path / "copy") == plain


@pytest.mark.slow
def test_nothing_is_replaced(write: Write, filled: ObjectPlace) -> None:
    before = filled.names()
    for resume in (False, True):
        with pytest.raises(OutputError, match="holds a data set, and objects are not replaced"):
            write(filled.uri, parts=jobs.Parts(ROWS, resume=resume))
    assert filled.names() == before


def test_a_second_run_does_not_publish_over_the_first(place: ObjectPlace) -> None:
    first, second = opened(place, resume=False), opened(place, resume=False)
    first.publish(b"{}")
    with pytest.raises(OutputError, match="holds a data set"):
        second.publish(b"{}")
    assert place.read("datapackage.json") == b"{}"


def test_what_is_not_of_a_data_set_stays(write: Write, place: ObjectPlace) -> None:
    place.put("notes.txt", [b"mine"])
    with pytest.raises(OutputError, match=r"holds notes\.txt, which is not of a data set"):
        write(place.uri, parts=jobs.Parts(ROWS, resume=True))
    assert place.names() == ["notes.txt"]


@pytest.mark.slow
def test_a_store_that_cannot_be_written_to_is_told_of(write: Write, endpoint: str) -> None:
    with pytest.raises(OutputError, match="There is no bucket none for s3://none/x"):
        write("s3://none/x")
    with pytest.raises(OutputError, match=r"Cannot read s3://data/x: .* Check bucket, endpoint and keys"):
        write("s3://data/x?endpoint_override=127.0.0.1:9&scheme=http")


def test_messages_name_an_address_without_keys_and_commands_can_be_typed() -> None:
    place = Path("s3://key:secret@bucket/a?endpoint_override=host:9&scheme=http")
    assert named(place) == ObjectPlace(str(store_of(place))).shown == "s3://bucket/a"
    assert typed(WORLD, "load", place) == "datagen fitness load 's3://bucket/a?endpoint_override=host:9&scheme=http'"
    assert named(Path("data")) == "data"


def test_an_address_is_told_from_a_path() -> None:
    assert store_of(Path("s3://bucket/a/b?scheme=http")) == "s3://bucket/a/b?scheme=http"
    assert store_of(Path("data")) is store_of(Path("/s3:/x")) is store_of(Path()) is None


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (("--report",), "--report does nothing with an object store"),
        (("--certificate",), "--certificate does nothing with an object store"),
        (("--verify", "s3://bucket/x"), "s3://bucket/x is no directory: object stores are for --output-dir"),
        (("--mdm-dir", "s3://bucket/x"), "s3://bucket/x is no directory"),
    ],
)
def test_what_a_store_is_not_for_is_refused(
    capsys: pytest.CaptureFixture[str], line: tuple[str, ...], told: str
) -> None:
    place = () if line and "s3://" in line[-1] else ("--output-dir", "s3://bucket/x")
    assert run_command(command, [*line, *place]) == 2
    assert told in capsys.readouterr().err


@pytest.mark.slow
def test_the_command_writes_to_a_store_and_verifies_a_copy(
    place: ObjectPlace, capsys: pytest.CaptureFixture[str]
) -> None:
    sizes = ("--facilities=1", "--members=20", "--staff=5", "--months=1", "--end-date=2026-01-01")
    assert run_command(command, [*sizes, "--no-mdm", "--no-log", f"--output-dir={place.uri}"]) == 0
    out = capsys.readouterr().out
    assert f"Written to {place.uri}. Next:\n  aws s3 ls --recursive {place.uri}/" in out
    assert f"Details are in {place.uri}/verification.json." in out
    assert json.loads(place.read("verification.json"))["ok"]
    manifest = json.loads(place.read("datapackage.json"))
    paths = [item["path"] for item in manifest["resources"]]
    assert "members/part-00000.csv" in paths


@pytest.mark.slow
def test_damage_in_a_store_is_found(filled: ObjectPlace, capsys: pytest.CaptureFixture[str]) -> None:
    members = filled.read("members/part-00000.csv")
    filled.put("members/part-00000.csv", [members[:-1]])
    assert run_command(group, ["fitness", "verify", filled.uri, "--no-log"]) == 1
    filled.put("members/part-00000.csv", [members])
    told = capsys.readouterr().err
    assert f"The data in {filled.uri} breaks members." in told
    assert f"see also {filled.uri}/verification.json" in told
    assert not json.loads(filled.read("verification.json"))["ok"]


def test_a_prefix_without_a_manifest_is_no_data_set(place: ObjectPlace, capsys: pytest.CaptureFixture[str]) -> None:
    place.put("members/part-00000.csv", [b"memberid"])
    assert run_command(group, ["fitness", "verify", place.uri, "--no-log"]) == 1
    told = capsys.readouterr().err
    assert f"{place.uri} holds no data set: datapackage.json, which is written last, is not there" in told


@pytest.mark.slow
def test_objects_with_other_names_are_not_copied(filled: ObjectPlace) -> None:
    others = {"members/note.txt", "verification.json"}
    for name in others:
        filled.put(name, [b"mine"])
    with at_hand(Path(filled.uri), Progress(quiet=True)) as copy:
        names = {path.relative_to(copy).as_posix() for path in copy.rglob("*") if path.is_file()}
        assert names == {*filled.names()} - others
    assert not copy.exists()


@pytest.mark.slow
def test_what_lies_in_a_store_is_loaded(filled: ObjectPlace, embedded: str, capsys: pytest.CaptureFixture[str]) -> None:
    target = ["--database-url", embedded, "--schema", "from a store", "--create-database"]
    assert run_command(group, ["fitness", "load", filled.uri, *target, "--json", "--no-log"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["verified"]["ok"]
    assert told["loaded"]["rows"]["members"] == 40
