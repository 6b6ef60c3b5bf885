"""Build `places.csv` from the `zipcodes` package: `python -m datagen.pools.build`.

`zipcodes` is a development dependency only: reading it takes a third of a second, reading the file a few
milliseconds. README.md beside this file says which ZIP codes are kept and how each gets its area code.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

PLACES = Path(__file__).with_name("places.csv")
HEADER = "zip,city,state,latitude,longitude,area_code"
NOT_STATES = frozenset({"AA", "AE", "AP", "AS", "FM", "GU", "MH", "MP", "PR", "PW", "VI"})

Entry = dict[str, Any]


def places_csv(entries: Iterable[Entry]) -> str:
    """The text of `places.csv`, from the entries of `zipcodes.list_all()`, sorted by ZIP code."""
    kept = sorted(
        (
            entry
            for entry in entries
            if entry["zip_code_type"] == "STANDARD"
            and entry["active"]
            and entry["state"] not in NOT_STATES
            and float(entry["lat"] or 0)  # one is placed at 0, 0
            and entry["long"]
        ),
        key=lambda entry: entry["zip_code"],
    )
    pairs = Counter((code, entry["state"]) for entry in kept for code in entry["area_codes"])
    home: dict[str, str] = {}
    for (code, state), _ in sorted(pairs.items(), key=lambda item: (-item[1], item[0])):
        home.setdefault(code, state)

    def local(entry: Entry) -> list[str]:
        return [code for code in entry["area_codes"] if home[code] == entry["state"]]

    in_city = Counter((code, entry["city"], entry["state"]) for entry in kept for code in local(entry))
    in_area = Counter((code, entry["zip_code"][:3]) for entry in kept for code in local(entry))
    in_state = {
        state: code
        for (code, state), _ in sorted(pairs.items(), key=lambda item: (item[1], item[0]))
        if home[code] == state
    }

    lines = [HEADER]
    for entry in kept:
        area_code = min(
            local(entry) or [in_state[entry["state"]]],
            key=lambda code: (
                -in_city[code, entry["city"], entry["state"]],
                -in_area[code, entry["zip_code"][:3]],
                code,
            ),
        )
        lines.append(
            f"{entry['zip_code']},{entry['city']},{entry['state']},"
            f"{float(entry['lat']):.4f},{float(entry['long']):.4f},{area_code}"
        )
    return "\n".join(lines) + "\n"


def main() -> None:
    """Write `places.csv` anew."""
    import zipcodes

    entries = zipcodes.list_all()  # type: ignore[no-untyped-call]
    PLACES.write_text(places_csv(entries), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
