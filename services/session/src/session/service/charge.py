"""A session in this replica's charge: where its rows and its room are reached."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

from common.leases import Lease, fence
from common.links import LinkSigner
from common.principal import Kind, Principal, service_principal
from session.domain.rooms import Room
from session.domain.sessions import Actor, Session, SessionId
from session.media import MediaPlane
from session.store import SessionTransaction, Store


@dataclass(frozen=True, slots=True)
class Waits:
    """How long a session's owner waits for what.

    It looks at the session every *look_seconds*, besides whenever it is woken. A media node that
    is restarted is back before *move_seconds*; without another node to go to, the session ends
    after *give_up_seconds*. What it tells of metrics is *metrics_seconds* apart.
    """

    look_seconds: float = 1.0
    move_seconds: float = 8.0
    give_up_seconds: float = 30.0
    metrics_seconds: float = 30.0


@dataclass(frozen=True, slots=True)
class Ground:
    """What every session of a replica stands on; *nodes* are the media nodes there are."""

    store: Store
    plane: MediaPlane
    signer: LinkSigner
    nodes: Sequence[str]
    waits: Waits = Waits()


@dataclass(frozen=True, slots=True)
class Charge:
    """*lease* proves the charge; every write through it is refused once another has it."""

    store: Store
    plane: MediaPlane
    signer: LinkSigner
    lease: Lease
    session_id: SessionId
    workspace_id: str
    test: bool
    # The media nodes that the session may run on.
    nodes: Sequence[str] = ()
    waits: Waits = Waits()

    @property
    def suite(self) -> Principal:
        return service_principal("session", self.workspace_id, test=self.test)

    def on_behalf_of(self, actor: Actor) -> Principal:
        """Whoever gave a command, for the facts that it causes."""
        return Principal(self.workspace_id, Kind[actor.kind], actor.id, test=self.test)

    def room(self, session: Session) -> Room:
        opened = session.room_open_time
        return replace(
            self.room_on(session.node),
            opened_at=opened.timestamp() if opened else 0.0,
            places=session.policy.places,
        )

    def room_on(self, node: str) -> Room:
        """The session's room as *node* knows it."""
        return Room(node, self.session_id, self.workspace_id, self.test)

    @asynccontextmanager
    async def writing(self, caller: Principal | None = None) -> AsyncIterator[SessionTransaction]:
        """A transaction that commits only while the lease is held; raises ``LeaseLost``."""
        async with self.store.begin(caller or self.suite) as tx:
            await fence(tx, self.lease)
            yield tx
