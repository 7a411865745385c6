"""Which Janus is taken, and what is said when there is none that would do."""

from pathlib import Path

import pytest

from convene_cli import janus_install
from convene_cli.janus_install import JanusMissing

MODULES = (
    "plugins/libjanus_videoroom.so",
    "plugins/libjanus_sip.so",
    "transports/libjanus_websockets.so",
    "transports/libjanus_http.so",
)


def a_janus(prefix: Path, *, release: str = "1.1.2", modules: str = "lib/janus") -> str:
    """An installed Janus under *prefix*; returns the PATH it is found on."""
    program = prefix / "bin" / "janus"
    program.parent.mkdir(parents=True)
    program.write_text(f"#!/bin/sh\necho 'Janus version: 1102 ({release})'\n")
    program.chmod(0o755)
    for name in MODULES:
        (prefix / modules / name).parent.mkdir(parents=True, exist_ok=True)
        (prefix / modules / name).touch()
    return str(program.parent)


def test_the_modules_of_another_architecture_are_found(tmp_path: Path) -> None:
    path = a_janus(tmp_path, modules="lib/riscv64-linux-gnu/janus")

    found = janus_install.found(path)

    assert found.release == "1.1.2"
    assert found.modules == tmp_path / "lib/riscv64-linux-gnu/janus"
    assert found.names("plugins") == ["libjanus_sip.so", "libjanus_videoroom.so"]
    assert found.names("events") == []


def test_a_machine_without_janus_is_told_how_to_get_it(tmp_path: Path) -> None:
    with pytest.raises(JanusMissing, match=r"not installed.*apt-get install.* janus"):
        janus_install.found(str(tmp_path))


@pytest.mark.parametrize("release", ["0.11.8", "1.0.4"])
def test_a_janus_too_old_for_our_rooms_is_refused(tmp_path: Path, release: str) -> None:
    with pytest.raises(JanusMissing, match=f"is Janus {release}, too old"):
        janus_install.found(a_janus(tmp_path, release=release))


def test_a_program_that_is_no_janus_is_refused(tmp_path: Path) -> None:
    path = a_janus(tmp_path)
    (tmp_path / "bin" / "janus").write_text("#!/bin/sh\necho hello\n")

    with pytest.raises(JanusMissing, match="does not tell its version"):
        janus_install.found(path)


def test_a_janus_without_the_modules_we_use_is_refused(tmp_path: Path) -> None:
    path = a_janus(tmp_path)
    (tmp_path / "lib/janus/transports/libjanus_websockets.so").unlink()

    with pytest.raises(JanusMissing, match=r"is without .*libjanus_websockets\.so"):
        janus_install.found(path)
