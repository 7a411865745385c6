"""Finds the Janus of this machine: its program, its release and where its modules are."""

import re
import shutil
import subprocess
import sysconfig
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from convene_cli.errors import CannotStart

# The first release with several streams in one connection and with remote publishers.
OLDEST = (1, 1)
REMEDY = "get it with: sudo apt-get install --no-install-recommends janus"

_PROGRAM = "janus"
_HELP_SECONDS = 10
_NEEDED = (
    Path("plugins/libjanus_videoroom.so"),
    Path("transports/libjanus_websockets.so"),
    Path("transports/libjanus_http.so"),
)


class JanusMissing(CannotStart):
    """This machine has no Janus that would do; says why and what would help."""


@dataclass(frozen=True)
class JanusInstall:
    """A program, the release it is, as `1.1.2`, and the folder above `plugins`, `transports`…"""

    program: Path
    release: str
    modules: Path

    def names(self, kind: str) -> list[str]:
        """The files Janus would load from folder *kind*; none where there is no such folder."""
        return sorted(path.name for path in (self.modules / kind).glob("*.so"))


def found(path: str | None = None) -> JanusInstall:
    """The Janus on *path* (default: this process's PATH). Raises JanusMissing."""
    program = shutil.which(_PROGRAM, path=path)
    if program is None:
        raise JanusMissing(f"Janus is not installed; {REMEDY}")
    release = _release(program)
    if tuple(int(part) for part in release.split(".")[:2]) < OLDEST:
        oldest = ".".join(map(str, OLDEST))
        raise JanusMissing(
            f"{program} is Janus {release}, too old for our rooms; install {oldest} or newer "
            "(Debian 12 or Ubuntu 24.04 have one, or build it from source)"
        )
    return JanusInstall(Path(program), release, _modules(Path(program)))


def _release(program: str) -> str:
    try:
        ran = subprocess.run(
            [program, "--help"], capture_output=True, text=True, timeout=_HELP_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise JanusMissing(f"{program} does not run ({error}); {REMEDY}") from None
    told = re.search(r"Janus version: \d+ \((\d+\.\d+[\d.]*)", ran.stdout + ran.stderr)
    if told is None:
        raise JanusMissing(f"{program} does not tell its version, so it is no Janus; {REMEDY}")
    return told[1]


def _modules(program: Path) -> Path:
    """The folder of modules that belongs to *program*, whatever the architecture."""
    for folder in _candidates(program.resolve().parent.parent):
        if all((folder / needed).is_file() for needed in _NEEDED):
            return folder
    needed = ", ".join(path.name for path in _NEEDED)
    raise JanusMissing(f"{program} is without {needed}; {REMEDY}")


def _candidates(prefix: Path) -> Iterator[Path]:
    own = sysconfig.get_config_var("MULTIARCH")
    if own:
        yield prefix / "lib" / own / "janus"
    yield from (prefix / "lib" / "janus", prefix / "lib64" / "janus")
    yield from sorted(prefix.glob("lib/*/janus"))
