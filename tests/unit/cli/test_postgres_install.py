"""Where the cluster lives and which programs run it."""

from pathlib import Path

import pytest

from convene_cli.accounts import Account
from convene_cli.errors import CannotStart
from convene_cli.postgres_install import Programs, cluster_in, programs_for, reachable

# Ids nothing on this machine belongs to.
STRANGER = Account(uid=4_000_001, gid=4_000_001)


def a_prefix(parent: Path) -> Path:
    """What an installed PostgreSQL looks like from outside, closed to everybody else."""
    prefix = parent / "closed" / "pginstall"
    for name in ("bin/postgres", "bin/initdb", "bin/psql", "lib/libpq.so", "share/timezone"):
        (prefix / name).parent.mkdir(parents=True, exist_ok=True)
        (prefix / name).touch(mode=0o700 if name.startswith("bin") else 0o600)
    (parent / "closed").chmod(0o700)
    return prefix


def test_an_ordinary_user_keeps_the_cluster_in_the_data_folder(tmp_path: Path) -> None:
    assert cluster_in(tmp_path, account=None) == tmp_path / "postgres"


def test_a_folder_open_to_the_account_holds_the_cluster(server_folder: Path) -> None:
    assert cluster_in(server_folder, STRANGER) == server_folder / "postgres"


def test_a_closed_folder_links_to_a_cluster_elsewhere_and_stays_with_it(
    server_folder: Path,
) -> None:
    closed = server_folder / "closed"
    closed.mkdir(mode=0o700)

    cluster = cluster_in(closed, STRANGER, refuge=server_folder)

    assert STRANGER.can_enter(cluster.parent)
    assert (closed / "postgres").readlink() == cluster
    assert cluster_in(closed, STRANGER, refuge=server_folder) == cluster


def test_a_cluster_that_went_missing_elsewhere_is_not_replaced_by_an_empty_one(
    server_folder: Path,
) -> None:
    (server_folder / "postgres").symlink_to(server_folder / "gone" / "postgres")

    with pytest.raises(CannotStart, match="which is gone"):
        cluster_in(server_folder, STRANGER)


def test_a_machine_with_no_open_folder_is_told_what_to_do(server_folder: Path) -> None:
    closed = server_folder / "closed"
    closed.mkdir(mode=0o700)

    with pytest.raises(CannotStart, match="--data"):
        cluster_in(closed, STRANGER, refuge=closed)


def test_programs_the_account_may_not_read_are_copied_open(server_folder: Path) -> None:
    closed = Programs(a_prefix(server_folder) / "bin", "18.6")

    copied = reachable(closed, server_folder, STRANGER)

    assert copied.folder != closed.folder
    assert STRANGER.can_read(copied.postgres)
    assert STRANGER.can_read(copied.folder.parent / "share" / "timezone")
    assert copied.postgres.stat().st_mode & 0o111 == 0o111


def test_programs_within_reach_are_used_where_they_are(server_folder: Path) -> None:
    programs = programs_for(server_folder / "postgres", account=None)

    assert reachable(programs, server_folder, account=None) == programs


def test_a_cluster_of_another_version_is_refused_by_name(server_folder: Path) -> None:
    cluster = server_folder / "postgres"
    cluster.mkdir()
    (cluster / "PG_VERSION").write_text("9\n")

    with pytest.raises(CannotStart, match="PostgreSQL 9 "):
        programs_for(cluster, account=None)
