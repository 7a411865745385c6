"""Where the weights of the recogniser lie, and whether they are the ones we trust."""

import hashlib
from pathlib import Path
from typing import Final

from common.errors import Unavailable

WHISPER_BASE: Final = "whisper-base"
WHISPER_BASE_SHA256: Final = "d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9"
WEIGHTS: Final = "model.bin"
VERIFIED: Final = "model.bin.verified"
REMEDY: Final = (
    "run `make models` (or `python scripts/fetch_models.py`), or set BOTS_ASR_MODEL to a folder "
    "with a CTranslate2 Whisper model"
)


class ModelMissing(Unavailable):
    """There are no weights to recognise with."""


class ModelDamaged(Unavailable):
    """The weights are not the ones that were published."""


def find_whisper(configured: str, models_dir: Path) -> Path:
    """Return the folder with the weights: *configured* if set, else the one in *models_dir*.

    Raises ``ModelMissing`` or ``ModelDamaged``, both with the remedy. Weights somebody
    configured are theirs to trust; ours are checked against the published SHA-256, once.
    """
    if configured:
        return _complete(Path(configured).expanduser())
    folder = _complete(models_dir.expanduser() / WHISPER_BASE)
    _verify(folder)
    return folder


def _complete(folder: Path) -> Path:
    absent = [name for name in (WEIGHTS, "config.json", "tokenizer.json") if not _has(folder, name)]
    if not (_has(folder, "vocabulary.txt") or _has(folder, "vocabulary.json")):
        absent.append("vocabulary.txt")
    if absent:
        raise ModelMissing(
            f"no speech model in {folder} ({', '.join(absent)} not there): {REMEDY}", folder=folder
        )
    return folder


def _has(folder: Path, name: str) -> bool:
    return (folder / name).is_file()


def _verify(folder: Path) -> None:
    marker, stamp = folder / VERIFIED, _stamp(folder / WEIGHTS)
    if marker.is_file() and marker.read_text() == stamp:
        return
    with (folder / WEIGHTS).open("rb") as weights:
        found = hashlib.file_digest(weights, "sha256").hexdigest()
    if found != WHISPER_BASE_SHA256:
        raise ModelDamaged(
            f"{folder / WEIGHTS} is not the published model (SHA-256 {found}): "
            f"delete {folder} and {REMEDY}",
            folder=folder,
        )
    _remember(marker, stamp)


def _stamp(weights: Path) -> str:
    status = weights.stat()
    return f"{WHISPER_BASE_SHA256} {status.st_size} {status.st_mtime_ns}\n"


def _remember(marker: Path, stamp: str) -> None:
    try:
        marker.write_text(stamp)
    except OSError:
        # A read-only folder, as in an image: the check is made again at the next start.
        return
