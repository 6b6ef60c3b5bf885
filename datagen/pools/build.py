"""Build the shipped `places.csv` (package `zipcodes`) and `streets.txt` (Faker): `python -m datagen.pools.build`.

No run needs either package: it would wait a third of a second for them, reads the files in a few milliseconds, and
generates the same bytes whatever their releases. README.md beside this file says what is kept.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

PLACES = Path(__file__).with_name("places.csv")
STREETS = Path(__file__).with_name("streets.txt")
STREET_COUNT = 2_500
KINDS = frozenset(
    (
        "Avenue", "Circle", "Court", "Crossing", "Drive", "Hill", "Hollow",
        "Lane", "Park", "Parkway", "Path", "Place", "Point", "Ridge",
        "Road", "Street", "Terrace", "Trail", "View", "Way",
    )
)  # fmt: skip
"""What streets are called. Faker knows all that the post office does, most of which hardly a town has."""
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


def streets_txt() -> str:
    """The text of `streets.txt`: distinct names of American streets, as Faker makes them from one seed."""
    from faker import Factory

    faker = Factory.create("en_US", providers=["faker.providers.address", "faker.providers.person"])
    faker.seed_instance(1)
    names: dict[str, None] = {}
    while len(names) < STREET_COUNT:
        name = str(faker.format("street_name"))
        if name.rpartition(" ")[2] in KINDS:
            names[name] = None
    return "\n".join(names) + "\n"


def main() -> None:
    """Write both files anew."""
    import zipcodes

    STREETS.write_text(streets_txt(), encoding="utf-8", newline="\n")
    entries = zipcodes.list_all()  # type: ignore[no-untyped-call]
    PLACES.write_text(places_csv(entries), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
