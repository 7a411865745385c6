"""The artifacts service for tests: wired as in production, with small stand-ins beside it."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from google.protobuf.message import Message
from grpc import aio
from nats.aio.client import Client
from sqlalchemy import text

from artifacts.clients import BotsClient, SessionClient
from artifacts.consumers import BotsFacts, SessionFacts
from artifacts.domain import Patience
from artifacts.exports.ffmpeg import Ffmpeg
from artifacts.rpc import ArtifactsRpc, RecordingsRpc
from artifacts.service.filming import Filming
from artifacts.service.intake import Intake
from artifacts.service.making import Maker
from artifacts.service.reading import Reading
from artifacts.service.recordings import RecordingIntake, RecordingReading
from artifacts.service.renewing import Renewing
from artifacts.service.studio import Studio, StudioPace
from artifacts.service.workshop import Pace, Workshop
from artifacts.store import Store
from common import bus, rpc
from common.blobs import Blobs
from common.consuming import Consumer
from common.db import Database
from common.downloads import DownloadSigner
from common.errors import Unavailable
from common.ids import new_id
from common.outbox import facts_of
from common.principal import Principal
from convene.artifacts.v1.artifacts_pb2_grpc import (
    ArtifactsServiceStub,
    add_ArtifactsServiceServicer_to_server,
)
from convene.artifacts.v1.recordings_pb2_grpc import (
    RecordingsServiceStub,
    add_RecordingsServiceServicer_to_server,
)
from convene.bots.v1 import bots_pb2
from convene.bots.v1 import events_pb2 as bots_events
from convene.bots.v1.bots_pb2_grpc import BotsServiceServicer, add_BotsServiceServicer_to_server
from convene.common.v1 import meeting_pb2
from convene.common.v1.envelope_pb2 import Envelope
from convene.session.v1 import events_pb2 as session_events
from convene.session.v1 import session_pb2
from convene.session.v1.session_pb2_grpc import (
    SessionServiceServicer,
    add_SessionServiceServicer_to_server,
)
from minutes.writing import RulesAlone, Summariser
from tests.support.services import KEY, served

# A Tuesday.
BEGAN = datetime(2026, 12, 1, 9, tzinfo=UTC)
QUICK = Pace(poll=0.02, lease=2.0, deadline=1.8)
# So long a wait for the crew's count that only being told can end it.
PATIENT = Patience(missing=0.5, flush=60, unheard=0.3)


def a_segment(sequence: int, **changes: object) -> bots_pb2.Segment:
    fields: dict[str, object] = {
        "id": f"seg_{sequence}",
        "sequence": sequence,
        "speaker": bots_pb2.Speaker(id="prt_ada", name="Ada", confidence=1),
        "start_seconds": 4.0 * sequence,
        "end_seconds": 4.0 * sequence + 3,
        "text": f"This is sentence number {sequence} of the launch plan.",
        "final": True,
        "language": "en",
    }
    return bots_pb2.Segment(**(fields | changes))  # type: ignore[arg-type]


class FakeSession(SessionServiceServicer):
    """The session service, with one ledger."""

    async def GetLedger(
        self, request: session_pb2.GetLedgerRequest, context: rpc.Context
    ) -> session_pb2.GetLedgerResponse:
        stay = session_pb2.Interval(joined=BEGAN, left=BEGAN + timedelta(seconds=58))
        ada = session_pb2.Participant(
            id="prt_ada",
            name="Ada",
            role=meeting_pb2.ROLE_HOST,
            kind=session_pb2.PARTICIPANT_KIND_PERSON,
            intervals=[stay],
            present_seconds=58,
            speaking_seconds=21.4,
        )
        bot = session_pb2.Participant(
            id="prt_bot", kind=session_pb2.PARTICIPANT_KIND_BOT, intervals=[stay]
        )
        session = session_pb2.Session(id=request.session_id, meeting_id="mtg_1")
        return session_pb2.GetLedgerResponse(session=session, participants=[ada, bot])


@dataclass
class FakeBots(BotsServiceServicer):
    """The bots service, with the segments it is given."""

    segments: list[bots_pb2.Segment] = field(default_factory=list)
    asked: int = 0

    async def ListSegments(
        self, request: bots_pb2.ListSegmentsRequest, context: rpc.Context
    ) -> bots_pb2.ListSegmentsResponse:
        self.asked += 1
        found = [one for one in self.segments if one.sequence > request.after_sequence]
        return bots_pb2.ListSegmentsResponse(segments=found[:2], more=len(found) > 2)


class FragileBlobs(Blobs):
    """A real store that can be told to give back something else, to be slow, or to keep things."""

    def __init__(self, folder: Path) -> None:
        super().__init__(f"file://{folder}")
        self.damaging = False
        self.refusing = False
        self.stuck: asyncio.Event | None = None
        self.waiting = 0

    async def get(self, key: str) -> bytes:
        if self.stuck is not None:
            self.waiting += 1
            await self.stuck.wait()
        content = await super().get(key)
        return content[:-1] if self.damaging else content

    async def delete(self, key: str) -> None:
        if self.refusing:
            raise Unavailable("the store takes nothing away right now")
        await super().delete(key)


class Elsewhere:
    """Another service, as its stream shows it: what it announces of one session."""

    def __init__(self, nats: Client, service: str, caller: Principal, ids: tuple[str, str]) -> None:
        self._nats, self._service, self._caller = nats, service, caller
        self._meeting, self._session = ids
        self.facts: list[Envelope] = []

    async def announce(self, fact: Message, *, lost: bool = False) -> None:
        """Publish *fact*; a lost one is only found by asking for it again."""
        envelope = Envelope(
            id=new_id("evt"),
            message=fact.DESCRIPTOR.full_name,
            schema_version=1,
            workspace_id=self._caller.workspace_id,
            aggregate_id=self._session,
            aggregate_sequence=len(self.facts) + 1,
            meeting_id=self._meeting,
            session_id=self._session,
            test=self._caller.test,
            time=datetime.now(UTC),
            payload=fact.SerializeToString(),
        )
        self.facts.append(envelope)
        if not lost:
            letter = bus.letter_for(envelope, 0)
            await bus.publish(self._nats, self._service, [letter])

    async def list_facts(
        self, caller: Principal, aggregate_id: str, from_sequence: int
    ) -> Sequence[Envelope]:
        return self.facts[from_sequence - 1 :]


@dataclass
class Scene:
    """One session of one meeting, and the artifacts service that hears of it."""

    db: Database
    caller: Principal
    stub: ArtifactsServiceStub
    session: Elsewhere
    bots: Elsewhere
    fake_bots: FakeBots
    store: Store
    workshop: Workshop
    studio: Studio
    recordings: RecordingsServiceStub
    channel: aio.Channel
    blobs: FragileBlobs
    meeting_id: str
    session_id: str

    async def start(self, *kinds: str, policy: meeting_pb2.Policy | None = None) -> None:
        snapshot = meeting_pb2.MeetingSnapshot(
            meeting_id=self.meeting_id,
            title="Launch planning",
            bots=[meeting_pb2.BotSpec(kind=kind) for kind in kinds],
            policy=policy,
        )
        session = session_pb2.Session(id=self.session_id, create_time=BEGAN)
        await self.session.announce(
            session_events.SessionStarting(session=session, snapshot=snapshot)
        )

    async def say(self, *segments: bots_pb2.Segment) -> None:
        for one in segments:
            await self.bots.announce(bots_events.TranscriptSegment(segment=one))

    async def flush(self, count: int) -> None:
        await self.bots.announce(
            bots_events.CrewFlushed(session_id=self.session_id, segments=count)
        )

    async def end(self) -> None:
        await self.session.announce(
            session_events.SessionEnded(session=session_pb2.Session(id=self.session_id))
        )

    async def announced(self) -> Sequence[str]:
        """The names of the facts that artifacts announced of the session, in order."""
        facts, _ = await facts_of(self.db, self.session_id, 1, 100)
        return [one.message.rsplit(".", 1)[1] for one in facts]

    async def last_fact(self, kind: type[Any]) -> Any:
        facts, _ = await facts_of(self.db, self.session_id, 1, 100)
        found = [one for one in facts if one.message == kind.DESCRIPTOR.full_name]
        return kind.FromString(found[-1].payload) if found else None

    async def attempt_all(self) -> None:
        """Give every job one attempt, however long it would rest."""
        async with self.db.begin_system() as connection:
            await connection.execute(
                text("update jobs set due_at = clock_timestamp(), leased_until = null")
            )
        for job in await self.store.claim(10, lease_seconds=30):
            await self.workshop.work(job)

    async def jobs(self) -> int:
        async with self.db.begin_system() as connection:
            count: int = (await connection.execute(text("select count(*) from jobs"))).scalar_one()
        return count


@asynccontextmanager
async def a_scene(
    db: Database,
    nats: Client,
    caller: Principal,
    blobs: FragileBlobs,
    patience: Patience,
    summariser: Summariser | None = None,
) -> AsyncIterator[Scene]:
    """The service over real gRPC, PostgreSQL and NATS."""
    fake_bots = FakeBots()  # type: ignore[abstract]
    async with AsyncExitStack() as stack:
        channel = await stack.enter_async_context(served(*_fakes(fake_bots)))
        caller_of = rpc.Caller(KEY, "artifacts")
        store, work = Store(db), asyncio.Event()
        bots = BotsClient(channel, caller_of)
        maker = Maker(blobs, SessionClient(channel, caller_of), summariser or RulesAlone())
        workshop = Workshop(store, maker, bots, work, replace(QUICK, patience=patience))
        filmed = asyncio.Event()
        studio = Studio(
            store, blobs, Filming(blobs, Ffmpeg("ffmpeg")), filmed, StudioPace(poll=0.05, lease=3)
        )
        reading = RecordingReading(store, DownloadSigner(KEY, "https://meet.example"), filmed)
        films = RecordingsRpc(reading, blobs, SessionClient(channel, caller_of))
        mine = await stack.enter_async_context(served(_servicer(store, work), _recordings(films)))
        ids = new_id("mtg"), new_id("ses")
        session = Elsewhere(nats, "session", caller, ids)
        bots_facts = Elsewhere(nats, "bots", caller, ids)
        intake, recorded = Intake(store, work), RecordingIntake(store, filmed)
        readers = [
            Consumer(db, nats, "session", SessionFacts(intake, recorded).reactions(), session),
            Consumer(db, nats, "bots", BotsFacts(intake, recorded).reactions(), bots_facts),
        ]
        tasks = [asyncio.create_task(one.run()) for one in readers]
        try:
            yield Scene(
                db=db,
                caller=caller,
                stub=ArtifactsServiceStub(mine),
                session=session,
                bots=bots_facts,
                fake_bots=fake_bots,
                store=store,
                workshop=workshop,
                studio=studio,
                recordings=RecordingsServiceStub(mine),
                channel=mine,
                blobs=blobs,
                meeting_id=ids[0],
                session_id=ids[1],
            )
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


@asynccontextmanager
async def working(workshop: Workshop | Studio) -> AsyncIterator[asyncio.Task[None]]:
    """*workshop* at work while the block runs."""
    task = asyncio.create_task(workshop.run())
    try:
        yield task
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def _fakes(bots: FakeBots) -> list[rpc.Servicer]:
    return [
        rpc.Servicer(
            add_SessionServiceServicer_to_server,
            FakeSession(),  # type: ignore[abstract]
            "convene.session.v1.SessionService",
        ),
        rpc.Servicer(add_BotsServiceServicer_to_server, bots, "convene.bots.v1.BotsService"),
    ]


def _recordings(films: RecordingsRpc) -> rpc.Servicer:
    return rpc.Servicer(
        add_RecordingsServiceServicer_to_server, films, "convene.artifacts.v1.RecordingsService"
    )


def _servicer(store: Store, work: asyncio.Event) -> rpc.Servicer:
    return rpc.Servicer(
        add_ArtifactsServiceServicer_to_server,
        ArtifactsRpc(Reading(store), Renewing(store, work)),
        "convene.artifacts.v1.ArtifactsService",
    )
