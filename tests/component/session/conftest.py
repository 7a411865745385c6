"""Replicas of the session service on a real database, with a media plane in memory."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from google.protobuf.message import Message
from google.protobuf.symbol_database import Default
from grpc import aio
from nats.aio.client import Client

from common import bus, clock, outbox, rpc
from common.bells import Bells
from common.db import Database
from common.ids import new_id
from common.leases import Leases
from common.links import LinkClaims, LinkSigner
from common.principal import Principal
from common.timers import Timers
from convene.scheduler.v1.scheduler_pb2_grpc import add_SchedulerServiceServicer_to_server
from convene.session.v1 import sandbox_pb2_grpc as sandbox_grpc
from convene.session.v1 import session_pb2 as pb
from convene.session.v1 import session_pb2_grpc as session_grpc
from convene.session.v1 import signal_pb2_grpc as signal_grpc
from convene.session.v1.signal_pb2 import IceServer, Welcome
from convene_cli.nats import NatsServer
from session.clients import Replicas, SchedulerClient
from session.domain.tokens import JoinTokens
from session.media import MediaPlane
from session.rpc import SandboxRpc, SessionRpc, SignalRpc
from session.rpc.insight import Insights
from session.service.charge import Ground, Waits
from session.service.checklists import Checklists
from session.service.commanding import Commanding
from session.service.joining import Joining
from session.service.metrics import Measuring
from session.service.owners import Owners
from session.service.recordings import Recordings
from session.service.scenarios import Scenarios
from session.service.sessions import Sessions, Wake
from session.service.signalling.audience import Audiences
from session.service.signalling.desk import Desk
from session.service.signalling.orders import Orders
from session.service.signalling.visits import Means
from session.service.timing import Timing
from session.store import Store
from tests.support.eventually import eventually
from tests.support.pages import Page, connected
from tests.support.services import KEY, OpenDatabase, a_caller, metadata, served
from tests.support.sessions import NODE, FakePlane, FakeScheduler, a_snapshot

NODES = (NODE, "node-2:7000", "node-3:7000")
ICE_SERVERS = (IceServer(urls=["stun:stun.example:3478"]),)
SCHEDULER = "convene.scheduler.v1.SchedulerService"
SESSION = "convene.session.v1.SessionService"
SIGNAL = "convene.session.v1.SignalService"
SANDBOX = "convene.session.v1.SandboxService"
LONG_TTL = 120.0


@dataclass
class World:
    """What the replicas of one test share, and one caller's view of it."""

    db: Database
    plane: FakePlane
    scheduler: FakeScheduler
    address: str
    caller: Principal
    stub: session_grpc.SessionServiceStub
    sandbox: sandbox_grpc.SandboxServiceStub
    signalling: signal_grpc.SignalServiceStub
    sessions: Sessions
    signer: LinkSigner
    wake: Wake
    joining: Joining

    @property
    def mine(self) -> tuple[tuple[str, str], ...]:
        return metadata(self.caller)

    async def start(self, **changes: Any) -> pb.Session:
        request = pb.StartSessionRequest(snapshot=a_snapshot(**changes))
        return (await self.stub.StartSession(request, metadata=self.mine)).session

    async def find(self, session_id: str = "active", meeting_id: str = "mtg_1") -> pb.Session:
        request = pb.GetSessionRequest(meeting_id=meeting_id, session_id=session_id)
        return (await self.stub.GetSession(request, metadata=self.mine)).session

    async def until(self, session_id: str, state: str, meeting_id: str = "mtg_1") -> pb.Session:
        """The session, once it is in *state*."""

        async def there() -> pb.Session | None:
            found = await self.find(session_id, meeting_id)
            assert pb.SessionState.Name(found.state) == f"SESSION_STATE_{state}"
            return found

        found = await eventually(there)
        assert found is not None
        return found

    async def started(self, **changes: Any) -> pb.Session:
        """A session that lets people in."""
        return await self.until((await self.start(**changes)).id, "WAITING")

    async def end(self, reason: str = "") -> pb.Session:
        request = pb.EndSessionRequest(meeting_id="mtg_1", reason=reason)
        return (await self.stub.EndSession(request, metadata=self.mine)).session

    def code(self, kind: str = "PERSON", role: str = "PARTICIPANT", link: str = "") -> str:
        return self.signer.code(LinkClaims(self.caller.workspace_id, "mtg_1", kind, role, link))

    async def exchange(self, name: str, code: str = "") -> pb.Participant:
        request = pb.ExchangeJoinLinkRequest(code=code or self.code(), name=name)
        return (await self.stub.ExchangeJoinLink(request)).participant

    async def token(self, name: str, code: str = "") -> str:
        """A join token of somebody who comes by a link."""
        request = pb.ExchangeJoinLinkRequest(code=code or self.code(), name=name)
        return (await self.stub.ExchangeJoinLink(request)).join_token

    @asynccontextmanager
    async def page(
        self, name: str, role: str = "PARTICIPANT", token: str = ""
    ) -> AsyncIterator[tuple[Page, Welcome]]:
        """Somebody's page that was welcomed."""
        token = token or await self.token(name, self.code(role=role))
        async with connected(self.signalling) as page:
            await page.hello(token)
            yield page, await page.hear("welcome")

    async def joined(self, session: pb.Session, name: str, role: str = "PARTICIPANT") -> str:
        """The id of a person who is connected."""
        person = await self.exchange(name, self.code(role=role))
        self.plane.join(session.id, person.id)
        await self.until_participant(session.id, person.id, "CONNECTED")
        return person.id

    async def roster(self, session_id: str) -> list[pb.Participant]:
        request = pb.ListParticipantsRequest(meeting_id="mtg_1", session_id=session_id)
        return list((await self.stub.ListParticipants(request, metadata=self.mine)).items)

    async def until_participant(
        self, session_id: str, participant_id: str, state: str
    ) -> pb.Participant:
        async def there() -> pb.Participant | None:
            found = {one.id: one for one in await self.roster(session_id)}[participant_id]
            assert pb.ParticipantState.Name(found.state) == f"PARTICIPANT_STATE_{state}"
            return found

        found = await eventually(there)
        assert found is not None
        return found

    async def until_settled(self, command: pb.Command, state: str) -> pb.Command:
        async def there() -> pb.Command | None:
            request = pb.ListCommandsRequest(meeting_id="mtg_1", session_id=command.session_id)
            listed = await self.stub.ListCommands(request, metadata=self.mine)
            found = {one.id: one for one in listed.items}[command.id]
            assert pb.CommandState.Name(found.state) == f"COMMAND_STATE_{state}"
            return found

        found = await eventually(there)
        assert found is not None
        return found

    async def pass_time(self, seconds: int) -> None:
        await clock.advance(self.db, self.caller, seconds, new_id("tick"))
        self.db.armed.set()

    async def told(self, session_id: str) -> list[Message]:
        """The session's facts, decoded, in order."""
        kept, _ = await outbox.facts_of(self.db, session_id, 1, 1000)
        facts = []
        for envelope in kept:
            assert envelope.test
            assert envelope.meeting_id == "mtg_1"
            fact = Default().GetSymbol(envelope.message)()
            fact.ParseFromString(envelope.payload)
            facts.append(fact)
        return facts

    async def names_told(self, session_id: str) -> list[str]:
        return [fact.DESCRIPTOR.name for fact in await self.told(session_id)]


@asynccontextmanager
async def replica(
    parts: "Parts",
    leases: Leases,
    nodes: Sequence[str] = NODES,
    plane: MediaPlane | None = None,
    listen: str = "127.0.0.1:0",
    waits: Waits | None = None,
) -> AsyncIterator[World]:
    """One replica of the service at work, until the block ends."""
    store, signer = Store(parts.db), LinkSigner(b"link key", "https://meet.example")
    plane = plane or parts.plane
    audiences, tokens = Audiences(), JoinTokens(KEY)
    owners = Owners(
        Ground(store, plane, signer, nodes, waits or Waits()),
        leases,
        Bells(parts.nats, "session"),
        audiences,
        capacity=20,
    )
    sessions = Sessions(store, nodes, owners.wake)
    scheduler = SchedulerClient(parts.scheduler_channel, rpc.Caller(KEY, "session"))
    joining = Joining(store, scheduler, signer, tokens, owners.wake)
    commanding = Commanding(store, owners.wake)
    insights = Insights(Measuring(store, plane), Checklists(store, scheduler, owners.wake))
    replicas = Replicas(rpc.Caller(KEY, "session"))
    recordings = Recordings(store, owners.wake)
    means = Means(tokens, Orders(commanding, sessions, recordings), ICE_SERVERS)
    desk = Desk(store, leases, audiences, means, replicas, owners.wake)
    servicers = _servicers(
        SessionRpc(sessions, commanding, joining, signer, insights, recordings),
        SandboxRpc(Scenarios(store, scheduler)),
        SignalRpc(desk),
    )
    timing = Timing(store, plane, nodes, owners.wake, owners.warn)
    async with (
        rpc.serving(listen, servicers, key=KEY) as (port, _),
        aio.insecure_channel(f"127.0.0.1:{port}") as channel,
        asyncio.TaskGroup() as tasks,
    ):
        running = [
            tasks.create_task(owners.run()),
            tasks.create_task(Timers(parts.db, timing.firings()).run()),
        ]
        yield World(
            parts.db,
            parts.plane,
            parts.scheduler,
            f"127.0.0.1:{port}",
            parts.caller,
            session_grpc.SessionServiceStub(channel),
            sandbox_grpc.SandboxServiceStub(channel),
            signal_grpc.SignalServiceStub(channel),
            sessions,
            signer,
            owners.wake,
            joining,
        )
        for task in running:
            task.cancel()
        await replicas.close()


def _servicers(
    steering: SessionRpc, playing: SandboxRpc, signalling: SignalRpc
) -> list[rpc.Servicer]:
    return [
        rpc.Servicer(session_grpc.add_SessionServiceServicer_to_server, steering, SESSION),
        rpc.Servicer(sandbox_grpc.add_SandboxServiceServicer_to_server, playing, SANDBOX),
        rpc.Servicer(signal_grpc.add_SignalServiceServicer_to_server, signalling, SIGNAL),
    ]


@dataclass(frozen=True)
class Parts:
    """What replicas are built on."""

    db: Database
    plane: FakePlane
    scheduler: FakeScheduler
    scheduler_channel: aio.Channel
    nats: Client
    caller: Principal


def leases_of(parts: Parts, owner: str, listen: str = "") -> Leases:
    """The leases of a replica that no slowness of a test's makes another's."""
    return Leases(parts.db, owner, listen, LONG_TTL)


@pytest.fixture
async def parts(open_database: OpenDatabase, nats_server: NatsServer) -> AsyncIterator[Parts]:
    async with AsyncExitStack() as stack:
        scheduler = FakeScheduler()  # type: ignore[abstract]
        servicer = rpc.Servicer(add_SchedulerServiceServicer_to_server, scheduler, SCHEDULER)
        channel = await stack.enter_async_context(served(servicer))
        nats = await stack.enter_async_context(bus.connected(nats_server.url, "test"))
        db = await open_database("session")
        yield Parts(db, FakePlane(), scheduler, channel, nats, a_caller())


@pytest.fixture
async def world(parts: Parts) -> AsyncIterator[World]:
    async with replica(parts, leases_of(parts, "a")) as one:
        yield one
