"""Frozen dataclasses of our own behave as those of the standard library."""

from __future__ import annotations

import copy
import dataclasses
import pickle
from collections.abc import Callable
from dataclasses import field
from functools import cached_property
from typing import Any

import pytest

from datagen.frozen import dataclass

Decorator = Callable[..., Callable[[type], type]]


def _declared(decorator: Decorator) -> tuple[type, type]:
    """A class with all kinds of fields, and one that inherits from it."""

    class Base:
        """A record."""

        self_: int
        values: tuple[int, ...]
        text: str = "usual"
        made: list[int] = field(default_factory=list)
        unlike: int = field(default=3, compare=False)
        hidden: int = field(default=4, repr=False)
        later: int = field(default=5, init=False)

        def __post_init__(self) -> None:
            if self.self_ < 0:
                raise ValueError("negative")

        @cached_property
        def twice(self) -> int:
            return 2 * self.self_

    base = decorator(frozen=True)(Base)

    class Derived(base):  # type: ignore[valid-type, misc]
        """A record with one field more."""

        more: int = 6

    return base, decorator(frozen=True)(Derived)


OURS, THEIRS = _declared(dataclass), _declared(dataclasses.dataclass)


def _outcome(work: Callable[[], Any]) -> tuple[str, str]:
    """What comes of something, be it an exception, as text."""
    try:
        return "gives", repr(work())
    except Exception as error:
        return type(error).__name__, str(error)


CALLS: dict[str, Callable[[type], Any]] = {
    "by place": lambda cls: cls(1, (2,)),
    "by name": lambda cls: cls(values=(2,), self_=1, text="x"),
    "all": lambda cls: cls(1, (2,), "x", [7], 8, 9),
    "too many": lambda cls: cls(1, (2,), "x", [7], 8, 9, 10, 11),
    "too few": lambda cls: cls(1),
    "unknown": lambda cls: cls(1, (2,), other=3),
    "twice": lambda cls: cls(1, (2,), self_=3),
    "not to be given": lambda cls: cls(1, (2,), later=3),
    "refused by itself": lambda cls: cls(-1, ()),
    "values": lambda cls: list(vars(cls(1, (2,))).items()),
    "replaced": lambda cls: dataclasses.replace(cls(1, (2,)), text="y"),
    "a field that may not be replaced": lambda cls: dataclasses.replace(cls(1, (2,)), later=1),
    "set": lambda cls: setattr(cls(1, (2,)), "text", "y"),
    "set, not a field": lambda cls: setattr(cls(1, (2,)), "strange", "y"),
    "deleted": lambda cls: delattr(cls(1, (2,)), "text"),
    "equal": lambda cls: cls(1, (2,), made=[], unlike=1) == cls(1, (2,)),
    "unequal": lambda cls: cls(1, (2,)) == cls(2, (2,)),
    "of another class": lambda cls: cls(1, (2,)) == (1, (2,)),
    "hash of what has none": lambda cls: hash(cls(1, (2,))),
    "same hashes": lambda cls: hash(cls(1, (2,), made=())) == hash(cls(1, (2,), made=(), unlike=7)),
    "as a dictionary": lambda cls: dataclasses.asdict(cls(1, (2,))),
    "copied": lambda cls: copy.deepcopy(cls(1, (2,))),
    "kept": lambda cls: (lambda record: (record.twice, record.twice))(cls(4, ())),
    "matched": lambda cls: vars(cls)["__match_args__"],
    "own lists": lambda cls: cls(1, ()).made is cls(1, ()).made,
}


@pytest.mark.parametrize("which", [0, 1], ids=["base", "derived"])
@pytest.mark.parametrize("call", CALLS)
def test_a_frozen_dataclass_does_what_that_of_the_library_does(call: str, which: int) -> None:
    # The first instance of a class is made in another way than those after it.
    for _ in range(3):
        ours, theirs = (_outcome(lambda cls=cls: CALLS[call](cls)) for cls in (OURS[which], THEIRS[which]))  # type: ignore[misc]
        assert ours == theirs
    ours, theirs = (_outcome(lambda cls=cls: CALLS[call](cls)) for cls in (_declared(dataclass)[which], THEIRS[which]))  # type: ignore[misc]
    assert ours == theirs


def test_fields_and_names_are_those_of_a_dataclass() -> None:
    for ours, theirs in zip(OURS, THEIRS, strict=True):
        assert dataclasses.is_dataclass(ours)
        assert repr(dataclasses.fields(ours)) == repr(dataclasses.fields(theirs))
        assert (ours.__name__, ours.__qualname__, ours.__doc__) == (
            theirs.__name__,
            theirs.__qualname__,
            theirs.__doc__,
        )


@dataclass(frozen=True)
class Sent:
    """A record that goes to another process."""

    number: int
    also: str = "x"


@dataclass(frozen=True)
class Compared:
    """A record that says itself what it is equal to."""

    number: int

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Compared) and self.number % 10 == other.number % 10

    def __hash__(self) -> int:
        return self.number % 10


def test_a_record_goes_to_another_process() -> None:
    assert pickle.loads(pickle.dumps(Sent(3))) == Sent(3)


def test_a_class_may_say_itself_what_it_is_equal_to() -> None:
    assert Compared(13) == Compared(3)
    assert len({Compared(13), Compared(3)}) == 1


def test_a_plain_subclass_may_have_attributes_of_its_own() -> None:
    class Plain(Sent):
        def __init__(self) -> None:
            super().__init__(7)
            self.strange = 1

    plain = Plain()
    assert (plain.number, plain.strange) == (7, 1)
    with pytest.raises(dataclasses.FrozenInstanceError, match="cannot assign to field 'number'"):
        plain.number = 8  # type: ignore[misc]
