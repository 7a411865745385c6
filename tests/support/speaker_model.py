"""A speaker model for sherpa-onnx that is a test's own: a voice is how loud its bands are.

It takes and tells what WeSpeaker's exports do, and has no weights: tones of two pitches are two
voices to it.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from tests.support.onnx_file import FLOAT, in_order, integers, model, node, takes, tells

BANDS: Final = 80
SAYS: Final[Mapping[str, str]] = {
    "framework": "wespeaker",
    "language": "English",
    "output_dim": str(BANDS),
    "sample_rate": "16000",
    "normalize_samples": "1",
}


def write_speaker_model(path: Path, says: Mapping[str, str] = SAYS) -> Path:
    """Put the model, which *says* so much of itself, at *path*."""
    graph = in_order(
        node("ReduceMean", ["feats"], "bands", integers("axes", [1])),
        node("ReduceMean", ["bands"], "level", integers("axes", [2])),
        node("Sub", ["bands", "level"], "shape"),
        node("Squeeze", ["shape"], "embs", integers("axes", [1])),
        takes("feats", FLOAT, ["B", "T", BANDS]),
        tells("embs", FLOAT, ["B", BANDS]),
    )
    path.write_bytes(model(graph, says))
    return path
