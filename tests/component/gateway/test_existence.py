"""Lists of a meeting that there is not, with the real scheduler behind the edge."""

import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace

import httpx
import pytest
from grpc import aio

from common import rpc
from common.errors import Unavailable
from common.keys import make_key
from common.principal import Principal
from convene.bots.v1 import bots_pb2
from convene.common.v1 import principal_pb2
from convene.gateway.v1 import access_pb2
from convene.scheduler.v1 import meeting_pb2, scheduler_pb2
from convene.scheduler.v1.scheduler_pb2_grpc import (
    SchedulerServiceStub,
    add_SchedulerServiceServicer_to_server,
)
from gateway.edge.routes import ROUTES, Route
from tests.support.edge import Edge, an_edge
from tests.support.schedulers import a_scheduler
from tests.support.services import OpenDatabase, a_caller, metadata, served

SCHEDULER = "convene.scheduler.v1.SchedulerService"
LISTS = [route for route in ROUTES if route.list_of_meeting]
BOTS = "/v1/meetings/{}/bots"


@dataclass
class House:
    """An edge whose lists are all empty, before a scheduler that knows one meeting."""

    edge: Edge
    caller: Principal
    meeting_id: str

    def calls(self, caller: Principal) -> None:
        """Whose key it is from now on."""
        self.edge.key = make_key(True)
        principal = principal_pb2.Principal(
            workspace_id=caller.workspace_id,
            kind=caller.kind.value,
            id=caller.id,
            scopes=sorted(caller.scopes),
            test=caller.test,
        )
        answer = access_pb2.AuthenticateResponse(principal=principal)
        self.edge.behind.answers["Authenticate"] = answer

    async def get(self, path: str) -> httpx.Response:
        return await self.edge.client.get(path, headers=self.edge.auth())


@pytest.fixture
async def house(open_database: OpenDatabase) -> AsyncIterator[House]:
    servicer = rpc.Servicer(
        add_SchedulerServiceServicer_to_server,
        a_scheduler(await open_database("scheduler")).rpc,
        SCHEDULER,
    )
    caller = a_caller()
    async with served(servicer) as channel, an_edge(instead={"scheduler": channel}) as edge:
        for route in LISTS:
            edge.behind.answers[route.rpc] = route.response()
        running = House(edge, caller, await _created(channel, caller))
        running.calls(caller)
        yield running


async def _created(channel: aio.Channel, caller: Principal) -> str:
    made = await SchedulerServiceStub(channel).CreateMeeting(
        scheduler_pb2.CreateMeetingRequest(meeting=meeting_pb2.MeetingDraft(title="Kick-off")),
        metadata=metadata(caller),
    )
    return made.meeting.id


@pytest.mark.parametrize("route", LISTS, ids=lambda route: route.path)
async def test_a_list_of_a_meeting_that_there_is_not_is_not_found(
    house: House, route: Route
) -> None:
    answer = await house.get("/v1" + route.path.format(meeting_id="mtg_nowhere"))

    assert (answer.status_code, answer.json()["reason"]) == (404, "MEETING_NOT_FOUND")
    assert answer.json()["detail"] == "no meeting mtg_nowhere"


@pytest.mark.parametrize("route", LISTS, ids=lambda route: route.path)
async def test_an_empty_list_of_a_meeting_is_empty(house: House, route: Route) -> None:
    answer = await house.get("/v1" + route.path.format(meeting_id=house.meeting_id))

    assert (answer.status_code, answer.json()[route.list_of_meeting]) == (200, [])


async def test_another_workspaces_meeting_is_not_found(house: House) -> None:
    house.calls(a_caller())

    assert (await house.get(BOTS.format(house.meeting_id))).status_code == 404


async def test_a_key_that_may_not_read_meetings_hears_of_its_list_all_the_same(
    house: House,
) -> None:
    house.calls(replace(house.caller, scopes=frozenset({"bots:read"})))

    there = await house.get(BOTS.format(house.meeting_id))
    nowhere = await house.get(BOTS.format("mtg_nowhere"))

    assert (await house.get(f"/v1/meetings/{house.meeting_id}")).status_code == 403
    assert (there.status_code, nowhere.status_code) == (200, 404)


async def test_what_is_listed_shows_that_the_meeting_exists_and_nobody_is_asked() -> None:
    async with an_edge() as edge:
        edge.behind.answers["ListBots"] = bots_pb2.ListBotsResponse(items=[{"id": "bot_1"}])
        answer = await edge.client.get(BOTS.format("mtg_1"), headers=edge.auth())

    assert answer.status_code == 200
    assert {one.rpc for one in edge.behind.asked} == {"Authenticate", "ListBots"}


async def test_a_scheduler_that_is_away_turns_no_empty_list_into_a_failure() -> None:
    async with (
        rpc.channel("127.0.0.1:9") as nobody,
        an_edge(instead={"scheduler": nobody}) as edge,
    ):
        edge.behind.answers["ListBots"] = bots_pb2.ListBotsResponse()
        answer = await edge.client.get(BOTS.format("mtg_1"), headers=edge.auth())

    assert (answer.status_code, answer.json()["items"]) == (200, [])


async def test_a_scheduler_that_hangs_holds_no_empty_list_up() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        # Connections are taken, and nobody reads what comes.
        address = f"127.0.0.1:{listening.getsockname()[1]}"
        async with (
            rpc.channel(address) as silent,
            an_edge(instead={"scheduler": silent}) as edge,
        ):
            edge.behind.answers["ListBots"] = bots_pb2.ListBotsResponse()
            # The client waits half as long as the edge has for the whole request.
            answer = await edge.client.get(BOTS.format("mtg_1"), headers=edge.auth(), timeout=5.0)

    assert (answer.status_code, answer.json()["items"]) == (200, [])


async def test_the_scheduler_is_asked_once_and_given_a_second() -> None:
    async with an_edge() as edge:
        edge.behind.answers |= {
            "ListBots": bots_pb2.ListBotsResponse(),
            "GetMeeting": Unavailable("restarting"),
        }
        answer = await edge.client.get(BOTS.format("mtg_1"), headers=edge.auth())

    (asked,) = (one for one in edge.behind.asked if one.rpc == "GetMeeting")
    assert (answer.status_code, asked.seconds_left <= 1.0) == (200, True)
