"""`scripts/system-packages` on a machine whose apt-get is a fake that notes what it is told."""

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[3] / "scripts" / "system-packages"
TOOLS = ("bash", "env", "id", "touch", "chmod", "mkdir")
# Notes its words; an install makes programs named like the packages, once lists are fresh.
APT_GET = """#!/usr/bin/env bash
echo "$*" >>"$MACHINE/told"
case " $* " in
*" update "*) touch "$MACHINE/fresh" ;;
*) [ -e "$MACHINE/fresh" ] || exit 100
   for package in "${@:6}"; do
       case $package in
       fonts-*) mkdir -p "$MACHINE/fonts/truetype/any"; touch "$MACHINE/fonts/truetype/any/a.ttf" ;;
       *) touch "$MACHINE/$package"; chmod +x "$MACHINE/$package" ;;
       esac
   done ;;
esac
"""
SUDO = '#!/usr/bin/env bash\nexec "${@:2}"\n'


@dataclass
class Machine:
    folder: Path

    def has(self, program: str, content: str = "") -> None:
        path = self.folder / program
        path.write_text(content)
        path.chmod(0o755)

    def has_font(self) -> None:
        folder = self.folder / "fonts" / "truetype" / "some"
        folder.mkdir(parents=True)
        (folder / "some.ttf").touch()

    def installs(self, *, lists_are_fresh: bool) -> None:
        self.has("apt-get", APT_GET)
        self.has("sudo", SUDO)
        self.has("systemctl", "#!/usr/bin/env bash\n")
        if lists_are_fresh:
            self.has("fresh")

    def told(self) -> list[list[str]]:
        """What apt-get was asked for, in order: the verb and the packages."""
        path = self.folder / "told"
        lines = path.read_text().splitlines() if path.exists() else []
        return [
            [word for word in line.split() if not word.startswith(("-", "DPkg"))] for line in lines
        ]

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        environment = {
            "PATH": str(self.folder),
            "MACHINE": str(self.folder),
            "CONVENE_FONTS": str(self.folder / "fonts"),
        }
        command = [str(self.folder / "bash"), str(SCRIPT), *arguments]
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    for tool in TOOLS:
        found = shutil.which(tool)
        assert found is not None
        (tmp_path / tool).symlink_to(os.path.realpath(found))
    return Machine(tmp_path)


def test_a_machine_with_every_program_installs_nothing(machine: Machine) -> None:
    machine.installs(lists_are_fresh=True)
    for program in ("janus", "ffmpeg", "espeak-ng"):
        machine.has(program)
    machine.has_font()

    ran = machine.run()

    assert (ran.returncode, ran.stderr, machine.told()) == (0, "", [])


def test_only_what_is_missing_is_installed_without_renewing_the_lists(machine: Machine) -> None:
    machine.installs(lists_are_fresh=True)
    machine.has("ffmpeg")
    machine.has_font()

    ran = machine.run()

    assert ran.returncode == 0, ran.stderr
    assert machine.told() == [["install", "janus", "espeak-ng"]]


def test_the_lists_are_renewed_when_what_they_say_does_not_do(machine: Machine) -> None:
    machine.installs(lists_are_fresh=False)

    ran = machine.run()

    packages = ["janus", "ffmpeg", "espeak-ng", "fonts-dejavu-core"]
    assert ran.returncode == 0, ran.stderr
    assert machine.told() == [["install", *packages], ["update"], ["install", *packages]]


def test_where_nothing_may_be_installed_it_says_what_to_run_and_what_is_lost(
    machine: Machine,
) -> None:
    machine.has("espeak-ng")

    ran = machine.run()

    assert ran.returncode == 1
    assert "sudo apt-get install --no-install-recommends janus ffmpeg" in ran.stderr
    assert "sessions stay on the sandbox plane (janus)" in ran.stderr
    assert "names in the picture of recordings (fonts-dejavu-core)" in ran.stderr


def test_another_browser_than_chromium_will_do(machine: Machine) -> None:
    machine.installs(lists_are_fresh=True)
    for program in (
        "janus",
        "ffmpeg",
        "espeak-ng",
        "google-chrome",
        "node",
        "npm",
        "ip",
        "nft",
        "faketime",
    ):
        machine.has(program)
    machine.has_font()

    assert machine.run("--tests").returncode == 0
    assert machine.told() == []
