"""What was recognised at one device, shared out among the voices that a diariser heard there."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby

from bots.domain.crew import OPUS_RATE, Track
from bots.domain.transcript import Segment, Word, segment_id
from bots.engines.diarising import Turn


def shared_out(track: Track, segment: Segment, turns: Sequence[Turn]) -> Sequence[Segment]:
    """*segment*, which *track* brought, in one piece for each change of voice.

    The pieces are named after the device and the voice, and say how sure it is that it was that
    one. Words between two turns belong to the nearer. Without *turns* it stays whole.
    """
    if not turns or not segment.words:
        return [segment]
    told = [(word, _nearest(word, segment.start_seconds, turns)) for word in segment.words]
    pieces = []
    for voice, group in groupby(told, key=lambda one: one[1].voice):
        words, heard = zip(*group, strict=True)
        sure = min(turn.confidence for turn in heard)
        pieces.append(_piece(track, segment, words, f"{track.name} · {voice}", sure))
    # The whole begins and ends where speech did, which is not where words do.
    pieces[0] = replace(pieces[0], id=segment.id, start_seconds=segment.start_seconds)
    pieces[-1] = replace(pieces[-1], end_seconds=segment.end_seconds)
    return pieces


def _piece(
    track: Track, segment: Segment, words: Sequence[Word], name: str, sure: float
) -> Segment:
    begins = words[0].start_seconds
    return replace(
        segment,
        id=segment_id(track, round((begins - track.offset_seconds) * OPUS_RATE)),
        speaker_name=name,
        speaker_confidence=round(sure, 3),
        start_seconds=begins,
        end_seconds=words[-1].end_seconds,
        text=" ".join(word.text.strip() for word in words),
        words=tuple(words),
    )


def _nearest(word: Word, start: float, turns: Sequence[Turn]) -> Turn:
    """The turn that the middle of *word* lies in, or is least away from."""
    middle = (word.start_seconds + word.end_seconds) / 2 - start
    return min(
        turns, key=lambda turn: max(turn.start_seconds - middle, middle - turn.end_seconds, 0.0)
    )
