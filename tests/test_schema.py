"""Everything derived from a world's tables follows from them."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest
from sqlalchemy import (
    CHAR,
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    ForeignKey,
    ForeignKeyConstraint,
    Integer,
    LargeBinary,
    MetaData,
    Numeric,
    SmallInteger,
    String,
    Table,
    Text,
    Time,
    column,
)

from datagen import schema
from datagen.table_facts import FILE, Reference, facts_text, read_facts

METADATA = MetaData(naming_convention=schema.NAMING)
# The child stands first, so that the order of loading is not that of declaration.
VISITS = Table(
    "visits",
    METADATA,
    Column("visitid", String(8), primary_key=True, comment="Identifier"),
    Column("personid", String(8), ForeignKey("people.personid"), nullable=False, index=True, comment="Who came"),
    Column("cameat", DateTime, nullable=False, index=True, comment="In"),
    Column("leftat", DateTime, comment="Out, the visitor's own time"),
    Column("locker", Integer, comment="Locker | bench"),
    Column("state", String(10), nullable=False, comment="State"),
    Column("reason", Text, comment="Reason"),
    schema.after("leftat", "cameat"),
    schema.between("locker", 1, 99),
    schema.one_of("state", ("Done", "Off")),
    schema.filled_if_and_only_if("reason", column("state") == "Off"),
    schema.filled_only_if("leftat", column("state") == "Done"),
    comment="Visits",
)
PEOPLE = Table(
    "people",
    METADATA,
    Column("personid", String(8), primary_key=True, comment="Identifier"),
    Column("email", String(40), nullable=False, unique=True, comment="E-mail"),
    Column("gender", CHAR(1), nullable=False, comment="Gender"),
    Column("born", Date, nullable=False, comment="Born"),
    Column("wakes", Time, nullable=False, comment="Gets up"),
    Column("fee", Numeric(12, 2), nullable=False, comment="Fee"),
    Column("active", Boolean, nullable=False, comment="Active"),
    schema.at_least("fee", 0),
    schema.one_of("gender", ("M", "F", "O")),
    comment="People",
)


BANK = MetaData(naming_convention=schema.NAMING)
for _table in (PEOPLE, VISITS):
    _table.to_metadata(BANK).info["database"] = "people_db"
Table(
    "streets",
    BANK,
    Column("cityid", BigInteger, primary_key=True),
    Column("streetid", SmallInteger, primary_key=True),
    Column("built", Date),
    info={"database": "branches_db"},
)
BRANCHES = Table(
    "branches",
    BANK,
    Column("branchid", Integer, primary_key=True),
    Column("ownerid", String(8), info={"references": "people.personid"}),
    Column("subjectid", String(8), info={"references": ("people.personid", "visits.visitid")}),
    Column("cityid", BigInteger),
    Column("streetid", SmallInteger),
    ForeignKeyConstraint(["cityid", "streetid"], ["streets.cityid", "streets.streetid"]),
    info={"database": "branches_db"},
)


def test_parents_are_loaded_before_their_children() -> None:
    assert schema.load_order(METADATA) == [PEOPLE, VISITS]


def test_foreign_keys_name_child_and_parent() -> None:
    assert schema.foreign_keys(VISITS) == [("personid", "people", "personid")]
    assert schema.foreign_keys(PEOPLE) == []


def test_a_reference_is_enforced_by_a_foreign_key_or_declared_on_the_column() -> None:
    assert schema.references(VISITS) == [Reference(("personid",), (("people", ("personid",)),), enforced=True)]
    assert schema.references(BRANCHES) == [
        Reference(("ownerid",), (("people", ("personid",)),), enforced=False),
        Reference(("subjectid",), (("people", ("personid",)), ("visits", ("visitid",))), enforced=False),
        Reference(("cityid", "streetid"), (("streets", ("cityid", "streetid")),), enforced=True),
    ]
    assert schema.foreign_keys(BRANCHES) == []


@pytest.mark.parametrize("target", ["nowhere.personid", "people.nothing", "people"])
def test_a_soft_reference_to_what_is_not_there_is_refused(target: str) -> None:
    table = Table("letters", MetaData(), Column("sender", String(8), info={"references": target}))
    with pytest.raises(ValueError, match=f"letters.sender refers to {target}"):
        schema.references(table)


def test_soft_references_are_in_the_documents_as_such() -> None:
    assert "| ownerid | varchar(8) |  | → people (not enforced) |" in schema.data_dictionary(BANK, "Bank")
    assert "| subjectid | varchar(8) |  | → people or visits (not enforced) |" in schema.data_dictionary(BANK, "Bank")
    assert '    PEOPLE ||..o{ BRANCHES : "ownerid"' in schema.erd(BANK)
    assert '    STREETS ||--o{ BRANCHES : "cityid_streetid"' in schema.erd(BANK)


def test_tables_may_be_in_several_databases() -> None:
    assert schema.databases(METADATA) == [""]
    assert schema.databases(BANK) == ["people_db", "branches_db"]
    assert schema.database_of(BRANCHES) == "branches_db"


def test_the_tables_of_one_database_are_a_part_whose_soft_references_lead_into_the_whole() -> None:
    part = schema.part_of(BANK, "branches_db")
    assert [table.name for table in schema.load_order(part)] == ["streets", "branches"]
    branches = part.tables["branches"]
    assert schema.references(branches) == schema.references(BRANCHES)
    assert schema.total_columns(branches) == schema.total_columns(BRANCHES)
    assert [schema.crosses(branches, item) for item in schema.references(branches)] == [True, True, False]


def test_a_foreign_key_into_another_database_is_refused() -> None:
    tables = MetaData()
    Table("a", tables, Column("x", Integer, primary_key=True), info={"database": "one"})
    Table("b", tables, Column("y", Integer, ForeignKey("a.x")), info={"database": "two"})
    with pytest.raises(ValueError, match=r"b\.y is a foreign key into another database"):
        schema.part_of(tables, "two")


def test_keys_of_numbers_and_ids_and_decimals_have_totals() -> None:
    assert schema.total_columns(BRANCHES) == ["branchid", "ownerid", "subjectid", "cityid", "streetid"]
    assert schema.total_columns(BANK.tables["streets"]) == ["cityid", "streetid"]


@pytest.mark.parametrize(("name", "written"), [("order", '"order"'), ("Group", '"Group"'), ('a"b', '"a""b"')])
def test_a_quoted_name_stands_for_itself(name: str, written: str) -> None:
    assert schema.quoted(name) == written


def test_arrow_schema_has_the_columns_types_and_which_must_be_filled() -> None:
    people = schema.arrow_schema(PEOPLE)
    assert people.metadata == {b"table": b"people"}
    assert people.names == schema.column_names(PEOPLE)
    assert people.types == [
        pa.string(),
        pa.string(),
        pa.string(),
        pa.date32(),
        pa.time32("s"),
        pa.decimal128(12, 2),
        pa.bool_(),
    ]
    visits = schema.arrow_schema(VISITS)
    assert visits.field("cameat") == pa.field("cameat", pa.timestamp("s"), nullable=False)
    assert visits.field("locker") == pa.field("locker", pa.int64())


def test_a_type_without_words_is_refused() -> None:
    with pytest.raises(TypeError, match="photo"):
        schema.kind(Column("photo", LargeBinary))


def test_field_descriptors_carry_the_constraints_of_the_tables() -> None:
    people = {field["name"]: field for field in schema.field_descriptors(PEOPLE)}
    assert people["email"] == {
        "name": "email",
        "type": "string",
        "description": "E-mail",
        "constraints": {"required": True, "unique": True, "maxLength": 40},
    }
    assert people["gender"]["constraints"] == {"required": True, "maxLength": 1, "enum": ["M", "F", "O"]}
    assert people["fee"]["constraints"] == {"required": True, "minimum": 0}
    visits = {field["name"]: field for field in schema.field_descriptors(VISITS)}
    assert visits["cameat"]["format"] == "%Y-%m-%d %H:%M:%S"
    assert visits["locker"]["constraints"] == {"minimum": 1, "maximum": 99}
    assert "constraints" not in visits["leftat"]
    assert "constraints" not in visits["reason"]


def test_the_data_dictionary_tells_of_every_column() -> None:
    page = schema.data_dictionary(METADATA, "People and visits")
    assert page.startswith("# People and visits\n")
    assert page.index("## people") < page.index("## visits")
    for line in (
        "| personid | varchar(8) | yes | → people |  | Who came |",
        "| email | varchar(40) | yes | unique |  | E-mail |",
        "| gender | char(1) | yes |  | M, F, O | Gender |",
        "| fee | decimal(12,2) | yes |  | at least 0 | Fee |",
        "| locker | int |  |  | 1 to 99 | Locker \\| bench |",
    ):
        assert line in page.splitlines()


def test_the_diagram_shows_tables_keys_and_references() -> None:
    lines = schema.erd(METADATA).splitlines()
    assert lines[0] == "erDiagram"
    assert "    VISITS {" in lines
    assert "        varchar visitid PK" in lines
    assert "        varchar personid FK" in lines
    assert "        timestamp cameat" in lines
    assert '    PEOPLE ||--o{ VISITS : "personid"' in lines


def test_tables_of_a_database_come_in_load_order_and_know_what_leads_elsewhere():
    metadata = MetaData(naming_convention=schema.NAMING)
    people = {"database": "people_db"}
    Table(
        "dogs", metadata, Column("owner", String(4), info={"references": "owners.id"}), info={"database": "animals_db"}
    )
    Table("homes", metadata, Column("owner", String(4), ForeignKey("owners.id")), info=people)
    Table("owners", metadata, Column("id", String(4), primary_key=True), info=people)
    assert [table.name for table in schema.tables_in(metadata, "people_db")] == ["owners", "homes"]
    crossing = {
        table.name: [schema.crosses(table, item) for item in schema.references(table)]
        for table in metadata.tables.values()
    }
    assert crossing == {"dogs": [True], "homes": [False], "owners": []}


def test_facts_of_tables_go_through_their_file(tmp_path: Path) -> None:
    facts = schema.table_facts(METADATA)
    path = tmp_path / FILE
    path.write_text(facts_text(facts), encoding="utf-8")
    assert read_facts(path) == facts
    assert list(facts) == [table.name for table in schema.load_order(METADATA)]
    for name, table in METADATA.tables.items():
        assert facts[name].arrow_schema().equals(schema.arrow_schema(table), check_metadata=True)
        assert facts[name].unique == sorted(schema.unique_columns(table))
