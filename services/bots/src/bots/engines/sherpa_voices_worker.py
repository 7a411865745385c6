"""The child process that holds a speaker model of sherpa-onnx: speech in, a vector a window out."""

import functools
import sys
from typing import Any

import numpy as np
import sherpa_onnx

from bots.engines.recognition import SAMPLE_RATE, seconds_of
from bots.engines.serving import own_output, refuse, serve
from bots.engines.telling_apart import windows_of
from convene.bots.v1.worker_pb2 import RecogniseOrder, Voiceprint, Voiceprints


def voiceprints(extractor: Any, order: RecogniseOrder) -> Voiceprints:
    """A vector for each window of the order's samples; empty where the model tells nothing."""
    samples = np.frombuffer(order.pcm, "<i2").astype(np.float32) / np.float32(32_768)
    prints = []
    for window in windows_of(seconds_of(order.pcm)):
        first, last = (
            round(second * SAMPLE_RATE) for second in (window.start_seconds, window.end_seconds)
        )
        stream = extractor.create_stream()
        stream.accept_waveform(SAMPLE_RATE, samples[first:last])
        stream.input_finished()
        values = extractor.compute(stream) if extractor.is_ready(stream) else ()
        prints.append(Voiceprint(values=values))
    return Voiceprints(voiceprints=prints)


def main(model: str) -> None:
    """Load *model* and serve the pipes this process was given."""
    reports = own_output()
    try:
        config = sherpa_onnx.SpeakerEmbeddingExtractorConfig(model=model, num_threads=1)
        extractor = sherpa_onnx.SpeakerEmbeddingExtractor(config)
    except (RuntimeError, ValueError) as error:
        refuse(reports, f"sherpa-onnx cannot load {model}: {error}")
        return
    serve(reports, model, functools.partial(voiceprints, extractor))


if __name__ == "__main__":
    main(sys.argv[1])
