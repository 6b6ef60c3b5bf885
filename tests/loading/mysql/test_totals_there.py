"""Control totals in MySQL and MariaDB are those that are stated, and a load that misses them changes nothing."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datagen.columns import number_in
from datagen.errors import DataError
from datagen.loading.mysql.load_data import number_in as sql_number_in
from tests.loading.mysql.server import checksum, connection_to
from tests.loading.mysql.toy_shop import load_shop, shop


@given(st.lists(st.text(st.sampled_from("AÉ1230 ٣\n\\%"), max_size=24) | st.none(), min_size=1, max_size=20))
def test_the_number_in_an_id_is_the_one_that_the_generator_counts(server: str, texts: list[str | None]) -> None:
    rows = " UNION ALL ".join(f"SELECT cast(%s AS char(24)) AS id, {place} AS n" for place in range(len(texts)))
    with closing(connection_to(server)) as connection, connection.cursor() as cursor:
        cursor.execute(f"SELECT {sql_number_in('id')} FROM ({rows}) ids ORDER BY n", texts)
        found = [number for (number,) in cursor.fetchall()]
        assert cursor.warning_count == 0
    assert found == [None if text is None else number_in(text) for text in texts]


@pytest.mark.parametrize(
    ("table", "column"), [("people", "personid"), ("order", "select"), ("order", "Group"), ("order", "amount")]
)
def test_a_total_that_is_wrong_in_the_manifest_is_refused(url: str, tmp_path: Path, table: str, column: str) -> None:
    load_shop(url, shop(tmp_path / "old", 20))
    before = checksum(url)
    directory = shop(tmp_path / "new", 50)
    path = directory / "datapackage.json"
    package = json.loads(path.read_text())
    (resource,) = [item for item in package["resources"] if Path(item["path"]).stem == table]
    right = resource["totals"][column]
    resource["totals"][column] = f"1{right}"
    path.write_text(json.dumps(package))
    with pytest.raises(DataError, match=rf"{table}\.{column} is {right} where .* states 1{right}\."):
        load_shop(url, directory)
    assert checksum(url) == before
