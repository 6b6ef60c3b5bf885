from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg2
import pytest

from datagen.errors import DatabaseError
from datagen.loading.postgres import embedded
from datagen.loading.postgres.connection import connect
from datagen.loading.postgres.embedded import binaries
from datagen.loading.postgres.embedded.server import EmbeddedServer
from tests.support.queries import ask

ROOT = Path(__file__).parents[2]
Make = Callable[[Path], EmbeddedServer]


@pytest.fixture
def make() -> Iterator[Make]:
    """Makes servers that are stopped after the test."""
    made: list[EmbeddedServer] = []

    def server(directory: Path) -> EmbeddedServer:
        made.append(EmbeddedServer("tests", directory))
        return made[-1]

    yield server
    for one in made:
        if (one.data / "PG_VERSION").exists() and (one.data / "PG_VERSION").read_text().strip() == "18":
            one.stop()


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A server that was made and stopped, to be copied."""
    server = EmbeddedServer("tests", tmp_path_factory.mktemp("prepared") / ".postgres")
    server.start()
    server.stop()
    return server.directory


def copied(prepared: Path, place: Path) -> Path:
    subprocess.run(["cp", "-a", prepared, place], check=True)
    return place


def test_a_server_starts_tells_about_itself_and_stops(make: Make, tmp_path: Path) -> None:
    server = make(tmp_path / "a 'quoted' name" / ".postgres")
    assert not server.status().running
    assert server.start()
    assert not server.start()
    state = server.status()
    assert state.running and state.version.startswith("18") and state.pid and state.url == server.url
    assert ask(server.url, "SELECT current_database()::text, current_setting('listen_addresses')") == [("tests", "")]
    done = subprocess.run([*server.psql(), "-Atc", "select 1 + 1"], capture_output=True, text=True)
    assert done.stdout == "2\n"
    assert server.stop()
    assert not server.stop()
    assert not server.status().running and server.status().version == "18"


def test_only_the_owner_can_enter_the_directory(make: Make, prepared: Path) -> None:
    assert prepared.stat().st_mode & 0o077 == 0
    assert (prepared / "data").stat().st_mode & 0o077 == 0


def test_a_path_too_long_for_a_socket_works(make: Make, prepared: Path, tmp_path: Path) -> None:
    server = make(copied(prepared, tmp_path / ("long" * 25)))
    server.start()
    assert ask(server.url, "SELECT 1") == [(1,)]
    socket_directory = Path(server.url.partition("host=")[2].partition("&")[0])
    assert socket_directory.stat().st_mode & 0o077 == 0
    server.stop()
    shutil.rmtree(socket_directory)


@pytest.mark.parametrize("name", ["a$b", 'a"b', "a`touch spoilt`b", "a$(touch spoilt)b", "a,b", "a\\b", "ä 'b' @ c%20"])
def test_a_directory_may_have_any_name_and_no_shell_reads_it(
    make: Make, prepared: Path, tmp_path: Path, name: str
) -> None:
    (tmp_path / name).mkdir()
    server = make(copied(prepared, tmp_path / name / ".postgres"))
    server.start()
    assert ask(server.url, "SELECT current_setting('data_directory')") == [(str(server.data),)]
    assert server.status().running
    done = subprocess.run([*server.psql(), "-Atc", "select 1 + 1"], capture_output=True, text=True)
    assert done.stdout == "2\n"
    assert server.stop()
    assert not list(tmp_path.rglob("spoilt"))
    if server._sockets() != server.directory:
        shutil.rmtree(server._sockets())


def test_a_setup_in_an_odd_place_works(make: Make, tmp_path: Path) -> None:
    server = make(tmp_path / 'a$b, "c"' / ".postgres")
    server.start()
    assert server.stop()
    shutil.rmtree(server._sockets())


def test_a_name_that_cannot_be_noted_is_refused(make: Make, tmp_path: Path) -> None:
    with pytest.raises(DatabaseError, match=r"a\\nb.*has a character such as a line's end\. Rename the directory"):
        make(tmp_path / "a\nb" / ".postgres")


def test_programs_in_a_place_that_a_shell_would_misread_are_not_run(
    make: Make, prepared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = make(copied(prepared, tmp_path / ".postgres"))
    monkeypatch.setattr(binaries, "find", lambda name: tmp_path / "a$(b)" / name)
    with pytest.raises(DatabaseError, match=r"cannot be run from .*has the character '\$'\. Install the packages"):
        server.start()


def test_a_link_to_nothing_is_refused_and_nothing_is_made(make: Make, tmp_path: Path) -> None:
    (tmp_path / ".postgres").symlink_to(tmp_path / "gone" / "away")
    with pytest.raises(DatabaseError, match=r"is a link to .*gone/away, which is not there\. Make that directory"):
        make(tmp_path / ".postgres").start()
    assert not (tmp_path / "gone").exists()


@pytest.mark.parametrize(
    "said",
    [
        {"PGPORT": "5433"},
        {"PGHOST": "elsewhere", "PGHOSTADDR": "127.0.0.1", "PGUSER": "me", "PGDATABASE": "mine"},
        {"PGREQUIREAUTH": "scram-sha-256", "PGCHANNELBINDING": "require", "PGREQUIREPEER": "me"},
        {"PGTARGETSESSIONATTRS": "standby", "PGCLIENTENCODING": "nonsense"},
        {"PGOPTIONS": "-c default_transaction_read_only=on"},
        {"PGSSLMODE": "verify-full", "PGSSLNEGOTIATION": "direct", "PGGSSENCMODE": "require"},
        {"PGSERVICE": "mine"},
    ],
    ids=lambda said: next(iter(said)),
)
def test_what_the_environment_says_of_other_servers_does_not_matter(
    make: Make, prepared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: dict[str, str]
) -> None:
    service = tmp_path / "service"
    service.write_text("[mine]\nhost=elsewhere\nhostaddr=127.0.0.1\nport=1\nuser=me\nrequire_auth=md5\n")
    for name, value in (said | {"PGSERVICEFILE": str(service)}).items():
        monkeypatch.setenv(name, value)
    server = make(copied(prepared, tmp_path / ".postgres"))
    assert server.start()
    assert server.status().running
    connection = connect(server.url)
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE made AS SELECT current_database()::text")
    connection.close()
    if "PGCLIENTENCODING" not in said:  # psql's own affair
        done = subprocess.run([*server.psql(), "-Atc", "select 1 + 1"], capture_output=True, text=True)
        assert done.stdout == "2\n"


def test_what_the_environment_says_that_cannot_be_overruled_is_told(
    make: Make, prepared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = make(copied(prepared, tmp_path / ".postgres"))
    monkeypatch.setenv("PGSERVICE", "unknown")
    for _ in range(2):  # the second time it runs
        with pytest.raises(DatabaseError, match=r'service "unknown" not found\. .* the environment .*\(PG'):
            server.start()


def test_a_server_goes_on_where_its_directory_is_moved(make: Make, prepared: Path, tmp_path: Path) -> None:
    before = make(copied(prepared, tmp_path / "before"))
    before.start()
    pid = before.status().pid
    before.directory.rename(tmp_path / "after")
    server = make(tmp_path / "after")
    assert (server.status().running, server.status().pid) == (True, pid)
    assert not server.start()
    assert ask(server.url, "SELECT 1") == [(1,)]
    assert server.stop()
    assert server.start()
    assert ask(server.url, "SELECT current_setting('data_directory')") == [(str(server.data),)]


def test_a_server_that_cannot_be_reached_where_it_was_moved_is_left_alone_and_can_be_stopped(
    make: Make, prepared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedded.server, "_MOMENT", 0.2)
    before = make(copied(prepared, tmp_path / "a,b"))
    before.start()
    pid = before.status().pid
    before.directory.rename(tmp_path / "c,d")
    server = make(tmp_path / "c,d")
    with pytest.raises(DatabaseError, match=r"cannot be reached in .*: nothing listens there\. .*stop it \(--stop\)"):
        server.start()
    assert (server.data / "postmaster.pid").read_text().startswith(f"{pid}\n")
    assert server.stop()
    assert server.start()
    server.stop()
    shutil.rmtree(before._sockets())
    shutil.rmtree(server._sockets())


@pytest.mark.parametrize("text", ["", "garbage\n", "99999999999999999999\n"])
def test_a_lock_file_that_names_no_process_is_removed(make: Make, prepared: Path, tmp_path: Path, text: str) -> None:
    server = make(copied(prepared, tmp_path / ".postgres"))
    (server.data / "postmaster.pid").write_text(text)
    assert not server.status().running
    assert server.start()


def test_a_lock_file_is_left_while_somebody_works_in_the_directory(
    make: Make, prepared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = make(copied(prepared, tmp_path / ".postgres"))
    monkeypatch.setattr(embedded.server, "_PATIENCE", 0.3)
    (server.data / "postmaster.pid").write_text("")
    with subprocess.Popen(["sleep", "60"], cwd=server.data) as sleeper:  # a session of a killed server
        with pytest.raises(DatabaseError, match=r"works in .* and cannot be reached"):
            server.start()
        assert (server.data / "postmaster.pid").exists()
        sleeper.kill()


def test_files_that_go_while_they_are_counted_do_not_matter(make: Make, prepared: Path, tmp_path: Path) -> None:
    server = make(copied(prepared, tmp_path / ".postgres"))
    size = server.status().bytes
    (server.data / "gone").symlink_to(server.data / "nothing")  # is listed, and has no size
    assert server.status().bytes == size > 1 << 20


def test_two_runs_at_once_share_one_server(make: Make, tmp_path: Path) -> None:
    server = make(tmp_path / ".postgres")
    program = (
        "from pathlib import Path; from datagen.loading.postgres.embedded.server import EmbeddedServer; "
        f"print(EmbeddedServer('tests', Path({str(server.directory)!r})).start())"
    )
    runs = [
        subprocess.Popen([sys.executable, "-c", program], cwd=ROOT, stdout=subprocess.PIPE, text=True) for _ in range(3)
    ]
    assert sorted(run.communicate(timeout=120)[0].strip() for run in runs) == ["False", "False", "True"]
    assert server.status().running


def test_a_killed_server_starts_again(make: Make, prepared: Path, tmp_path: Path) -> None:
    server = make(copied(prepared, tmp_path / ".postgres"))
    server.start()
    ask(server.url, "CREATE TABLE kept AS SELECT 1 AS one")
    pid = server.status().pid
    assert pid
    os.kill(pid, signal.SIGKILL)
    assert server.start()  # its pid file and socket are still there
    assert ask(server.url, "SELECT one FROM kept") == [(1,)]


def test_a_server_that_begins_anew_because_a_session_was_killed_is_waited_for(
    make: Make, prepared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = make(copied(prepared, tmp_path / ".postgres"))
    server.start()
    lost, really = ["server closed the connection unexpectedly\n\tbefore or while processing the request."], server._ask

    def asked(query: str) -> str:
        if lost:
            raise psycopg2.OperationalError(lost.pop())
        return really(query)

    monkeypatch.setattr(server, "_ask", asked)
    assert not server.start()
    assert not lost


def test_a_pid_that_another_program_has_now_is_no_server(make: Make, prepared: Path, tmp_path: Path) -> None:
    server = make(copied(prepared, tmp_path / ".postgres"))
    with subprocess.Popen(["sleep", "60"]) as sleeper:
        (server.data / "postmaster.pid").write_text(f"{sleeper.pid}\n{server.data}\n1700000000\n5432\n\n\n\n")
        assert not server.status().running
        assert not server.stop()
        assert server.start()
        assert sleeper.poll() is None
        sleeper.kill()


def test_a_setup_that_was_killed_begins_anew(make: Make, tmp_path: Path) -> None:
    server = make(tmp_path / ".postgres")
    (server.directory / "data.new").mkdir(parents=True)
    (server.directory / "data.new" / "PG_VERSION").write_text("18\n")
    assert server.start()


def test_data_of_another_version_is_explained(make: Make, prepared: Path, tmp_path: Path) -> None:
    server = make(copied(prepared, tmp_path / ".postgres"))
    (server.data / "PG_VERSION").write_text("16\n")
    with pytest.raises(DatabaseError, match=r"made by PostgreSQL 16, and the one installed is 18\. Move it away"):
        server.start()


def test_what_is_no_server_is_left_alone(make: Make, tmp_path: Path) -> None:
    server = make(tmp_path / ".postgres")
    server.data.mkdir(parents=True)
    (server.data / "diary.txt").write_text("dear diary")
    with pytest.raises(DatabaseError, match="is not the data of a PostgreSQL server"):
        server.start()
    (tmp_path / "file").write_text("")
    with pytest.raises(DatabaseError, match="is a file"):
        make(tmp_path / "file").start()


def test_a_damaged_server_is_explained_in_two_lines(make: Make, prepared: Path, tmp_path: Path) -> None:
    server = make(copied(prepared, tmp_path / ".postgres"))
    with (server.data / "postgresql.conf").open("a") as file:
        file.write("no_such_setting = 1\n")
    with pytest.raises(DatabaseError, match=r"does not start: .*no_such_setting|does not start: .*errors") as told:
        server.start()
    assert len(str(told.value)) < 500


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can be somebody else")
def test_an_ordinary_user_has_a_server_too_and_nobody_else_may_use_it() -> None:
    user = pwd.getpwnam("nobody")
    place = Path(tempfile.mkdtemp(prefix="datagen-"))
    os.chown(place, user.pw_uid, user.pw_gid)
    place.chmod(0o755)
    program = (
        "from pathlib import Path; from datagen.loading.postgres.embedded.server import EmbeddedServer; import sys\n"
        f"server = EmbeddedServer('tests', Path({str(place)!r}) / '.postgres')\n"
        "getattr(server, sys.argv[1])(); print(server.status().running)"
    )

    packages = str(Path(psycopg2.__file__).parents[1])
    environment = os.environ | {"PYTHONPATH": f"{ROOT}:{packages}", "PYTHONDONTWRITEBYTECODE": "1"}
    # The interpreter of the tests may stand where only root can go.
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    public = (
        sys.executable if Path(sys.executable).resolve().parts[1] != "root" else shutil.which(version, path="/usr/bin")
    )

    def run(what: str, uid: int) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(public), "-c", program, what],
            cwd="/",
            env=environment,
            user=uid,
            group=user.pw_gid,
            extra_groups=[],
            capture_output=True,
            text=True,
            timeout=120,
        )

    if public is None or run("status", user.pw_uid).returncode:
        pytest.skip("An ordinary user may not read this project.")
    try:
        assert run("start", user.pw_uid).stdout == "True\n"
        assert (place / ".postgres" / "data").stat().st_uid == user.pw_uid
        stranger = run("status", 12345)
        assert "DatabaseError" in stranger.stderr and "belongs to the user nobody" in stranger.stderr
        assert EmbeddedServer("tests", place / ".postgres").status().running  # root sees it
        assert run("stop", user.pw_uid).stdout == "False\n"
    finally:
        EmbeddedServer("tests", place / ".postgres").stop()
        time.sleep(0.1)
        shutil.rmtree(place, ignore_errors=True)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can be somebody else")
def test_root_runs_the_server_as_somebody_without_rights(make: Make) -> None:
    place = Path(tempfile.mkdtemp(prefix="datagen-"))
    place.chmod(0o755)
    server = make(place / ".postgres")
    server.start()
    pid = server.status().pid
    assert Path(f"/proc/{pid}").stat().st_uid == server.data.stat().st_uid != 0
    server.stop()
    shutil.rmtree(place)
