"""What rules would have fired for in a session whose transcript is kept; nothing is done."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from bots.domain.crew import Track
from bots.domain.policy import InvalidRule, NothingKept, NothingToRun
from bots.domain.reading import WAKE_AT, Engines, Event, Finding, Happened, Reader, Said, What
from bots.domain.transcript import Segment
from bots.kinds import kind_named
from bots.kinds.languages import named
from bots.kinds.policies.checking import check_rules
from bots.service.briefing import COMPLIANCE
from bots.store import Store
from common.principal import Principal

MOST_SEGMENTS: Final = 20_000
MOST_FOUND: Final = 500
LONGEST_SECONDS: Final = 5.0
PAGE: Final = 1_000
# Only lengths of time count: the session may have begun at any instant.
_OPENED: Final = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Tried:
    """*found* with the name of who did it; *segments* were read, and not all if *truncated*."""

    found: Sequence[tuple[Finding, str]]
    segments: int
    truncated: bool


class Trying:
    def __init__(self, store: Store, engines: Engines) -> None:
        self._store = store
        self._engines = engines

    async def policy(
        self, caller: Principal, policy_id: str, meeting_id: str, session_id: str
    ) -> Tried:
        """Raises ``PolicyNotFound`` or ``NothingKept``."""
        async with self._store.begin(caller) as tx:
            policy = await tx.get_policy(policy_id)
        config = kind_named(COMPLIANCE).checked({})
        briefed = {**config, "policies": [policy.as_config()]}
        return await self._read(caller, briefed, meeting_id, session_id)

    async def rules(
        self,
        caller: Principal,
        rules: Sequence[Mapping[str, Any]],
        language: str,
        meeting_id: str,
        session_id: str,
    ) -> Tried:
        """Raises ``NothingToRun``, ``InvalidRule`` or ``NothingKept``."""
        if not rules:
            raise NothingToRun
        await asyncio.to_thread(check_rules, rules, "rules")
        if complaint := named(language):
            raise InvalidRule("language", complaint)
        config = kind_named(COMPLIANCE).checked({"rules": rules, "language": language})
        return await self._read(caller, config, meeting_id, session_id)

    async def _read(
        self, caller: Principal, config: Mapping[str, Any], meeting_id: str, session_id: str
    ) -> Tried:
        async with self._store.begin(caller) as tx:
            crew = await tx.latest_crew(meeting_id, session_id)
            tracks = await tx.tracks_of(crew.session_id) if crew else ()
        if crew is None or not crew.segments:
            raise NothingKept(meeting_id)
        names = {track.participant_id: track.name for track in tracks}
        engines = self._engines if crew.language_model else self._engines.without_model()
        trial = _Trial(kind_named(COMPLIANCE).reader(config, engines))
        joining = sorted(tracks, key=lambda track: track.offset_seconds)
        loop = asyncio.get_running_loop()
        deadline = loop.time() + LONGEST_SECONDS
        async for segment in self._segments(caller, crew.session_id):
            while joining and joining[0].offset_seconds <= segment.start_seconds:
                await trial.joins(joining.pop(0))
            await trial.hears(segment)
            if len(trial.found) > MOST_FOUND or loop.time() > deadline:
                break
            # Others are served meanwhile.
            await asyncio.sleep(0)
        truncated = trial.segments < crew.segments
        found = [(one, names.get(one.participant_id or "", "")) for one in trial.found[:MOST_FOUND]]
        return Tried(found, trial.segments, truncated)

    async def _segments(self, caller: Principal, session_id: str) -> AsyncIterator[Segment]:
        after = 0
        while after < MOST_SEGMENTS:
            async with self._store.begin(caller) as tx:
                found = await tx.segments_of(session_id, after, PAGE)
            for segment in found:
                yield segment
            if len(found) < PAGE:
                return
            after = found[-1].sequence


class _Trial:
    """A reader that is given a session again, with the time that it was."""

    def __init__(self, reader: Reader | None) -> None:
        assert reader is not None, "a compliance bot reads"
        self._reader = reader
        self._state: Mapping[str, Any] = reader.state
        self._at = 0.0
        self.found: list[Finding] = []
        self.segments = 0

    async def joins(self, track: Track) -> None:
        details = {"name": track.name, "role": track.role, "seconds": track.offset_seconds}
        event = Happened(What.JOINED, track.participant_id, details)
        await self._comes_to(track.offset_seconds)
        await self._give(event, track.offset_seconds)

    async def hears(self, segment: Segment) -> None:
        # Words are final about when they end.
        await self._comes_to(segment.end_seconds)
        await self._give(Said(segment), segment.end_seconds)
        self.segments += 1

    async def _comes_to(self, seconds: float) -> None:
        """Wake the reader as often as it wanted to be until then."""
        until = _OPENED + timedelta(seconds=max(seconds, self._at))
        while (wake_at := self._state.get(WAKE_AT)) and datetime.fromisoformat(wake_at) < until:
            at = (datetime.fromisoformat(wake_at) - _OPENED).total_seconds()
            await self._give(Happened(What.WOKEN), at)
            if self._state.get(WAKE_AT) == wake_at:
                return

    async def _give(self, event: Event, seconds: float) -> None:
        self._at = max(self._at, seconds)
        now = _OPENED + timedelta(seconds=self._at)
        reading = await self._reader.read(event, self._state, now)
        self._state = reading.state
        for one in reading.findings:
            # What was taken back did not fire.
            self.found = [
                before for before in self.found if not one.withdrawn or before.key != one.key
            ]
            if not one.withdrawn:
                self.found.append(one)
