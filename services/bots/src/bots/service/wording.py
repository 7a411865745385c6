"""One track's pieces put into words, by whom they were said; and words ahead of their time."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import structlog

from bots.domain import transcript
from bots.domain.crew import Crew, Track
from bots.domain.transcript import Segment, Word
from bots.engines.diarising import CannotDiarise
from bots.engines.recognition import Busy, Recognised, RecogniserFailed
from bots.service.ahead import Ahead, Wanted
from bots.service.cutting import RATIO, Cutter, Line, Loss, Over, Piece, Quiet, Speech
from bots.service.senses import Senses
from bots.service.voices import shared_out

log = structlog.get_logger()

BUSY_SECONDS: Final = 0.25


class Wording:
    """Words for what *cutter* cuts; *track* and *wanted* may change at any time.

    *ahead* shows what is being said to who follows *crew*, while it runs.
    """

    def __init__(
        self, track: Track, wanted: Wanted, senses: Senses, cutter: Cutter, crew: Crew
    ) -> None:
        self.track = track
        self.wanted = wanted
        self._senses = senses
        self._crew = crew
        self.ahead = Ahead(cutter, senses.recogniser, lambda: self.wanted, self._show)

    async def segments_of(self, piece: Piece) -> Sequence[Segment]:
        """What was said in *piece*; raises ``ModelMissing`` or ``ModelDamaged``."""
        match piece:
            case Speech():
                segment = await self._recognised(piece)
                return await self._told_apart(piece, segment) if segment else ()
            case Loss(first, last):
                return [transcript.lost(self.track, (first, last))]
            case Line(first, last, text):
                return [transcript.scripted(self.track, (first, last), text)]
            case Quiet() | Over():
                return ()

    async def _told_apart(self, speech: Speech, segment: Segment) -> Sequence[Segment]:
        """*segment* by voices, where that is wanted and can be done."""
        diariser = self._senses.diariser
        if diariser is None or not self.wanted.diarise or segment.gap:
            return [segment]
        stream = f"{self.track.session_id} {self.track.participant_id} {self.track.epoch}"
        try:
            turns = await diariser.split(speech.pcm, stream)
        except CannotDiarise as error:
            log.warning("voices not told apart", track=self.track.key, error=str(error))
            return [segment]
        return shared_out(self.track, segment, turns)

    async def _recognised(self, speech: Speech) -> Segment | None:
        bounds = (speech.first_sample, speech.last_sample)
        found = await self.ahead.final_of(speech) if self._senses.early else None
        while found is None:
            try:
                found = await self._senses.recogniser.recognise(
                    speech.pcm, language=self.wanted.language, hints=self.wanted.hints
                )
            except Busy:
                await asyncio.sleep(BUSY_SECONDS)
            except RecogniserFailed as error:
                log.error("speech is lost", track=self.track.key, error=str(error))
                return transcript.lost(self.track, bounds)
        first, last = (sample // RATIO for sample in bounds)
        return self._segment(first, last, found) if found.text else None

    def _segment(self, first: int, last: int, found: Recognised) -> Segment:
        """What was recognised between two samples at 16 kHz."""
        words = [
            Word(one.text, one.start_seconds, one.end_seconds, one.confidence)
            for one in found.words
        ]
        bounds = (first * RATIO, last * RATIO)
        heard = transcript.heard(self.track, bounds, found.text, words, found.language)
        return replace(heard, language_confidence=found.language_confidence)

    async def _show(self, first: int, last: int, found: Recognised) -> None:
        await self._senses.show(self._crew, self._segment(first, last, found))
