"""The report of a data set: one page that needs nothing else, says how it came out, and is the same each time."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import pytest

import datagen
from datagen import jobs
from datagen.__main__ import command
from datagen.checks.duckdb_engine import DuckDatabase
from datagen.checks.findings import Finding, Measure, Outcome
from datagen.console import run_command
from datagen.progress import Progress
from datagen.report.page import figure
from datagen.report.plots import Plot, Shown, draw_numbers, read_plots
from datagen.report.svg import drawn
from datagen.verbs.report import PAGE
from datagen.world import worlds

CALLS = {
    "bank": {"customers": 60, "employees": 12, "end_date": "2026-01-31"},
    "ecommerce": {"orders": 200, "end_date": "2026-01-31"},
    "fitness": {"facilities": 1, "members": 80, "staff": 10, "months": 3, "end_date": "2026-01-31"},
    "payments": {"start_date": "2024-01-01", "end_date": "2024-01-10"},
}
Run = Callable[..., int]


SLOW = {"bank", "fitness", "payments"}


@pytest.fixture(
    scope="module",
    params=[pytest.param(name, marks=pytest.mark.slow if name in SLOW else ()) for name in sorted(CALLS)],
)
def made(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    """A world, and a directory of its data with a page."""
    place = tmp_path_factory.mktemp(request.param) / "data"
    getattr(datagen, request.param)(**CALLS[request.param]).write(place)
    assert run_command(command, [request.param, "report", str(place), "--quiet", "--no-log"]) == 0
    return request.param, place


def page_of(directory: Path) -> str:
    return (directory / PAGE).read_text(encoding="utf-8")


@pytest.mark.slow
def test_each_world_is_plotted_and_every_plot_has_numbers(made: tuple[str, Path]) -> None:
    world, place = made
    plots = read_plots(worlds()[world].plots)
    assert 10 <= len(plots) <= 14
    assert len({plot.name for plot in plots}) == len(plots)
    page = page_of(place)
    for plot in plots:
        assert f'<figure id="plot-{plot.name}">' in page, plot.name


def test_the_page_needs_no_network_no_script_and_no_other_file(made: tuple[str, Path]) -> None:
    page = page_of(made[1])
    assert len(page.encode()) < 1_000_000
    assert "default-src 'none'; style-src 'unsafe-inline'; img-src data:" in page
    assert "<script" not in page
    assert not re.search(r"@import|url\(|\ssrc=", page)
    assert all(link.startswith("#") for link in re.findall(r'href="([^"]*)"', page))
    anchors = set(re.findall(r'id="([^"]*)"', page))
    assert {link[1:] for link in re.findall(r'href="(#[^"]*)"', page)} <= anchors


def test_what_is_drawn_is_said_too(made: tuple[str, Path]) -> None:
    page = page_of(made[1])
    drawings = re.findall(r"<svg [^>]*>", page)
    assert drawings
    assert all(re.search(r'role="img" aria-label="[^"]+"|aria-hidden="true"', drawing) for drawing in drawings)
    levels = [int(level) for level in re.findall(r"<h(\d)", page)]
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_the_page_names_tables_checks_and_the_command_that_makes_the_same(
    made: tuple[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    world, place = made
    page = page_of(place)
    for table in worlds()[world].metadata.tables:
        assert f'id="table-{table}"' in page
    assert "Every rule holds" in page
    (line,) = re.findall(r"<pre><code>(.*?)</code></pre>", page)
    again = tmp_path / "again"
    more = [f"--output-dir={again}", "--no-verify", "--quiet", "--no-log"]
    assert run_command(command, [*line.split()[1:], *more]) == 0
    for path in again.iterdir():
        if path.is_file() and path.suffix in (".csv", ".json"):
            assert path.read_bytes() == (place / path.name).read_bytes(), path.name


@pytest.mark.slow
def test_the_same_data_gives_the_same_page(made: tuple[str, Path], tmp_path: Path) -> None:
    world, place = made
    out = tmp_path / "other.html"
    assert run_command(command, [world, "report", str(place), "--out", str(out), "--quiet", "--no-log"]) == 0
    assert out.read_bytes() == (place / PAGE).read_bytes()


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Fitness data in which a member is born after joining, and whose name would be markup."""
    place = datagen.fitness(**CALLS["fitness"]).write(tmp_path_factory.mktemp("broken") / "data")
    lines = (place / "members.csv").read_text().split("\n")
    cells = lines[1].split(",")
    cells[1], cells[5] = "<b>Ann</b>", "2030-01-01"
    (place / "members.csv").write_text("\n".join([lines[0], ",".join(cells), *lines[2:]]))
    return place


@pytest.mark.slow
def test_broken_rules_come_first_with_the_rows_that_break_them_and_the_verdict_is_that_of_the_verification(
    broken: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_command(command, ["fitness", "report", str(broken), "--quiet", "--no-log"]) == 1
    assert "breaks" in capsys.readouterr().err
    page = page_of(broken)
    assert "Rules are broken" in page
    assert page.index('id="broken"') < page.index('id="plots"')
    assert "2030-01-01" in page[page.index('id="broken"') : page.index('id="plots"')]
    assert "<b>Ann" not in page
    assert "&lt;b&gt;Ann" in page
    verdict = jobs.verify_files(worlds()["fitness"], broken, {}, Progress(quiet=True))
    assert f"{len(verdict.findings):,} checks" in page


@pytest.mark.slow
def test_a_directory_without_a_manifest_has_a_page_too(broken: Path, tmp_path: Path) -> None:
    place = tmp_path / "data"
    shutil.copytree(broken, place)
    (place / "datapackage.json").unlink()
    window = ["--end-date", "2026-01-31", "--months", "3"]
    assert run_command(command, ["fitness", "report", str(place), *window, "--quiet", "--no-log"]) == 1
    assert "Members by age" in page_of(place)


@pytest.mark.slow
def test_a_run_writes_its_page_if_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    size = ["--facilities=1", "--members=60", "--staff=10", "--months=1", "--no-mdm", "--quiet", "--no-log"]
    assert run_command(command, ["fitness", "generate", *size, "--report"]) == 0
    assert (tmp_path / "generated_data_complete" / PAGE).exists()
    assert run_command(command, ["fitness", "generate", *size, "--report", "--no-verify"]) == 2


@pytest.mark.slow
def test_a_page_that_cannot_be_written_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    place, out = tmp_path / "data", tmp_path / "nowhere" / "page.html"
    datagen.ecommerce(orders=20, end_date="2026-01-31").write(place)
    assert run_command(command, ["ecommerce", "report", str(place), "--out", str(out), "--quiet", "--no-log"]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert "page.html" in line


def colours(style: str) -> Iterator[tuple[str, str, str]]:
    """(theme, name, colour) of each colour that the page declares."""
    for theme, block in zip(("light", "dark"), re.findall(r":root \{(.*?)\}", style, re.DOTALL), strict=True):
        for name, colour in re.findall(r"--([\w-]+): (#[0-9a-f]{3,6});", block):
            yield theme, name, colour


def luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(2 * digit for digit in colour[1:])
    parts = [int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_text_can_be_read_and_colours_be_told_from_the_page(theme: str) -> None:
    style = (Path(datagen.__file__).parent / "report" / "page.css").read_text()
    found = {name: colour for place, name, colour in colours(style) if place == theme}
    for text, ground in (
        ("ink", "page"),
        ("soft", "page"),
        ("soft", "fill"),
        ("good", "good-fill"),
        ("bad", "bad-fill"),
    ):
        assert contrast(found[text], found[ground]) >= 4.5, (text, ground)
    assert all(contrast(found[f"c{place}"], found["page"]) >= 3 for place in range(6))


@pytest.mark.skipif(not shutil.which("chromium"), reason="There is no Chromium here.")
def test_a_browser_opens_it_and_has_nothing_to_complain_of(made: tuple[str, Path], tmp_path: Path) -> None:
    shot = tmp_path / "page.png"
    line = ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--enable-logging=stderr", "--log-level=0"]
    place = made[1] / PAGE
    done = subprocess.run(
        [
            *line,
            "--window-size=400,800",
            f"--user-data-dir={tmp_path / 'profile'}",
            f"--screenshot={shot}",
            place.as_uri(),
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    assert shot.stat().st_size > 10_000
    assert "CONSOLE" not in done.stderr


@pytest.mark.slow
def test_a_fortnight_of_payments_is_plotted_by_days(tmp_path: Path) -> None:
    place = tmp_path / "data"
    few = {"business.initial_merchants": 40}
    datagen.payments(start_date="2024-01-01", end_date="2024-01-14", set=few).write(place)
    assert run_command(command, ["payments", "report", str(place), "--quiet", "--no-log"]) == 0
    for plot in ("payments_over_time", "approval", "profit"):
        (plotted,) = re.findall(rf'<figure id="plot-{plot}">.*?</figure>', page_of(place), re.DOTALL)
        assert plotted.count("<tr><td>2024-01-") == 14, plot


@pytest.mark.parametrize(
    ("value", "low", "high", "shown", "band", "word"),
    [
        (10.0, 9.5, 10.5, "10.00", "9.50 to 10.50", "in band"),
        (4.0, 4.0, 4.0, "4", "4", "in band"),
        (0.5, None, 0.0, "0.500", "at most 0.000", "0.500 too high"),
        (1200.4, 1500.0, None, "1,200", "at least 1,500", "300 too low"),
    ],
)
def test_numbers_of_a_figure_have_the_same_digits(
    value: float, low: float | None, high: float | None, shown: str, band: str, word: str
) -> None:
    outcome = Outcome.PASSED if word == "in band" else Outcome.FAILED
    measure = Measure("share", value, low, high, rows=100, outcome=outcome)
    found = figure(Finding("S01", "scorecard", "", "", outcome, measures=(measure,)), measure)
    assert (found["value"], found["band"], found["word"]) == (shown, band, word)


def test_labels_of_bars_are_whole_and_sums_of_shares_are_round() -> None:
    bars = Plot("shares", "Shares", "bars", "%", "They add up.", "")
    for letters in range(1, 25):
        label = "e" * letters
        picture = drawn(Shown(bars, (label, "x"), {"one": (60.1, 1.0), "other": (39.9 - 1e-14, 2.0)}))
        assert f">{label}</text>" in picture
        assert ">100</text>" in picture


def test_hours_of_a_heat_map_stand_in_their_order_even_if_its_first_row_lacks_some() -> None:
    query = "select * from (values ('Mon', '05', 1), ('Mon', '23', 2), ('Tue', '00', 3)) t(y, x, value)"
    with DuckDatabase() as database:
        shown = draw_numbers(Plot("hours", "Hours", "heat map", "visits", "They rise.", query), database, {})
    assert shown is not None and shown.columns == ("00", "05", "23")


@pytest.mark.slow
def test_series_of_a_plot_look_different(made: tuple[str, Path]) -> None:
    world, place = made
    for plotted in re.findall(r"<figure.*?</figure>", page_of(place), re.DOTALL):
        legend = re.findall(r'<rect class="(f\d)" x="\d+" y="[\d.]+" width="1\d" height="1\d"', plotted)
        assert len(legend) == len({*legend}), (world, plotted[:60])
    for form, mark in (("bars", "f"), ("columns", "f"), ("lines", "l")):
        shown = Shown(Plot("many", "Many", form, "%", "", ""), ("a", "b"), {f"s{n}": (1.0, 2.0) for n in range(8)})
        assert len({*re.findall(rf'class="({mark}\d)"', drawn(shown))}) == 8


@pytest.mark.slow
def test_months_that_are_not_whole_are_left_out_where_there_are_others(tmp_path: Path) -> None:
    days = {"months": 3, "end_date": "2026-01-20"}
    place = tmp_path / "data"
    datagen.fitness(facilities=1, members=80, staff=10, **days).write(place)
    assert run_command(command, ["fitness", "report", str(place), "--quiet", "--no-log"]) == 0
    (plotted,) = re.findall(r'<figure id="plot-revenue">.*?</figure>', page_of(place), re.DOTALL)
    assert "2025-12" in plotted
    assert "2025-11" in plotted
    assert "2026-01" not in plotted
    assert "2025-10" not in plotted
