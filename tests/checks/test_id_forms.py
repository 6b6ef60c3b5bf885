"""How ids look, and what is known of those that were looked at as their table was filled."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from datagen.checks import duckdb_engine
from datagen.checks.duckdb_engine import DuckDatabase
from datagen.checks.id_forms import IdForm, id_form
from datagen.columns import number_in

FORM = IdForm("visits", "id", "V", 3)
ASKED = DuckDatabase(threads=1)
IDS = (
    st.integers(0, 1200).map("V{:03}".format)
    | st.integers(0, 99).map("V{}".format)
    | st.text("V019+- _.eé\n", max_size=5)
)


@given(st.lists(st.integers(0, 1200).map("V{:03}".format)) | st.lists(IDS | st.none()))
@example(["V001", "V+12"])
@example(["V001", "V 12"])
@example(["V001", "V1e1"])
@example(["V001", "V1_1"])
@example(["V001", "V12\n"])
@example(["V001", "W002"])
@example(["V001", "V1234567890123456789"])
@example(["V001", "V0001"])
@example(["V001", None])
@example([])
def test_what_is_known_of_ids_is_what_would_be_found(values: list[str | None]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(duckdb_engine, "_MANY", 0)
        ASKED.connection.execute("CREATE OR REPLACE TABLE given AS SELECT unnest(?::VARCHAR[]) AS id", [values])
        ASKED.create("visits", "SELECT id FROM given")
        ASKED.judge_ids("visits", "id")
        known = ASKED.ids("visits", "id")
    if known is None:
        return
    ids = [value for value in values if value is not None]
    assert known.total == sum(map(number_in, ids))
    assert known.different <= len(set(ids))
    assert FORM.is_of(known) == (ASKED.rows(FORM.sql) == [])


def test_ids_of_one_form_are_known_and_others_are_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(duckdb_engine, "_MANY", 0)
    with DuckDatabase(threads=1) as database:
        for values, is_known in (("('V001'), ('V002')", True), ("('V001'), ('V 02')", False), ("('V'), ('V')", False)):
            database.create("visits", f"SELECT * FROM (VALUES {values}) given (id)")
            assert database.ids("visits", "id") is None, "of the rows before"
            database.judge_ids("visits", "id")
            assert (database.ids("visits", "id") is not None) == is_known


def test_a_line_that_declares_no_form_is_refused() -> None:
    assert id_form("id as V001", "from visits") == FORM
    for line, source in (("id as V", "from visits"), ("id as V001", "from visits where id is not null")):
        with pytest.raises(ValueError, match="no lines such as"):
            id_form(line, source)
