"""Where the weights of our models lie, and whether they are the ones we trust."""

import hashlib
from pathlib import Path
from typing import Final

from common.errors import Unavailable

WHISPER_BASE: Final = "whisper-base"
WHISPER_BASE_SHA256: Final = "d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9"
MINILM: Final = "minilm-l6"
MINILM_SHA256: Final = "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6"
WEIGHTS: Final = "model.bin"
REMEDY: Final = (
    "run `make models` (or `python scripts/fetch_models.py`), or set BOTS_ASR_MODEL to a folder "
    "with a CTranslate2 Whisper model"
)
MINILM_REMEDY: Final = (
    "run `make models` (or `python scripts/fetch_models.py`), or set BOTS_MEANINGS_MODEL to a "
    "folder with model.onnx and tokenizer.json"
)


class ModelMissing(Unavailable):
    """There are no weights to work with."""


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
    _verify(folder, WEIGHTS, WHISPER_BASE_SHA256, REMEDY)
    return folder


def find_minilm(configured: str, models_dir: Path) -> Path:
    """The same for the model of what sentences mean."""
    folder = Path(configured).expanduser() if configured else models_dir.expanduser() / MINILM
    absent = [name for name in ("model.onnx", "tokenizer.json") if not _has(folder, name)]
    if absent:
        raise ModelMissing(
            f"no sentence model in {folder} ({', '.join(absent)} not there), so that topics are "
            f"told apart by words alone and notes taken by rules alone: {MINILM_REMEDY}",
            folder=folder,
        )
    if not configured:
        _verify(folder, "model.onnx", MINILM_SHA256, MINILM_REMEDY)
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


def _verify(folder: Path, name: str, sha256: str, remedy: str) -> None:
    marker, stamp = folder / f"{name}.verified", _stamp(folder / name, sha256)
    if marker.is_file() and marker.read_text() == stamp:
        return
    with (folder / name).open("rb") as weights:
        found = hashlib.file_digest(weights, "sha256").hexdigest()
    if found != sha256:
        raise ModelDamaged(
            f"{folder / name} is not the published model (SHA-256 {found}): "
            f"delete {folder} and {remedy}",
            folder=folder,
        )
    _remember(marker, stamp)


def _stamp(weights: Path, sha256: str) -> str:
    status = weights.stat()
    return f"{sha256} {status.st_size} {status.st_mtime_ns}\n"


def _remember(marker: Path, stamp: str) -> None:
    try:
        marker.write_text(stamp)
    except OSError:
        # A read-only folder, as in an image: the check is made again at the next start.
        return
