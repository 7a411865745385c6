"""Which media plane the suite runs on: Janus where this machine has it, else the sandbox one."""

from pathlib import Path

import pytest

from convene_cli import media_nodes
from convene_cli.errors import CannotStart
from convene_cli.janus_install import JanusMissing
from convene_cli.media_nodes import MediaOptions, MediaPlan
from convene_cli.supervise import supervising


def test_without_janus_the_sandbox_plane_stands_in_and_says_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    plan = media_nodes.planned(MediaOptions("auto"))

    assert (plan.janus, plan.shown) == (None, "sandbox")
    assert "apt-get install" in plan.why_not


def test_asked_for_janus_does_not_fall_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(JanusMissing):
        media_nodes.planned(MediaOptions("janus"))


def test_an_interface_that_cannot_be_used_is_not_passed_over() -> None:
    with pytest.raises(CannotStart, match="'lo' is not one"):
        media_nodes.planned(MediaOptions("auto", "lo"))


async def test_two_nodes_have_an_ear_and_a_janus_each_in_the_same_order(
    server_folder: Path,
) -> None:
    async with supervising(server_folder / "logs") as supervisor:
        plan = media_nodes.planned(MediaOptions("janus"))
        nodes = await media_nodes.started(supervisor, server_folder, server_folder, plan, 2)

        told = nodes.session_environment
        assert set(supervisor.pids()) == {"janus", "janus-2"}
        assert told["SESSION_NODES"] == ",".join(ear.address for ear in nodes.ears)
        assert told["SESSION_JANUS"].split(",") == [server.url for server in nodes.servers]
        assert len({ear.spool for ear in nodes.ears}) == 2
        first, second = [set(server.media_ports) for server in nodes.servers]
        assert not first & second


async def test_the_sandbox_plane_has_ears_and_no_secret(server_folder: Path) -> None:
    async with supervising(server_folder / "logs") as supervisor:
        nodes = await media_nodes.started(
            supervisor, server_folder, server_folder, MediaPlan(None, "asked for"), 1
        )

    assert nodes.session_environment == {
        "SESSION_MEDIA_PLANE": "sandbox",
        "SESSION_NODES": nodes.ears[0].address,
    }
