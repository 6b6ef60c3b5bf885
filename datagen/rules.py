"""Rules are data: the business numbers of a world, written once.

A world's rules are frozen dataclasses ("sections", gathered in one root) whose fields are declared with `rule(...)`:
a default, a unit, a source and the range of values that make sense. The generator draws from them, the checks test
against them, the documentation lists them and users override them by their path, `section.name`.
"""

from __future__ import annotations

import dataclasses
import math
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

from datagen.errors import Conflicts, RuleError
from datagen.frozen import dataclass

Root = TypeVar("Root")


@dataclass(frozen=True)
class Mix:
    """Named shares that sum to 1."""

    names: tuple[str, ...]
    shares: tuple[float, ...]

    @classmethod
    def of(cls, shares: Mapping[str, float]) -> Mix:
        """A mix from a mapping of names to shares."""
        return cls(tuple(shares), tuple(float(share) for share in shares.values()))

    def __getitem__(self, name: str) -> float:
        return self.shares[self.names.index(name)]

    def items(self) -> Iterator[tuple[str, float]]:
        """Pairs of a name and its share, in order."""
        return zip(self.names, self.shares, strict=True)


@dataclass(frozen=True)
class Described:
    """One rule as documentation and checks see it."""

    path: str
    value: Any
    unit: str
    source: str
    low: float | None
    high: float | None


def rule(default: Any, *, unit: str, source: str, low: float | None = None, high: float | None = None) -> Any:
    """Declare a rule as a dataclass field.

    `default` is a number, a `Mix`, a tuple of numbers or a text; `unit` says what it counts; `source` where it comes
    from; `low` and `high` bound each number of it (shares of a `Mix` are bounded by 0 and 1 by themselves).
    """
    return dataclasses.field(default=default, metadata={"unit": unit, "source": source, "low": low, "high": high})


def section(cls: type[Root]) -> Any:
    """Declare a section as a field of the root."""
    return dataclasses.field(default_factory=cls)


def describe(root: Any) -> list[Described]:
    """Every rule of a root with its value, unit and source, in the order of declaration."""
    return [
        Described(f"{part.name}.{field.name}", getattr(values, field.name), **field.metadata)
        for part in dataclasses.fields(root)
        for values in [getattr(root, part.name)]
        for field in dataclasses.fields(values)
    ]


def changes(root: Any) -> dict[str, Any]:
    """The rules of a root that differ from its defaults, as values of JSON by path."""
    usual = {item.path: item.value for item in describe(type(root)())}
    return {item.path: _plain(item.value) for item in describe(root) if item.value != usual[item.path]}


def _plain(value: Any) -> Any:
    if isinstance(value, Mix):
        return dict(value.items())
    return list(value) if isinstance(value, tuple) else value


def read_toml(path: Path) -> dict[str, Any]:
    """The settings of a TOML file as `{path: value}`: tables are sections, a table below one is a mix."""
    import tomllib

    try:
        tree = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise RuleError(f"The rules file {path} cannot be read: {error.strerror}. Check the path.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise RuleError(f"The rules file {path} is not valid TOML: {error}. Mend that line.") from error
    return dict(flatten(tree, ""))


def flatten(tree: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """The settings of nested tables as (path, value)."""
    for name, value in tree.items():
        if isinstance(value, Mapping):
            yield from flatten(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", value


def parse_settings(settings: Iterable[str]) -> dict[str, str]:
    """`["section.name=0.9", ...]` as `{path: text}`."""
    pairs: dict[str, str] = {}
    conflicts = Conflicts()
    for setting in settings:
        path, sign, value = setting.partition("=")
        if not sign or not path.strip() or not value.strip():
            wrong = f"'{setting}' is not of the form rule=value; write a rule's path and its value"
            conflicts.add(RuleError(f"{wrong}, --set section.name=0.9."))
        pairs[path.strip()] = value.strip()
    conflicts.refuse()
    return pairs


def override(root: Root, settings: Mapping[str, Any], noted: Conflicts | None = None) -> Root:
    """`root` with the rules at these paths set anew; values may be text or of the rule's own type.

    Raises `RuleError` for an unknown rule (naming the near ones), a value of the wrong kind or out of range, and
    values that contradict each other; for all of them at once. Where that is `noted` instead, the rules have all else
    that was set, unless it contradicts itself. A share of a mix is set by `section.name.share`.
    """
    changes: dict[str, dict[str, Any]] = {}
    known = {rule.path: rule for rule in describe(root)}
    conflicts = noted or Conflicts()
    for path, value in settings.items():
        with conflicts.noted():
            home, share = _find(known, path)
            part, name = home.path.split(".")
            current = changes.get(part, {}).get(name, home.value)
            changes.setdefault(part, {})[name] = _parsed(home, current, share, value)
    changed = dataclasses.replace(  # type: ignore[type-var]
        root, **{part: dataclasses.replace(getattr(root, part), **values) for part, values in changes.items()}
    )
    sound = root
    with conflicts.noted():
        validate(changed)
        sound = changed
    if noted is None:
        conflicts.refuse()
    return sound


def validate(root: Any) -> None:
    """Raise `RuleError` for each rule out of its range or at odds with another.

    What is at odds, a section's `problems()` tell, and the root's for rules of several sections; only of those whose
    rules are in their ranges, for which they are written.
    """
    conflicts, wrong = Conflicts(), set()
    for item in describe(root):
        try:
            _check_range(item)
        except RuleError as error:
            conflicts.add(error)
            wrong.add(item.path.split(".")[0])
    for part in dataclasses.fields(root):
        values = getattr(root, part.name)
        for problem in values.problems() if hasattr(values, "problems") and part.name not in wrong else ():
            conflicts.add(RuleError(f"{part.name}: {problem}{_numbers_of(values, problem)}"))
            wrong.add(part.name)
    for problem in root.problems() if hasattr(root, "problems") and not wrong else ():
        conflicts.add(RuleError(problem))
    conflicts.refuse()


def _numbers_of(section: Any, problem: str) -> str:
    """The rules that a problem is about with their values, unless it says numbers itself."""
    if any(letter.isdigit() for letter in problem):
        return ""
    about = [field.name for field in dataclasses.fields(section) if re.search(rf"\b{field.name}\b", problem)]
    values = ((name, getattr(section, name)) for name in about)
    shown = [f"{name} is {_listed(value)}" for name, value in values if not isinstance(value, str | Mix)]
    return f" Now {', '.join(shown)}." if shown else ""


def _listed(value: Any) -> str:
    return (
        " to ".join(f"{item:g}" for item in value)
        if isinstance(value, tuple) and len(value) == 2
        else (", ".join(f"{item:g}" for item in value) if isinstance(value, tuple) else f"{value:g}")
    )


def _find(known: Mapping[str, Described], path: str) -> tuple[Described, str | None]:
    if path in known:
        return known[path], None
    head, _, tail = path.rpartition(".")
    if head in known and isinstance(known[head].value, Mix):
        wanted = _folded(tail)
        for name in known[head].value.names:
            if _folded(name) == wanted:
                return known[head], name
        names = ", ".join(f"{head}.{_folded(name)}" for name in known[head].value.names)
        raise RuleError(f"There is no rule '{path}'. Its shares are {names}.")
    from difflib import get_close_matches

    near = get_close_matches(path, known, n=3, cutoff=0.5) or [
        name for name in known if name.split(".")[-1] == path.split(".")[-1]
    ]
    hint = f"Did you mean {' or '.join(near)}?" if near else f"The first ones are {', '.join(list(known)[:3])}."
    raise RuleError(f"There is no rule '{path}'. {hint}")


def _folded(name: str) -> str:
    return name.strip().lower().replace(" ", "_").replace("-", "_")


def _parsed(home: Described, current: Any, share: str | None, value: Any) -> Any:
    if isinstance(current, Mix):
        if isinstance(value, Mix) and set(value.names) == set(current.names):
            return Mix(current.names, tuple(value[name] for name in current.names))
        if share is None:
            raise RuleError(
                f"{home.path} is a mix; set a share of it, such as {home.path}.{_folded(current.names[0])}=0.5."
            )
        return Mix.of(dict(current.items()) | {share: _number(home, value)})
    if isinstance(current, tuple):
        items = value if isinstance(value, list | tuple) else str(value).split(",")
        if len(items) != len(current):
            raise RuleError(f"{home.path} takes {len(current)} numbers with commas between them, not '{value}'.")
        return tuple(_like(home, old, item) for old, item in zip(current, items, strict=True))
    return str(value) if isinstance(current, str) else _like(home, current, value)


def _like(home: Described, current: int | float, value: Any) -> int | float:
    """The number in `value`, a whole one where the current one is."""
    number = _number(home, value)
    if isinstance(current, int) and not number.is_integer():
        raise RuleError(f"{home.path} takes whole numbers ({home.unit}), not '{value}'.")
    return type(current)(number)


def _number(home: Described, value: Any) -> float:
    if isinstance(value, bool):
        raise RuleError(f"{home.path} takes a number ({home.unit}), not '{value}'.")
    try:
        number = float(value)
    except (TypeError, ValueError):
        raise RuleError(f"{home.path} takes a number ({home.unit}), not '{value}'.") from None
    if not math.isfinite(number):
        raise RuleError(f"{home.path} takes a finite number ({home.unit}), not '{value}'.")
    return number


def _check_range(item: Described) -> None:
    numbers = item.value.shares if isinstance(item.value, Mix) else item.value
    for number in numbers if isinstance(numbers, tuple) else (numbers,):
        if isinstance(number, str):
            continue
        if not math.isfinite(number):
            raise RuleError(f"{item.path} takes finite numbers ({item.unit}), not {number}.")
        if (item.low is not None and number < item.low) or (item.high is not None and number > item.high):
            low = "-inf" if item.low is None else f"{item.low:g}"
            high = "inf" if item.high is None else f"{item.high:g}"
            raise RuleError(f"{item.path} must lie in {low} to {high} ({item.unit}), not {number:g}.")
    if isinstance(item.value, Mix) and (min(item.value.shares) < 0 or abs(sum(item.value.shares) - 1) > 1e-6):
        shown = ", ".join(f"{_folded(name)} {share:g}" for name, share in item.value.items())
        raise RuleError(f"The shares of {item.path} must sum to 1 and be none below 0; they are {shown}.")
