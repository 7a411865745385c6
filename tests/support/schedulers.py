"""The scheduler's use cases on a database, put together as the service does."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from common.addresses import AddressRules
from common.db import Database
from common.links import LinkSigner
from common.principal import Principal
from common.timers import Firings
from convene.common.v1.meeting_pb2 import BotSpec, MeetingSnapshot
from convene.session.v1.session_pb2 import Session
from scheduler.channels.subscriptions import Reading
from scheduler.clients import BotCannotCome
from scheduler.domain.availability import Interval
from scheduler.domain.zones import ZoneDatabase, packaged_zones
from scheduler.rpc import SchedulerRpc
from scheduler.rpc.invitations import InvitationsRpc
from scheduler.service.announcing import Announcer
from scheduler.service.due import Due
from scheduler.service.feeds import Feeds
from scheduler.service.invitations import Invitations
from scheduler.service.meetings import Scheduler, Sessions
from scheduler.service.occurrences import Occurrences
from scheduler.service.optouts import OptOuts
from scheduler.service.planner import Planner
from scheduler.service.reminding import Reminding
from scheduler.service.replying import Replying
from scheduler.service.runs import Runs
from scheduler.service.search import Search
from scheduler.service.sheets import Sheets
from scheduler.service.splitting import Splitting
from scheduler.service.starting import Starting
from scheduler.service.telling import Teller
from scheduler.service.upkeep import Upkeep
from scheduler.store import Store
from scheduler.store.sweeping import NoticeSweep

LINK_KEY = b"link key"
PUBLIC_URL = "https://meet.example"
MAIL_FROM = "Meetings <meetings@meet.example>"
NOTICES_KEPT = timedelta(days=90)


class NoSessions:
    """Stands in for a session service that nobody may ask."""

    async def start(self, caller: Principal, snapshot: MeetingSnapshot) -> Session:
        raise AssertionError("nobody starts a session here")


class NoCalendars:
    """Stands in for the way to calendars that nobody may go."""

    rules = AddressRules()

    async def fetch(self, url: str, etag: str, whole: Interval) -> Reading:
        raise AssertionError("nobody fetches a calendar here")


UNKNOWN_KIND = "nosuch"


@dataclass
class OtherServices:
    """Who is in each session, by invitation, and the summary of each."""

    presence: dict[str, frozenset[str]] = field(default_factory=dict)
    summaries: dict[str, str] = field(default_factory=dict)

    async def present(
        self, caller: Principal, meeting_id: str, session_id: str
    ) -> frozenset[str] | None:
        return self.presence.get(session_id)

    async def check(self, caller: Principal, bots: Sequence[BotSpec], at: str = "") -> None:
        if any(one.kind == UNKNOWN_KIND for one in bots):
            raise BotCannotCome(f"{at}bots[0].kind", f"no bot kind {UNKNOWN_KIND!r}")

    async def summary(self, caller: Principal, meeting_id: str, session_id: str) -> str:
        return self.summaries.get(session_id, "")


@dataclass(frozen=True)
class SchedulerHouse:
    meetings: Scheduler
    search: Search
    occurrences: Occurrences
    splitting: Splitting
    starting: Starting
    due: Due
    runs: Runs
    invitations: Invitations
    replying: Replying
    feeds: Feeds
    opt_outs: OptOuts
    reminding: Reminding
    others: OtherServices
    upkeep: Upkeep

    @property
    def firings(self) -> Firings:
        """What the clock makes of meetings and their occurrences."""
        return {**self.starting.firings(), **self.due.firings()}

    @property
    def rpc(self) -> SchedulerRpc:
        return SchedulerRpc(
            self.meetings, self.search, self.occurrences, self.splitting, self.others
        )

    @property
    def invitations_rpc(self) -> InvitationsRpc:
        return InvitationsRpc(self.invitations, self.replying, self.feeds, self.opt_outs)


def sheets_of(zones: ZoneDatabase | None = None, public_url: str = PUBLIC_URL) -> Sheets:
    links = LinkSigner(LINK_KEY, public_url)
    return Sheets(zones or packaged_zones(), links, LINK_KEY, public_url, MAIL_FROM)


def a_scheduler(
    db: Database,
    sessions: Sessions | None = None,
    zones: ZoneDatabase | None = None,
    rules: AddressRules | None = None,
    public_url: str = PUBLIC_URL,
) -> SchedulerHouse:
    store, planner = Store(db), Planner(zones or packaged_zones())
    announcer = Announcer(LinkSigner(LINK_KEY, public_url))
    sheets = sheets_of(planner.zones, public_url)
    teller, others = Teller(sheets, rules or AddressRules()), OtherServices()
    return SchedulerHouse(
        Scheduler(store, sessions or NoSessions(), planner, announcer, teller),
        Search(store),
        Occurrences(store, planner, announcer, teller),
        Splitting(store, planner, announcer, teller),
        Starting(store),
        Due(store, planner, announcer, teller),
        Runs(store, planner),
        Invitations(store, planner, announcer, teller, sheets),
        Replying(store, sheets, planner.zones),
        Feeds(store, sheets),
        OptOuts(store, sheets),
        Reminding(store, sheets, others, others),
        others,
        Upkeep(store, NoticeSweep(db), sheets.host, NOTICES_KEPT, batch=3),
    )
