"""What an artifact is made of: its files, stored and proved, and what the API shows of it."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from artifacts.domain import Job, SessionRecord, StoredObject, Undecodable
from artifacts.exports import attendance, summary, transcript
from artifacts.wire import attendance_of, language_of, lines_of, summary_to_wire
from common.blobs import BlobDamaged, Blobs
from common.principal import Principal
from convene.bots.v1.bots_pb2 import Segment
from convene.session.v1.session_pb2 import GetLedgerResponse
from minutes.writing import RulesAlone, Summariser

WITHOUT_MODEL = "the meeting's policy gives what is said to no language model"


class Sessions(Protocol):
    """The session service, as artifacts needs it."""

    async def ledger(self, caller: Principal, session_id: str) -> GetLedgerResponse: ...


@dataclass(frozen=True, slots=True)
class Made:
    """An artifact's files, the main one first, and what the API shows of it."""

    objects: Sequence[StoredObject]
    content: bytes = b""


class Maker:
    def __init__(self, blobs: Blobs, sessions: Sessions, summariser: Summariser) -> None:
        self._blobs = blobs
        self._sessions = sessions
        self._summariser = summariser

    async def transcript(
        self, job: Job, session: SessionRecord, segments: Sequence[Segment]
    ) -> Made:
        heading = heading_of(session, segments)
        files = {
            "json": transcript.as_json(heading, segments),
            "txt": transcript.as_txt(heading, segments).encode(),
        }
        objects = await self._keep(job, files)
        await self._check(objects[0], "segments", len(segments))
        return Made(objects)

    async def attendance(self, caller: Principal, job: Job) -> Made:
        shown = attendance_of(await self._sessions.ledger(caller, job.session_id))
        objects = await self._keep(job, {"json": attendance.as_json(shown)})
        await self._check(objects[0], "items", len(shown.items))
        return Made(objects, shown.SerializeToString())

    async def summary(self, job: Job, session: SessionRecord, segments: Sequence[Segment]) -> Made:
        lines = lines_of(segments, session)
        found = await self._summariser_for(session).summarise(lines)
        if not session.language_model and not found.remark:
            found = replace(found, remark=WITHOUT_MODEL)
        shown = summary_to_wire(found, session)
        objects = await self._keep(job, {"json": summary.as_json(shown)})
        await self._check(objects[0], "action_items", len(shown.action_items))
        return Made(objects, shown.SerializeToString())

    def _summariser_for(self, session: SessionRecord) -> Summariser:
        return self._summariser if session.language_model else RulesAlone()

    async def discard(self, former: Sequence[StoredObject], made: Made) -> None:
        """Remove the *former* files that *made* takes the place of."""
        kept = {one.key for one in made.objects}
        for one in former:
            if one.key not in kept:
                await self._blobs.delete(one.key)

    async def _keep(self, job: Job, files: Mapping[str, bytes]) -> Sequence[StoredObject]:
        prefix = f"{job.workspace_id}/{job.session_id}/{job.kind.value}"
        kept = []
        for name, content in files.items():
            try:
                proof = await self._blobs.put(prefix, content, f".{name}")
            except BlobDamaged as damage:
                # Nothing names it yet, and its key must be free for the next attempt.
                await self._blobs.delete(damage.facts["key"])
                raise
            kept.append(StoredObject(name, proof.key, proof.size_bytes, proof.sha256))
        return kept

    async def _check(self, kept: StoredObject, part: str, count: int) -> None:
        """Read *kept* as a user would: it is whole, and *part* has as many entries as it should."""
        content = await self._blobs.get(kept.key)
        if hashlib.sha256(content).hexdigest() != kept.sha256:
            raise BlobDamaged(f"object {kept.key} was read back damaged", key=kept.key)
        found = len(json.loads(content)[part])
        if found != count:
            raise Undecodable(f"object {kept.key} has {found} of {count} {part}")


def heading_of(session: SessionRecord, segments: Sequence[Segment]) -> transcript.Heading:
    return transcript.Heading(
        session.meeting_id, session.id, session.title, session.create_time, language_of(segments)
    )
