"""Replicas of the bots service: real database and gRPC, ears and words as a test wants them."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from tempfile import TemporaryDirectory
from types import MappingProxyType
from typing import Any, TypeVar

from google.protobuf.message import Message
from sqlalchemy import text

from bots.clients import EarClient
from bots.consumers import Consumers
from bots.domain.act import Act
from bots.domain.kind import Equipment, Readiness
from bots.domain.reading import Engines
from bots.domain.saying import CannotSpeak
from bots.domain.translation import pairs_of
from bots.engines.diarisers import readiness_of
from bots.engines.diarising import Diariser, DiariserConfig
from bots.engines.meanings import WordMeanings
from bots.engines.speech import Espeak
from bots.service.bots import Bots, Limits
from bots.service.chatting import Chatting
from bots.service.commands import Commands
from bots.service.crews import Crews, Tools
from bots.service.feelings import Feelings
from bots.service.hands import AllHands
from bots.service.nudges import Nudges
from bots.service.recorders import Recorders
from bots.service.recordings import Recordings
from bots.service.sessions import Sessions
from bots.service.speaking import Speaking, Throat
from bots.store import Store
from common import db, rpc
from common.blobs import Blobs
from common.consuming import Consumer
from common.db import Database
from common.ids import new_id
from common.leases import Leases
from common.migrate import migrate
from common.outbox import facts_of
from common.principal import Principal, service_principal
from convene.bots.v1 import events_pb2 as facts
from convene.common.v1.envelope_pb2 import Envelope
from convene.common.v1.meeting_pb2 import ROLE_HOST, Policy
from convene.session.v1 import events_pb2 as session_facts
from convene.session.v1.session_pb2 import PARTICIPANT_KIND_PERSON
from tests.support.ear import WrittenEar
from tests.support.moods import WrittenMoods
from tests.support.phrasebook import Phrasebook
from tests.support.tones import ToneRecogniser, ToneVad

M = TypeVar("M", bound=Message)

KEY = b"k" * 32
# Leases run out when a test says so, and not because the machine is slow.
LONG_TTL = 120.0
MEETING, SESSION, WORKSPACE = "mtg_1", "ses_1", "wsp_1"
ENGINES = Engines(moods=WrittenMoods(), meanings=WordMeanings(), translations=[Phrasebook()])
# What a test puts in their place.
DIARISER: Diariser | None = None
LACKING_DIARISER = False


class MortalLeases(Leases):
    """Leases of a replica that can die: it lets nothing go, as a killed process would not."""

    is_dead = False

    async def release(self, lease: object) -> None:
        if not self.is_dead:
            await super().release(lease)  # type: ignore[arg-type]


class KeptPartials:
    def __init__(self) -> None:
        self.shown: list[facts.LivePartial] = []

    async def show(self, partial: facts.LivePartial) -> None:
        self.shown.append(partial)


class WrittenHands:
    """Notes what it is asked to do; *failures* come first; works while *free*."""

    def __init__(self) -> None:
        self.done: list[Act] = []
        self.failures: list[Exception] = []
        self.free = asyncio.Event()
        self.free.set()

    async def do(self, caller: Principal, act: Act) -> None:
        await self.free.wait()
        if self.failures:
            raise self.failures.pop(0)
        self.done.append(act)


class NoSounds:
    async def fetch(self, url: str) -> bytes:
        raise CannotSpeak(f"there is nothing at {url}")


class NoFacts:
    async def list_facts(
        self, caller: Principal, aggregate_id: str, from_sequence: int
    ) -> Sequence[Envelope]:
        return []


@dataclass
class Replica:
    """One process of the service, as far as crews go."""

    bots: Bots
    crews: Crews
    leases: MortalLeases
    recogniser: ToneRecogniser
    partials: KeptPartials
    commands: Commands
    hands: WrittenHands
    feelings: Feelings
    task: "asyncio.Task[None] | None" = None

    def start(self) -> None:
        self.task = asyncio.create_task(self.crews.run())

    async def stop(self) -> None:
        if self.task is not None:
            self.task.cancel()
            await asyncio.gather(self.task, return_exceptions=True)

    async def die(self) -> None:
        """Stop without letting the leases go."""
        self.leases.is_dead = True
        await self.stop()


@dataclass
class RecorderReplica:
    """One process of the service, as far as recordings go."""

    recorders: Recorders
    leases: MortalLeases
    task: "asyncio.Task[None] | None" = None

    def start(self) -> None:
        self.task = asyncio.create_task(self.recorders.run())

    async def stop(self) -> None:
        if self.task is not None:
            self.task.cancel()
            await asyncio.gather(self.task, return_exceptions=True)

    async def die(self) -> None:
        """Stop without letting the leases go."""
        self.leases.is_dead = True
        await self.stop()


@dataclass
class Stage:
    """A session's facts on the way in, its crew's facts on the way out."""

    database: Database
    consumer: Consumer
    ear: WrittenEar
    new_replica: Callable[[str], Replica]
    new_recorder: Callable[[str], RecorderReplica]
    blobs: Blobs
    # Where they are kept.
    objects: str
    sequences: dict[str, int] = field(default_factory=dict)

    async def tell(self, fact: Message, session: str = SESSION) -> None:
        """Let the service hear *fact* of the session service."""
        self.sequences[session] = self.sequences.get(session, 0) + 1
        await self.consumer.accept(
            Envelope(
                id=new_id("evt"),
                message=fact.DESCRIPTOR.full_name,
                workspace_id=WORKSPACE,
                aggregate_id=session,
                aggregate_sequence=self.sequences[session],
                meeting_id=MEETING,
                session_id=session,
                payload=fact.SerializeToString(),
            )
        )

    async def told(self) -> list[str]:
        """The names of the facts that the crew announced, in order."""
        envelopes, _ = await facts_of(self.database, SESSION, 1, 1000)
        return [envelope.message.rsplit(".", 1)[1] for envelope in envelopes]

    async def facts(self, kind: type[M]) -> list[M]:
        """The facts of one *kind* that the crew announced, in order."""
        envelopes, _ = await facts_of(self.database, SESSION, 1, 1000)
        name = kind.DESCRIPTOR.full_name
        return [kind.FromString(one.payload) for one in envelopes if one.message == name]

    async def transcript(self) -> list[str]:
        """What was said as far as it is final, in order; gaps in brackets."""
        segments = [fact.segment for fact in await self.facts(facts.TranscriptSegment)]
        assert [one.sequence for one in segments] == list(range(1, len(segments) + 1))
        return [f"[{one.start_seconds:g}-{one.end_seconds:g}]" if one.gap else one.text
                for one in segments]  # fmt: skip

    async def kept(self, table: str) -> int:
        """How many rows a *table* has."""
        async with self.database.begin_system() as connection:
            found = await connection.execute(text(f"select count(*) from {table}"))
            return int(found.scalar_one())

    async def expire_leases(self) -> None:
        """Let the time pass that a dead replica's leases take to run out."""
        async with self.database.begin_system() as connection:
            await connection.execute(text("update leases set expires_at = '-infinity'"))

    async def joins(
        self, participant: str, epoch: int = 1, offset: float = 0.0, ear_address: str = ""
    ) -> None:
        joined = session_facts.ParticipantJoined(
            ear_address=ear_address or self.ear.address, offset_seconds=offset
        )
        joined.participant.id = participant
        joined.participant.name = participant.title()
        joined.participant.epoch = epoch
        joined.participant.role = ROLE_HOST
        joined.participant.kind = PARTICIPANT_KIND_PERSON
        await self.tell(joined)

    async def joined_ago(self, seconds: float) -> None:
        """Have it be so long ago that people joined."""
        async with self.database.begin_system() as connection:
            await connection.execute(
                text("update tracks set noted_at = clock_timestamp() - make_interval(secs => :s)"),
                {"s": seconds},
            )

    async def is_at(self, seconds: float, *speaking: str) -> None:
        """Have the session be at this second; nobody of those *speaking* said more until then."""
        await self.joined_ago(seconds)
        for participant in speaking:
            await self.ear.rest(participant, seconds)

    async def begins(
        self,
        *kinds: str,
        session: str = SESSION,
        meeting_agenda: str = "",
        tags: Sequence[str] = (),
        specs: Mapping[str, Mapping[str, Any]] = MappingProxyType({}),
        policy: Policy | None = None,
        **config: Any,
    ) -> None:
        """The session starts with bots of these *kinds*, and somebody is there.

        They have *config*, and those in *specs* their own.
        """
        starting = session_facts.SessionStarting()
        starting.snapshot.agenda = meeting_agenda
        starting.snapshot.tags.extend(tags)
        starting.session.id = session
        for kind in kinds:
            bot = starting.snapshot.bots.add(kind=kind)
            bot.config.update(config)
        for kind, own in specs.items():
            starting.snapshot.bots.add(kind=kind).config.update(own)
        if policy is not None:
            starting.snapshot.policy.CopyFrom(policy)
        await self.tell(starting, session)
        await self.tell(session_facts.SessionStarted(session_id=session), session)

    async def ends(self, drain_seconds: float = 30.0) -> None:
        ending = session_facts.SessionEnding(session_id=SESSION)
        async with self.database.begin_system() as connection:
            found = await connection.execute(
                text("select clock_timestamp() + make_interval(secs => :s)"), {"s": drain_seconds}
            )
            ending.drain_deadline.FromDatetime(found.scalar_one())
        await self.tell(ending)


async def migrated(owner_url: str) -> None:
    await migrate(owner_url.replace("postgresql://", "postgresql+asyncpg://"), "bots")


@asynccontextmanager
async def staged(database_url: str, ear: WrittenEar) -> AsyncIterator[Stage]:
    """A stage on the database at *database_url*; its replicas are stopped when the block ends."""
    url = database_url.replace("postgresql://", "postgresql+asyncpg://")
    async with db.connected(url, "bots") as database, AsyncExitStack() as channels:
        limits = Limits(sessions=2, bots=3, workspace_bots=4)
        store, nudges = Store(database), Nudges()
        ears = EarClient(rpc.Caller(KEY, "bots"), channels)

        recording_nudges = Nudges()
        # What is put when its writer is cancelled may be written all the same, in a moment.
        kept = TemporaryDirectory(ignore_cleanup_errors=True)
        objects = f"file://{channels.enter_context(kept)}"
        blobs = Blobs(objects)

        def new_recorder(name: str) -> RecorderReplica:
            leases = MortalLeases(database, name, ttl=LONG_TTL)
            recorders = Recorders(store, leases, recording_nudges, ears, blobs, capacity=5)
            replica = RecorderReplica(recorders, leases)
            channels.push_async_callback(replica.stop)
            return replica

        def new_replica(name: str) -> Replica:
            recogniser, partials = ToneRecogniser(), KeptPartials()
            leases = MortalLeases(database, name, ttl=LONG_TTL)
            hands = WrittenHands()
            bots = Bots(store, nudges, equipped, limits)
            # What is recognised is counted: nothing is, ahead of its time.
            tools = Tools(
                ears,
                recogniser,
                ToneVad,
                partials,
                AllHands(bots, hands),
                ENGINES,
                early=False,
                diariser=DIARISER,
            )
            crews = Crews(store, leases, nudges, tools, limits.sessions)
            commands = Commands(store, nudges, equipped)
            replica = Replica(
                bots, crews, leases, recogniser, partials, commands, hands, Feelings(store)
            )
            channels.push_async_callback(replica.stop)
            return replica

        leases = Leases(database, "mouth", ttl=LONG_TTL)
        mouth = Speaking(store, leases, Throat(Espeak(""), NoSounds(), ears), 1)
        reactions = Consumers(
            Sessions(store, nudges, limits, equipped),
            mouth,
            Recordings(store, recording_nudges),
            Chatting(store, nudges, equipped),
        ).reactions()
        consumer = Consumer(database, None, "session", reactions, NoFacts())  # type: ignore[arg-type]
        yield Stage(database, consumer, ear, new_replica, new_recorder, blobs, objects)


async def equipped() -> Equipment:
    diariser = readiness_of(DiariserConfig()) if LACKING_DIARISER else Readiness()
    plain = pairs_of(ENGINES.without_model().translations)
    pairs = pairs_of(ENGINES.translations)
    return Equipment(Readiness(), pairs=pairs, plain_pairs=plain, diariser=diariser)


def a_caller() -> Principal:
    return service_principal("bots", WORKSPACE)
