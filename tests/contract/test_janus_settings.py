"""The image of Janus gets the settings that `convene up` writes, but for where it listens."""

import os
import subprocess
from pathlib import Path

import pytest

from convene_cli import janus_config
from convene_cli.janus_config import JanusPorts, JanusSecrets
from convene_cli.janus_install import JanusInstall

RUN_JANUS = Path(__file__).parents[2] / "deploy/janus/run-janus"
SECRETS = JanusSecrets(api="an-api-secret", admin="an-admin-secret", rooms="a-room-key")
PORTS = JanusPorts(api=8188, admin=7088, media=range(20_000, 21_000))


def environment(folder: Path, **changes: str) -> dict[str, str]:
    """What the container is given; `janus` itself says nothing and ends."""
    janus = folder / "bin/janus"
    janus.parent.mkdir()
    janus.write_text("#!/bin/sh\n")
    janus.chmod(0o755)
    given = {
        "PATH": f"{janus.parent}:{os.environ['PATH']}",
        "JANUS_LISTEN": "127.0.0.1",
        "JANUS_MODULES": "/opt/janus/lib/janus",
        "JANUS_CONFIG": str(folder / "written"),
    }
    named = {"API_SECRET": SECRETS.api, "ADMIN_SECRET": SECRETS.admin, "ROOM_KEY": SECRETS.rooms}
    for name, value in named.items():
        (folder / name).write_text(value + "\n")
        given[f"JANUS_{name}_FILE"] = str(folder / name)
    return given | changes


def run(given: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run([RUN_JANUS], env=given, capture_output=True, text=True, check=False)


def test_both_write_the_same_settings(tmp_path: Path) -> None:
    given = environment(tmp_path)

    ran = run(given)

    install = JanusInstall(Path("janus"), "1.4.1", Path(given["JANUS_MODULES"]))
    expected = janus_config.files("janus", install, SECRETS, PORTS, "eth0")
    written = {path.name: path.read_text() for path in (tmp_path / "written").iterdir()}
    assert ran.returncode == 0, ran.stderr
    assert written == expected


def test_an_address_behind_a_nat_is_told_to_browsers(tmp_path: Path) -> None:
    run(environment(tmp_path, JANUS_PUBLIC_ADDRESS="198.51.100.7"))

    written = (tmp_path / "written/janus.jcfg").read_text()
    nat = written.partition("nat: {")[2].partition("}")[0]
    assert '\tnat_1_1_mapping = "198.51.100.7"\n' in nat


def test_only_its_owner_may_read_what_is_written(tmp_path: Path) -> None:
    run(environment(tmp_path))

    for path in (tmp_path / "written").iterdir():
        assert path.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("secret", ["", 'ends"here', "two\nlines", "a space"])
def test_a_secret_that_would_change_the_settings_is_refused(tmp_path: Path, secret: str) -> None:
    given = environment(tmp_path)
    (tmp_path / "ADMIN_SECRET").write_text(secret)

    ran = run(given)

    assert ran.returncode == 65
    assert "JANUS_ADMIN_SECRET_FILE" in ran.stderr


@pytest.mark.parametrize("name", ["JANUS_LISTEN", "JANUS_API_SECRET_FILE", "JANUS_ROOM_KEY_FILE"])
def test_what_is_missing_is_named(tmp_path: Path, name: str) -> None:
    given = environment(tmp_path)
    del given[name]

    ran = run(given)

    assert ran.returncode == 64
    assert f"{name} must be set" in ran.stderr
