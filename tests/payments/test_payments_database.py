"""Loading histories into PostgreSQL: whole, by what is new, or not at all."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable
from pathlib import Path

import psycopg2
import pytest

from database_loader import FitnessCenterDatabaseLoader
from datagen.errors import DatabaseError, DataError
from datagen.jobs.one_database import load_directory
from datagen.loading.append import Appended
from datagen.loading.backends import backend_for
from datagen.loading.load import Loaded
from datagen.loading.session import Session
from datagen.loading.verify import verify
from datagen.payments.loading import history_of
from datagen.payments.tables import metadata
from datagen.payments.world import WORLD
from datagen.progress import Progress
from datagen.schema import column_names
from tests.payments.payments_bad_data import BAD, OLD, changed, rows, whole
from tests.support.loaded_history import FIRST, Growth, begun, continued, loaded, made, stored, written
from tests.support.queries import ask, checksum, watching


def whereabouts(url: str, schema: str, most: int) -> list[tuple[object, ...]]:
    """Where the first payments lie and which transaction wrote them: another one if they were written again."""
    return ask(url, f'SELECT ctid::text, xmin::text FROM "{schema}".transactions ORDER BY payment_id LIMIT {most}')


def test_a_history_is_loaded_whole(growth: Growth, url: str, schema: str) -> None:
    for step in (0, 2):  # a file, and several
        done = loaded(growth.steps[step], url, schema, truncate=step > 0)
        assert isinstance(done, Loaded)
        assert done.rows["transactions"] == rows(growth.steps[step])
        assert stored(url, schema) == written(growth.steps[step])


def test_an_increment_adds_exactly_the_new_rows(growth: Growth, url: str, schema: str) -> None:
    loaded(growth.steps[0], url, schema)
    for before, after in zip(growth.steps, growth.steps[1:], strict=False):
        there = whereabouts(url, schema, rows(before))
        done = loaded(after, url, schema)
        assert isinstance(done, Appended)
        assert done.rows == rows(after) - rows(before)
        assert 0 < done.changed["merchants"] <= written(after)["merchants"].count(b"\n")
        assert stored(url, schema) == written(after)
        assert whereabouts(url, schema, rows(before)) == there


def test_the_progress_of_an_increment_counts_the_rows_that_are_added(
    growth: Growth, url: str, schema: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Merchants are sent whole, to be compared: their rows are not what the history has grown by."""
    loaded(growth.steps[0], url, schema)
    report = Progress()
    with Session(WORLD.name, "", url, schema, report) as session:
        load_directory(WORLD, growth.steps[1], session, history_of(growth.steps[1]))
    new = rows(growth.steps[1]) - rows(growth.steps[0])
    assert f"Append to PostgreSQL: {new:,} rows, " in capsys.readouterr().out
    assert list(report.tallies) == ["transactions"]


def test_loading_twice_adds_nothing(growth: Growth, url: str, schema: str) -> None:
    loaded(growth.steps[1], url, schema)
    before, there = checksum(url, schema), whereabouts(url, schema, rows(growth.steps[1]))
    done = loaded(growth.steps[1], url, schema)
    assert isinstance(done, Appended) and done.rows == 0 and done.changed == {}
    assert (checksum(url, schema), whereabouts(url, schema, rows(growth.steps[1]))) == (before, there)


def test_a_history_in_parts_is_the_same_as_one_in_a_piece(growth: Growth, url: str, schema: str) -> None:
    loaded(growth.whole, url, schema)
    whole = checksum(url, schema)
    loaded(growth.steps[0], url, schema, truncate=True)
    assert checksum(url, schema) != whole
    for step in growth.steps[1:]:
        loaded(step, url, schema)
    assert checksum(url, schema) == whole
    loaded(growth.steps[0], url, schema, truncate=True)
    loaded(growth.steps[2], url, schema)  # what was missed is made up for
    assert checksum(url, schema) == whole


def test_a_file_may_begin_before_the_new_days(growth: Growth, url: str, schema: str, tmp_path: Path) -> None:
    loaded(growth.steps[1], url, schema)
    there = whereabouts(url, schema, rows(growth.steps[1]))
    assert loaded(growth.whole, url, schema).rows == rows(growth.whole) - rows(growth.steps[1])
    assert stored(url, schema) == written(growth.whole)
    assert whereabouts(url, schema, rows(growth.steps[1])) == there
    # What of it is there already must be the same.
    loaded(growth.steps[1], url, schema, truncate=True)
    before = checksum(url, schema)
    copy = tmp_path / "whole"
    shutil.copytree(growth.whole, copy)
    changed(copy, "transactions_2024-01-01_2024-01-12.csv", 7, "card_issuer", "Piggy Bank")
    with pytest.raises(DataError, match=r"line 7, column payment_id: 'TXN0000000006' is in the database with other"):
        loaded(copy, url, schema)
    assert checksum(url, schema) == before


def test_days_without_payments_are_days_too(url: str, schema: str, tmp_path: Path) -> None:
    nobody = ("--set", "business.initial_merchants=1", "--set", "activity.closed_share=0.9", "--seed", "3")
    nobody += ("--set", "business.monthly_growth_rate=0")
    directory = begun(tmp_path / "out", FIRST, *nobody)
    assert rows(directory) == 0
    loaded(directory, url, schema)
    for day in range(2, 15):
        loaded(continued(directory, f"2024-01-{day:02d}"), url, schema)
        assert stored(url, schema) == written(directory)
    assert rows(directory) > 0


# --- what is refused --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("kind", "spoil", "told"), BAD, ids=[kind for kind, *_ in BAD])
def test_bad_increments_are_refused_with_where_and_why_and_nothing_changes(
    kind: str, spoil: Callable[[Path], None], told: tuple[str, ...], growth: Growth, url: str, tmp_path: Path
) -> None:
    schema = "Bad increments"  # all kinds share it: none of them may change it
    before = checksum(url, schema)
    if "transactions" not in before:
        loaded(growth.steps[0], url, schema)
        before = checksum(url, schema)
    directory = growth.copy(1, tmp_path / "out")
    spoil(directory)
    with pytest.raises(DataError) as refused:
        loaded(directory, url, schema)
    message = str(refused.value)
    assert [part for part in told if part not in message] == [], message
    assert len(message) < 700, message
    assert checksum(url, schema) == before


@pytest.mark.parametrize(("kind", "spoil", "told"), BAD, ids=[kind for kind, *_ in BAD])
def test_a_bad_history_is_not_loaded(
    kind: str, spoil: Callable[[Path], None], told: tuple[str, ...], growth: Growth, embedded: str, tmp_path: Path
) -> None:
    directory = growth.copy(1, tmp_path / "out")
    spoil(directory)
    with pytest.raises(DataError):
        loaded(directory, embedded, "Bad histories")
    assert checksum(embedded, "Bad histories") == {"schemas": "[]"}


@pytest.mark.parametrize(
    ("more", "first", "told"),
    [
        (("--seed", "7"), FIRST, "has the seed 7 instead of 42"),
        ((), "2024-01-02", "has the start date 2024-01-02 instead of 2024-01-01"),
        (("--set", "cards.stored_share=0.06"), FIRST, "has the rule cards.stored_share 0.06 instead of 0.05"),
    ],
)
def test_another_history_is_refused_and_named(
    more: tuple[str, ...], first: str, told: str, growth: Growth, url: str, schema: str, tmp_path: Path
) -> None:
    loaded(growth.steps[0], url, schema)
    before = checksum(url, schema)
    other = begun(tmp_path / "other", "2024-01-08", *more, first=first)
    with pytest.raises(DataError, match="holds another history") as refused:
        loaded(other, url, schema)
    assert told in str(refused.value) and "--truncate" in str(refused.value)
    assert checksum(url, schema) == before
    loaded(other, url, schema, truncate=True)
    assert stored(url, schema) == written(other)


def test_a_database_that_is_ahead_is_left_alone(growth: Growth, url: str, schema: str) -> None:
    loaded(growth.steps[2], url, schema)
    before = checksum(url, schema)
    with pytest.raises(DataError, match=r"goes up to 2024-01-12, and .* only to 2024-01-06"):
        loaded(growth.steps[1], url, schema)
    assert checksum(url, schema) == before


def test_an_earlier_file_that_was_edited_does_not_sneak_in(
    growth: Growth, url: str, schema: str, tmp_path: Path
) -> None:
    loaded(growth.steps[0], url, schema)
    before = checksum(url, schema)
    directory = growth.copy(1, tmp_path / "out")
    changed(directory, f"transactions_{OLD}", 3, "card_issuer", "The Bank of Somewhere Else")
    with pytest.raises(DataError, match=r"have been edited, or are another history's\. Restore them"):
        loaded(directory, url, schema)
    assert checksum(url, schema) == before
    # Of the same length, it is not noticed, and not read either.
    shutil.copy(growth.steps[1] / f"transactions_{OLD}", directory)
    line = (directory / f"transactions_{OLD}").read_text().splitlines()[2].split(",")
    issuer = line[column_names(metadata.tables["transactions"]).index("card_issuer")]
    whole(f"transactions_{OLD}", lambda text: text.replace(issuer.encode(), b"X" * len(issuer), 1))(directory)
    loaded(directory, url, schema)
    assert stored(url, schema) == written(growth.steps[1])


def test_rows_that_others_added_or_removed_are_noticed(growth: Growth, url: str, schema: str) -> None:
    table = f'"{schema}".transactions'
    for statement in (
        f"INSERT INTO {table} SELECT t.* FROM (SELECT 'TXN0000999999' AS id) n, {table} t LIMIT 0; "
        f"UPDATE {table} SET payment_id = 'TXN0000999999' WHERE payment_id = 'TXN0000000003'",
        f"DELETE FROM {table} WHERE payment_id = 'TXN0000000003'",
        f"DELETE FROM {table} WHERE payment_id = (SELECT max(payment_id) FROM {table})",
        f"DELETE FROM {table}",
    ):
        loaded(growth.steps[0], url, schema, truncate=True)
        ask(url, statement)
        before = checksum(url, schema)
        with pytest.raises(DataError, match="rows were added or removed since the last load"):
            loaded(growth.steps[1], url, schema)
        assert checksum(url, schema) == before


def test_rows_of_unknown_origin_are_left_alone(growth: Growth, url: str, schema: str) -> None:
    loaded(growth.steps[0], url, schema)
    ask(url, f'DROP VIEW "{schema}".loaded_files')
    before = checksum(url, schema)
    with pytest.raises(DataError, match="nothing there tells of which history"):
        loaded(growth.steps[1], url, schema)
    assert checksum(url, schema) == before
    loaded(growth.steps[1], url, schema, truncate=True)
    assert stored(url, schema) == written(growth.steps[1])


def test_another_world_may_live_in_the_same_schema(growth: Growth, url: str, schema: str, tmp_path: Path) -> None:
    from fitness_center_data_generator import FitnessCenterDataGenerator

    reference = Path(FitnessCenterDataGenerator(1, 60, 10, end_date="2026-11-20").save_to_csv(tmp_path / "fitness"))
    with FitnessCenterDatabaseLoader(url, schema, report=Progress(quiet=True)) as loader:
        loader.load(reference)
        for step in growth.steps:
            loaded(step, url, schema)
        assert stored(url, schema) == written(growth.steps[-1])
        loader.load(reference, truncate=True)
        assert loader.verify_data_integrity(end_date="2026-11-20", months=3).ok
    assert stored(url, schema) == written(growth.steps[-1])
    assert verify(backend_for(url), WORLD, schema=schema).ok
    tables = {row[0] for row in ask(url, f'SELECT table_name::text FROM "{schema}".loaded_files')}
    assert {"transactions", "merchants", "members", "staff"} <= tables


def test_a_trigger_that_changes_rows_is_noticed(growth: Growth, url: str, schema: str) -> None:
    loaded(growth.steps[0], url, schema)
    ask(
        url,
        f'CREATE FUNCTION "{schema}".dearer() RETURNS trigger LANGUAGE plpgsql AS '
        "'BEGIN NEW.payment_amount := NEW.payment_amount + 1; RETURN NEW; END'; "
        f'CREATE TRIGGER dearer BEFORE INSERT ON "{schema}".transactions FOR EACH ROW '
        f'EXECUTE FUNCTION "{schema}".dearer()',
    )
    before = checksum(url, schema)
    with pytest.raises(DataError, match="of payment_amount in the new rows instead of"):
        loaded(growth.steps[1], url, schema)
    assert checksum(url, schema) == before


def test_parquet_is_loaded_like_csv(growth: Growth, url: str, schema: str, tmp_path: Path) -> None:
    directory = begun(tmp_path / "out", "2024-01-05", "--format", "parquet")
    loaded(directory, url, schema)
    assert stored(url, schema) == written(growth.steps[0])
    made(directory, "--incremental", "--date", "2024-01-06", "--force", "--format", "parquet")
    assert loaded(directory, url, schema).rows == rows(growth.steps[1]) - rows(growth.steps[0])
    continued(directory, "2024-01-12")  # as CSV
    loaded(directory, url, schema)
    assert stored(url, schema) == written(growth.whole)


def test_a_history_may_be_made_again_in_another_format(growth: Growth, url: str, schema: str, tmp_path: Path) -> None:
    loaded(growth.steps[0], url, schema)
    again = begun(tmp_path / "out", "2024-01-05", "--format", "parquet")
    loaded(continued(again, "2024-01-06"), url, schema)
    loaded(growth.steps[2], url, schema)
    assert stored(url, schema) == written(growth.steps[2])


# --- with others at work ----------------------------------------------------------------------------------------------

TOLD = """SELECT (SELECT count(*) FROM "{0}".transactions),
(SELECT max(last_transaction_date)::text FROM "{0}".merchants),
(SELECT row_count FROM "{0}".loaded_files WHERE table_name = 'transactions')"""


def test_readers_see_the_old_until_they_see_the_new(growth: Growth, url: str, schema: str) -> None:
    loaded(growth.steps[0], url, schema)
    before = ask(url, TOLD.format(schema))[0]
    with watching(url, TOLD.format(schema)) as seen:
        loaded(growth.steps[2], url, schema)
    assert before in seen and seen <= {before, ask(url, TOLD.format(schema))[0]}


def test_a_reader_within_a_transaction_is_waited_for(growth: Growth, url: str, schema: str) -> None:
    loaded(growth.steps[0], url, schema)
    connection = psycopg2.connect(url)
    with connection.cursor() as cursor:
        cursor.execute(TOLD.format(schema))
        old = cursor.fetchone()
        load = threading.Thread(target=lambda: loaded(growth.steps[1], url, schema))
        load.start()
        load.join(2)
        assert load.is_alive()
        cursor.execute(TOLD.format(schema))
        assert cursor.fetchone() == old
    connection.rollback()
    connection.close()
    load.join(300)
    assert stored(url, schema) == written(growth.steps[1])


def test_somebody_who_writes_is_waited_for_and_told_of(
    growth: Growth, url: str, schema: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("datagen.loading.postgres.appending._PATIENCE", "300ms")
    loaded(growth.steps[0], url, schema)
    before = checksum(url, schema)
    connection = psycopg2.connect(url)
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE \"{schema}\".merchants SET city = city WHERE merchant_id = 'M000001'")
        with pytest.raises(DatabaseError, match="Other sessions hold the tables"):
            loaded(growth.steps[1], url, schema)
    connection.rollback()
    connection.close()
    assert checksum(url, schema) == before


def test_two_loads_of_one_increment_add_it_once(growth: Growth, url: str, schema: str) -> None:
    loaded(growth.steps[0], url, schema)
    done: list[Loaded | Appended] = []
    loads = [threading.Thread(target=lambda: done.append(loaded(growth.steps[1], url, schema))) for _ in range(3)]
    for load in loads:
        load.start()
    for load in loads:
        load.join()
    new = rows(growth.steps[1]) - rows(growth.steps[0])
    assert sorted(item.rows for item in done if isinstance(item, Appended)) == [0, 0, new]
    assert stored(url, schema) == written(growth.steps[1])


def test_what_others_made_of_the_tables_stays(growth: Growth, url: str, schema: str) -> None:
    loaded(growth.steps[0], url, schema)
    ask(url, f'CREATE VIEW "{schema}".mine AS SELECT count(*) AS n FROM "{schema}".transactions')
    ask(url, f'CREATE INDEX mine_too ON "{schema}".transactions (card_bin)')
    ask(url, f'GRANT SELECT ON "{schema}".transactions, "{schema}".loaded_files TO PUBLIC')
    rights = "SELECT relname::text, relacl::text FROM pg_class WHERE relnamespace = '\"{}\"'::regnamespace ORDER BY 1"
    before = ask(url, rights.format(schema))
    loaded(growth.steps[1], url, schema)
    assert ask(url, f'SELECT n FROM "{schema}".mine') == [(rows(growth.steps[1]),)]
    assert ask(url, rights.format(schema)) == before
