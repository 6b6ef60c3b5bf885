"""Frozen dataclasses that cost a fifth of the time when a module is imported.

`dataclasses.dataclass(frozen=True)` compiles six methods for each class, which is a tenth of the time of a small run.
Here classes have these methods from closures, and `__init__` is compiled when a second instance is made: most classes
of rules and options have one. In all else they are dataclasses: fields, `replace`, equality, hashes and messages.
All frozen records of the package are made by it, but those with slots, an order or an identity of their own.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from dataclasses import dataclass
else:

    def dataclass(*, frozen: bool) -> Callable[[type], type]:
        """As `dataclasses.dataclass(frozen=True)`, for fields that an instance keeps in its `__dict__`."""
        assert frozen
        return _frozen


__all__ = ["dataclass"]

Class = TypeVar("Class", bound=type)


def _frozen(cls: Class) -> Class:
    own = dict(vars(cls))
    made: Any = dataclasses.dataclass(init=False, repr=False, eq=False)(cls)
    fields = dataclasses.fields(made)
    compared = tuple(field.name for field in fields if field.compare)
    methods: dict[str, Callable[..., Any]] = {
        "__init__": _first_init(made, fields),
        "__repr__": _repr(tuple(field.name for field in fields if field.repr)),
        "__eq__": _eq(compared),
        "__hash__": _hash(compared),
        "__setattr__": _refusal(made, frozenset(field.name for field in fields), "assign to"),
        "__delattr__": _refusal(made, frozenset(field.name for field in fields), "delete"),
    }
    for name, method in methods.items():
        if own.get(name) is None:  # a class that says how it is compared has None as its hash
            _attach(made, name, method)
    return cls


def _attach(cls: type, name: str, method: Callable[..., Any]) -> None:
    method.__name__, method.__qualname__ = name, f"{cls.__qualname__}.{name}"
    setattr(cls, name, method)


def _first_init(cls: type, fields: tuple[dataclasses.Field[Any], ...]) -> Callable[..., None]:
    """Fills in the first instance of a class; all others are filled in by what is compiled then."""
    taken = [field.name for field in fields if field.init]
    usual = {field.name: field.default for field in fields if field.init and field.default is not dataclasses.MISSING}
    made = {field.name: field.default_factory for field in fields if field.default_factory is not dataclasses.MISSING}
    later = hasattr(cls, "__post_init__")
    first = True

    def init(self: Any, *args: Any, **kwargs: Any) -> None:
        nonlocal first
        given = dict(zip(taken, args, strict=False)) | kwargs
        known = usual.keys() | made.keys() | given.keys()
        sound = len(given) == len(args) + len(kwargs) and known.issuperset(taken) and given.keys() <= set(taken)
        if not (first and sound):
            # Of arguments that do not fit, what is compiled says what is wrong with them.
            compiled = _compiled_init(taken, usual, made, later)
            _attach(cls, "__init__", compiled)
            compiled(self, *args, **kwargs)
            return
        first = False
        values = self.__dict__
        for field in fields:
            name = field.name
            if name in given:
                values[name] = given[name]
            elif name in usual:
                values[name] = usual[name]
            elif name in made:
                values[name] = made[name]()
        if later:
            self.__post_init__()

    return init


def _compiled_init(
    taken: list[str], usual: dict[str, Any], made: dict[str, Callable[[], Any]], later: bool
) -> Callable[..., None]:
    """An `__init__` with these parameters."""
    names = {f"_usual_{name}": value for name, value in usual.items()} | {
        f"_make_{name}": it for name, it in made.items()
    }
    parameters, lines = ["self"], [" _own = self.__dict__"]
    for name in taken:
        default = f"=_usual_{name}" if name in usual else "=_missing" if name in made else ""
        value = f"_make_{name}() if {name} is _missing else {name}" if name in made else name
        parameters.append(name + default)
        lines.append(f" _own[{name!r}] = {value}")
    lines += [f" _own[{name!r}] = _make_{name}()" for name in made if name not in taken]
    lines += [" self.__post_init__()"] if later else []
    space: dict[str, Any] = {**names, "_missing": dataclasses.MISSING}
    exec(f"def init({', '.join(parameters)}):\n" + "\n".join(lines), space)  # noqa: S102 - as dataclasses do
    init: Callable[..., None] = space["init"]
    return init


def _repr(names: tuple[str, ...]) -> Callable[[Any], str]:
    def shown(self: Any) -> str:
        return f"{type(self).__qualname__}({', '.join(f'{name}={getattr(self, name)!r}' for name in names)})"

    return shown


def _eq(names: tuple[str, ...]) -> Callable[[Any, object], Any]:
    def equal(self: Any, other: object) -> Any:
        if type(other) is not type(self):
            return NotImplemented
        return _values(self, names) == _values(other, names)

    return equal


def _hash(names: tuple[str, ...]) -> Callable[[Any], int]:
    def hashed(self: Any) -> int:
        return hash(_values(self, names))

    return hashed


def _refusal(cls: type, names: frozenset[str], doing: str) -> Callable[..., None]:
    """What is done where a field of an instance is to be changed; a subclass may have attributes beside them."""
    change = object.__setattr__ if doing == "assign to" else object.__delattr__

    def refuse(self: Any, name: str, *value: Any) -> None:
        if type(self) is cls or name in names:
            raise dataclasses.FrozenInstanceError(f"cannot {doing} field {name!r}")
        change(self, name, *value)

    return refuse


def _values(record: object, names: tuple[str, ...]) -> tuple[object, ...]:
    return tuple(getattr(record, name) for name in names)
