"""What a recorder reads and writes; its lease fences every write of a stale one off."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from google.protobuf.message import Message

from bots.domain.bot import BotAction
from bots.domain.crew import Track
from bots.domain.recording import Recording, RecordingAction
from bots.service.ledger import FACTS
from bots.store import BotsTransaction, Store
from bots.store.recordings import Fragment, JoinKey, TakeKey
from common.leases import Lease, LeaseLost, fence
from common.principal import Principal
from convene.bots.v1.events_pb2 import RecordingCaptured


@dataclass(frozen=True, slots=True)
class Standing:
    """A recording as its rows say, and the joins of which something may still come."""

    recording: Recording
    tracks: Sequence[Track]


class Captures:
    """One recording's book, written under *lease*. Writes raise ``LeaseLost`` when it is gone."""

    def __init__(self, store: Store, caller: Principal, recording_id: str, lease: Lease) -> None:
        self._store = store
        self.caller = caller
        self.recording_id = recording_id
        self._lease = lease

    async def standing(self) -> Standing:
        async with self._store.begin(self.caller) as tx:
            recording = await tx.find_recording(self.recording_id)
            if recording is None:
                raise LeaseLost(f"recording {self.recording_id} has been erased")
            tracks = await tx.tracks_to_record(recording.id, recording.session_id)
            return Standing(recording, tracks)

    async def cursors(self) -> Mapping[TakeKey, int]:
        """How far each track is shipped."""
        async with self._store.begin(self.caller) as tx:
            return await tx.cursors_of(self.recording_id)

    async def everybody(self, session_id: str) -> Sequence[Track]:
        """Every join of the session, by when it began."""
        async with self._store.begin(self.caller) as tx:
            return await tx.tracks_of(session_id, everybody=True)

    async def arrive(self) -> None:
        """Let the recorder be seen as a bot that has joined."""
        await self._walk(BotAction.JOIN, BotAction.ARRIVE)

    async def keep(
        self, fragment: Fragment, cursors: Mapping[TakeKey, int], over: Collection[JoinKey]
    ) -> None:
        """Write a shipped window, how far each track is shipped by it, and the joins it is last of.

        Tracks whose cursor stands still need none.
        """
        async with self._store.begin(self.caller) as tx:
            recording = await self._hold(tx)
            if recording.next_window > fragment.window:
                # It was written before, and the answer was lost.
                return
            await tx.add_fragment(recording.id, fragment)
            await tx.put_cursors(recording.id, cursors)
            await tx.close_joins(recording.id, over)
            await tx.save_recording(replace(recording, next_window=fragment.window + 1))

    async def fragments(self) -> Sequence[Fragment]:
        async with self._store.begin(self.caller) as tx:
            return await tx.fragments_of(self.recording_id)

    async def finish(self, captured: RecordingCaptured) -> None:
        """Say, once, that the recording is captured, or that it is lost; the recorder leaves."""
        lost = bool(captured.failure)
        action = RecordingAction.FAIL if lost else RecordingAction.CAPTURE
        async with self._store.begin(self.caller) as tx:
            recording = await self._hold(tx)
            await tx.save_recording(recording.after(action))
            if lost:
                await _step(tx, recording, (BotAction.FAIL,), captured.failure)
            else:
                await _step(tx, recording, (BotAction.LEAVE, BotAction.FINISH), "RECORDING_STOPPED")
            await _announce(tx, recording, captured)

    async def _walk(self, *actions: BotAction) -> None:
        async with self._store.begin(self.caller) as tx:
            recording = await self._hold(tx)
            await _step(tx, recording, actions, "")

    async def _hold(self, tx: BotsTransaction) -> Recording:
        await fence(tx, self._lease)
        recording = await tx.find_recording(self.recording_id, lock=True)
        if recording is None or not recording.is_unfinished:
            raise LeaseLost(f"recording {self.recording_id} is over")
        return recording


async def _step(
    tx: BotsTransaction, recording: Recording, actions: Sequence[BotAction], reason: str
) -> None:
    """Take *actions* one after the other where the recorder has not yet taken them."""
    bot = await tx.get_bot(recording.meeting_id, recording.bot_id, lock=True)
    if BotAction.JOIN in actions and bot.is_attending:
        return
    for action in actions:
        bot = bot.after(action, now=tx.now, reason=reason)
        await tx.save_bot(bot)
        if fact := FACTS.get(bot.state):
            await _announce(tx, recording, fact(bot))


async def _announce(tx: BotsTransaction, recording: Recording, fact: Message) -> None:
    await tx.announce(
        fact,
        aggregate=recording.session_id,
        meeting=recording.meeting_id,
        session=recording.session_id,
    )
