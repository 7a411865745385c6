"""Segments as bots are given them to read."""

from typing import Any

from bots.domain.transcript import Segment, SegmentId, Word


def a_segment(text: str, at: float = 10.0, **changes: Any) -> Segment:
    """*text* said from *at* on, one word each half second."""
    texts = text.split()
    words = [
        Word(one, at + number / 2, at + (number + 1) / 2, 0.9) for number, one in enumerate(texts)
    ]
    values: dict[str, Any] = {
        "id": SegmentId(f"seg_{at:g}"),
        "speaker_id": "ada",
        "speaker_name": "Ada",
        "start_seconds": at,
        "end_seconds": at + len(texts) / 2,
        "text": text,
        "words": words,
    }
    return Segment(**values | changes)
