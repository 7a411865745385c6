"""The scheduler's use cases on a database, put together as the service does."""

from dataclasses import dataclass

from common.addresses import AddressRules
from common.db import Database
from common.links import LinkSigner
from common.principal import Principal
from convene.common.v1.meeting_pb2 import MeetingSnapshot
from convene.session.v1.session_pb2 import Session
from scheduler.channels.subscriptions import Reading
from scheduler.domain.availability import Interval
from scheduler.domain.zones import ZoneDatabase, packaged_zones
from scheduler.rpc import SchedulerRpc
from scheduler.service.announcing import Announcer
from scheduler.service.due import Due
from scheduler.service.meetings import Scheduler, Sessions
from scheduler.service.occurrences import Occurrences
from scheduler.service.planner import Planner
from scheduler.service.runs import Runs
from scheduler.service.search import Search
from scheduler.service.splitting import Splitting
from scheduler.store import Store


class NoSessions:
    """Stands in for a session service that nobody may ask."""

    async def start(self, caller: Principal, snapshot: MeetingSnapshot) -> Session:
        raise AssertionError("nobody starts a session here")


class NoCalendars:
    """Stands in for the way to calendars that nobody may go."""

    rules = AddressRules()

    async def fetch(self, url: str, etag: str, whole: Interval) -> Reading:
        raise AssertionError("nobody fetches a calendar here")


@dataclass(frozen=True)
class SchedulerHouse:
    meetings: Scheduler
    search: Search
    occurrences: Occurrences
    splitting: Splitting
    due: Due
    runs: Runs

    @property
    def rpc(self) -> SchedulerRpc:
        return SchedulerRpc(self.meetings, self.search, self.occurrences, self.splitting)


def a_scheduler(
    db: Database, sessions: Sessions | None = None, zones: ZoneDatabase | None = None
) -> SchedulerHouse:
    store, planner = Store(db), Planner(zones or packaged_zones())
    announcer = Announcer(LinkSigner(b"link key", "https://meet.example"))
    return SchedulerHouse(
        Scheduler(store, sessions or NoSessions(), planner, announcer),
        Search(store),
        Occurrences(store, planner, announcer),
        Splitting(store, planner, announcer),
        Due(store, planner, announcer),
        Runs(store, planner),
    )
