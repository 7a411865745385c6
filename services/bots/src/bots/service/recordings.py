"""What happens to recorders when something happens to their recordings."""

from collections.abc import Sequence
from dataclasses import replace

from bots.domain.recording import RECORDER, Recording, RecordingAction, Span
from bots.service.bots import new_bot
from bots.service.nudges import Nudges
from bots.store import Store
from common.principal import Principal


class Recordings:
    def __init__(self, store: Store, nudges: Nudges) -> None:
        self._store = store
        self._nudges = nudges

    async def start(self, caller: Principal, recording: Recording) -> None:
        """A session is recorded: a recorder comes."""
        async with self._store.begin(caller) as tx:
            if await tx.find_crew(recording.session_id) is None:
                return
            bot = new_bot(recording.meeting_id, recording.session_id, RECORDER, {}, tx.now)
            bot = replace(bot, recording_id=recording.id)
            if await tx.add_recording(replace(recording, bot_id=bot.id)):
                await tx.add_bot(bot)
        self._nudges.nudge(recording.id)

    async def change(self, caller: Principal, recording_id: str, spans: Sequence[Span]) -> None:
        """It was paused or goes on."""
        async with self._store.begin(caller) as tx:
            recording = await tx.find_recording(recording_id, lock=True)
            if recording is not None and recording.is_unfinished:
                await tx.save_recording(replace(recording, spans=spans))
        self._nudges.nudge(recording_id)

    async def stop(self, caller: Principal, recording_id: str, spans: Sequence[Span]) -> None:
        """Nothing more is recorded; the recorder ships what the ears keep, and leaves."""
        async with self._store.begin(caller) as tx:
            recording = await tx.find_recording(recording_id, lock=True)
            if recording is not None and recording.is_unfinished:
                stopped = recording.after(RecordingAction.STOP)
                await tx.save_recording(replace(stopped, spans=spans))
        self._nudges.nudge(recording_id)
