"""The embedded PostgreSQL: it starts, it survives, and its roles may do what they should."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import asyncpg
import pytest

from convene_cli import postgres, secrets
from convene_cli.accounts import unprivileged
from convene_cli.errors import CannotStart
from convene_cli.loopback import free_port
from convene_cli.postgres import PostgresOptions, PostgresServer
from convene_cli.postgres_install import copied, programs_for
from convene_cli.secrets import RolePasswords
from convene_cli.supervise import supervising
from tests.support.eventually import eventually
from tests.support.servers import MakeDatabase

FORGETFUL = PostgresOptions(durable=False)


async def _answer(url: str, query: str, *arguments: object) -> object:
    connection = await asyncpg.connect(url)
    try:
        return await connection.fetchval(query, *arguments)
    finally:
        await connection.close()


async def _run(url: str, *statements: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        for statement in statements:
            await connection.execute(statement)
    finally:
        await connection.close()


async def with_notes(owner_url: str) -> None:
    """A table as a first migration makes it: one row for each workspace, held by a policy."""
    await _run(
        owner_url,
        "CREATE TABLE notes (workspace_id text, id bigserial)",
        "ALTER TABLE notes ENABLE ROW LEVEL SECURITY",
        "CREATE POLICY own ON notes USING (workspace_id = current_setting('app.workspace', true))",
        "INSERT INTO notes (workspace_id) VALUES ('wsp_a'), ('wsp_b')",
    )


async def test_a_new_folder_gets_a_server_that_flushes_what_it_commits(
    server_folder: Path,
) -> None:
    async with postgres.running(server_folder) as server:
        fsync = await _answer(server.admin_url, "SHOW fsync")
        version = await _answer(server.admin_url, "SHOW server_version_num")

    assert fsync == "on"
    assert int(str(version)) >= 150000


async def test_the_server_refuses_a_wrong_password(postgres_server: PostgresServer) -> None:
    wrong = postgres_server.admin_url.replace(postgres_server.kept.postgres_password, "wrong")

    with pytest.raises(asyncpg.InvalidPasswordError):
        await _answer(wrong, "SELECT 1")


async def test_what_was_committed_is_there_after_the_server_was_killed(
    server_folder: Path,
) -> None:
    async with supervising(server_folder / "logs") as supervisor:
        server = await postgres.started(supervisor, server_folder)
        await _run(server.admin_url, "CREATE TABLE kept AS SELECT 42 AS number")
        killed = supervisor.pids()["postgres"]
        os.kill(killed, signal.SIGKILL)

        async def is_kept() -> bool:
            try:
                return await _answer(server.admin_url, "SELECT number FROM kept") == 42
            except (OSError, asyncpg.CannotConnectNowError):
                return False

        assert await eventually(is_kept)
        assert supervisor.pids()["postgres"] != killed


async def test_a_folder_opens_again_after_everything_on_it_was_killed(server_folder: Path) -> None:
    program = (
        "import asyncio, sys\n"
        "from pathlib import Path\n"
        "from convene_cli import postgres\n"
        "async def main():\n"
        "    async with postgres.running(Path(sys.argv[1])) as server:\n"
        "        print(server.admin_url, flush=True)\n"
        "        await asyncio.sleep(60)\n"
        "asyncio.run(main())\n"
    )
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", program, str(server_folder)), stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    url = (await process.stdout.readline()).decode().strip()
    await _run(url, "CREATE TABLE kept AS SELECT 42 AS number")
    process.kill()
    await process.wait()

    async with postgres.running(server_folder) as server:
        assert await _answer(server.admin_url, "SELECT number FROM kept") == 42


@asynccontextmanager
async def _without_supervisor(*command: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """*command* under the account that servers run under, tied to nobody's life."""
    account = unprivileged()
    prefix = () if account is None else ("setpriv", *account.setpriv_options(), "--")
    process = await asyncio.create_subprocess_exec(
        *(*prefix, *command), cwd="/", stderr=asyncio.subprocess.DEVNULL
    )
    try:
        yield process
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()


async def test_a_server_left_by_a_killed_supervisor_is_stopped_first(server_folder: Path) -> None:
    async with postgres.running(server_folder, FORGETFUL) as server:
        cluster = server.cluster
    program = programs_for(cluster, unprivileged()).postgres
    settings = ("-c", f"port={free_port()}", "-c", "unix_socket_directories=")

    async with _without_supervisor(str(program), "-D", str(cluster), *settings) as orphan:
        await eventually((cluster / "postmaster.pid").exists)
        async with postgres.running(server_folder, FORGETFUL) as again:
            assert await _answer(again.admin_url, "SELECT 1") == 1
            assert orphan.returncode == 0

    log = (server_folder / "logs" / "postgres.log").read_text()
    assert "[supervisor]" not in log


async def test_a_stale_pid_file_that_names_another_program_stops_nothing(
    server_folder: Path,
) -> None:
    async with postgres.running(server_folder, FORGETFUL) as server:
        cluster = server.cluster

    async with _without_supervisor("sleep", "60") as other:
        (cluster / "postmaster.pid").write_text(f"{other.pid}\n{cluster}\n")
        await eventually(lambda: Path(f"/proc/{other.pid}/comm").read_text() == "sleep\n")
        async with postgres.running(server_folder, FORGETFUL) as server:
            assert await _answer(server.admin_url, "SELECT 1") == 1
        assert other.returncode is None


async def test_a_client_that_stays_connected_does_not_hold_up_the_stop(
    server_folder: Path,
) -> None:
    async with postgres.running(server_folder, FORGETFUL) as server:
        client = await asyncpg.connect(server.admin_url)
    client.terminate()

    assert "killed" not in (server_folder / "logs" / "postgres.log").read_text()


async def test_a_folder_closed_to_other_users_still_gets_a_database(
    tmp_path: Path, server_folder: Path
) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)

    async with postgres.running(
        closed, PostgresOptions(durable=False, refuge=server_folder)
    ) as server:
        assert await _answer(server.admin_url, "SELECT 1") == 1
    async with postgres.running(
        closed, PostgresOptions(durable=False, refuge=server_folder)
    ) as again:
        assert again.cluster == server.cluster


async def test_a_copy_of_the_programs_runs_without_the_original(server_folder: Path) -> None:
    programs = programs_for(server_folder / "postgres", account=None)

    copy = copied(programs, server_folder / "copy")

    process = await asyncio.create_subprocess_exec(
        *(str(copy.initdb), "--no-sync", "-D", str(server_folder / "cluster"), "-U", "postgres"),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        cwd="/",
    )
    output, _ = await asyncio.wait_for(process.communicate(), 90)
    assert process.returncode == 0 or b"cannot be run as root" in output


async def test_secrets_that_do_not_fit_the_cluster_are_told_apart_from_a_slow_start(
    server_folder: Path,
) -> None:
    async with postgres.running(server_folder, FORGETFUL):
        pass
    (server_folder / secrets.FILE).unlink()

    with pytest.raises(CannotStart, match="restore"):
        async with postgres.running(server_folder, FORGETFUL):
            pass


async def test_the_app_role_has_no_power_beyond_rows(database: MakeDatabase) -> None:
    made = await database("scheduler", with_notes)

    powers = await _answer(
        made.owner_url,
        "SELECT count(*) FROM pg_roles WHERE rolname = 'scheduler'"
        " AND (rolsuper OR rolbypassrls OR rolcreatedb OR rolcreaterole OR rolinherit)",
    )

    assert powers == 0
    for forbidden in (
        "ALTER TABLE notes ADD COLUMN text text",
        "ALTER TABLE notes DISABLE ROW LEVEL SECURITY",
        "DROP TABLE notes",
        "TRUNCATE notes",
        "CREATE TABLE more (id int)",
    ):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await _run(made.app_url, forbidden)


async def test_the_app_role_sees_its_workspace_and_the_system_role_every_one(
    database: MakeDatabase,
) -> None:
    made = await database("scheduler", with_notes)
    connection = await asyncpg.connect(made.app_url)

    async with connection.transaction():
        await connection.execute("SET LOCAL app.workspace = 'wsp_a'")
        own = await connection.fetchval("SELECT count(*) FROM notes")
        await connection.execute("SET LOCAL ROLE scheduler_system")
        every = await connection.fetchval("SELECT count(*) FROM notes")
    after = await connection.fetchval("SELECT current_user")
    await connection.close()

    assert (own, every, after) == (1, 2, "scheduler")


async def test_the_app_role_takes_numbers_from_the_sequences_of_its_tables(
    database: MakeDatabase,
) -> None:
    made = await database("scheduler", with_notes)

    number = await _answer(
        made.app_url,
        "WITH w AS (SELECT set_config('app.workspace', 'wsp_a', false))"
        " SELECT nextval('notes_id_seq') FROM w",
    )

    assert number == 3


async def test_no_service_reaches_the_database_of_another(
    postgres_server: PostgresServer, database: MakeDatabase
) -> None:
    await database("scheduler")
    await database("bots")

    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await _answer(postgres_server.url_for("convene_bots", "scheduler"), "SELECT 1")


async def test_bootstrap_again_keeps_what_is_there_and_takes_the_new_passwords(
    server_folder: Path,
) -> None:
    async with postgres.running(server_folder, FORGETFUL) as server:
        first = server.kept.roles("bots")
        await postgres.bootstrap(server.admin_url, "bots", first)
        owner_url = server.url_for("convene_bots", "bots_owner")
        await _run(owner_url, "CREATE TABLE kept AS SELECT 42 AS number")

        await postgres.bootstrap(server.admin_url, "bots", RolePasswords("new app", "new'owner"))

        with pytest.raises(asyncpg.InvalidPasswordError):
            await _answer(owner_url, "SELECT 1")
        renewed = server.url_for("convene_bots", "bots").replace(first.app, "new%20app")
        assert await _answer(renewed, "SELECT number FROM kept") == 42


async def test_psql_makes_of_the_same_file_what_the_command_makes(
    postgres_server: PostgresServer,
) -> None:
    await postgres.bootstrap(
        postgres_server.admin_url, "session", postgres_server.kept.roles("session")
    )
    psql = programs_for(postgres_server.cluster, account=None).folder / "psql"
    passwords = postgres_server.kept.roles("artifacts")
    process = await asyncio.create_subprocess_exec(
        *(str(psql), "-X", "-q", "-f", "deploy/sql/bootstrap.sql", postgres_server.admin_url),
        env={
            "SERVICE": "artifacts",
            "APP_PASSWORD": passwords.app,
            "OWNER_PASSWORD": passwords.owner,
        },
        stdout=asyncio.subprocess.DEVNULL,
    )
    assert await asyncio.wait_for(process.wait(), 90) == 0

    made = await _powers(postgres_server, "artifacts")
    assert made == await _powers(postgres_server, "session")
    assert len(made) > 3


async def _powers(server: PostgresServer, service: str) -> list[str]:
    """Roles, their attributes and default privileges, with the service's name taken out."""
    connection = await asyncpg.connect(
        server.url_for(f"convene_{service}", f"{service}_owner"),
    )
    roles = await connection.fetch(
        "SELECT rolname, rolcanlogin, rolinherit, rolbypassrls, rolsuper FROM pg_roles"
        " WHERE rolname LIKE $1 || '%' ORDER BY rolname",
        service,
    )
    defaults = await connection.fetch(
        "SELECT defaclobjtype, defaclacl::text FROM pg_default_acl ORDER BY 1, 2"
    )
    await connection.close()
    return [str(row).replace(service, "<service>") for row in (*roles, *defaults)]


async def test_two_bootstraps_at_once_do_not_trip_over_each_other(server_folder: Path) -> None:
    async with postgres.running(server_folder, FORGETFUL) as server:
        await asyncio.gather(
            *(
                postgres.bootstrap(server.admin_url, service, server.kept.roles(service))
                for service in ("bots", "bots", "session", "session")
            )
        )

        for service in ("bots", "session"):
            url = server.url_for(f"convene_{service}", service)
            assert await _answer(url, "SELECT current_user") == service
