"""The service on the wire: bringing bots, refusing with a remedy, reading what they wrote."""

from collections.abc import AsyncIterator, Awaitable, Sequence
from dataclasses import dataclass
from typing import Any

import grpc
import pytest
from google.protobuf import json_format
from google.rpc import error_details_pb2
from grpc import StatusCode, aio
from grpc_status import rpc_status

from bots.kinds import KINDS
from bots.rpc import BotsRpc
from common import rpc
from common.principal import service_principal
from convene.bots.v1 import bots_pb2 as pb
from convene.bots.v1 import events_pb2 as facts
from convene.bots.v1.bots_pb2_grpc import BotsServiceStub, add_BotsServiceServicer_to_server
from tests.support.crews import KEY, MEETING, SESSION, WORKSPACE, Replica, Stage
from tests.support.eventually import eventually
from tests.support.speech import opus_packets
from tests.support.tones import PITCHES, pause, said

# Longer than a test takes between two of its lines.
A_WHILE = opus_packets(pause(8.0))


@dataclass
class Client:
    """Calls the service as somebody of *workspace*."""

    stub: BotsServiceStub
    workspace: str = WORKSPACE

    @property
    def metadata(self) -> tuple[tuple[str, str], ...]:
        principal = service_principal("session", self.workspace)
        return rpc.Caller(KEY, "session").metadata(principal)

    async def attach(self, kind: str = "transcriber", **config: str) -> pb.Bot:
        request = pb.AttachBotRequest(meeting_id=MEETING, kind=kind)
        request.config.update(config)
        return (await self.stub.AttachBot(request, metadata=self.metadata)).bot

    async def check(self, named: Sequence[tuple[str, dict[str, Any]]]) -> pb.CheckBotsResponse:
        request = pb.CheckBotsRequest()
        for kind, config in named:
            request.bots.add(kind=kind).config.update(config)
        return await self.stub.CheckBots(request, metadata=self.metadata)

    async def leave(self, bot: pb.Bot) -> pb.Bot:
        request = pb.LeaveBotRequest(meeting_id=MEETING, bot_id=bot.id)
        return (await self.stub.LeaveBot(request, metadata=self.metadata)).bot

    async def get(self, bot: pb.Bot) -> pb.Bot:
        request = pb.GetBotRequest(meeting_id=MEETING, bot_id=bot.id)
        return (await self.stub.GetBot(request, metadata=self.metadata)).bot

    async def page(self, size: int, token: str = "") -> pb.ListBotsResponse:
        request = pb.ListBotsRequest(meeting_id=MEETING, page_size=size, page_token=token)
        return await self.stub.ListBots(request, metadata=self.metadata)

    async def insights(self, **wanted: Any) -> pb.ListInsightsResponse:
        request = pb.ListInsightsRequest(meeting_id=MEETING, **wanted)
        return await self.stub.ListInsights(request, metadata=self.metadata)

    async def sentiment(self, **wanted: Any) -> pb.GetSentimentResponse:
        request = pb.GetSentimentRequest(meeting_id=MEETING, **wanted)
        return await self.stub.GetSentiment(request, metadata=self.metadata)

    async def segments(self, after: int = 0, limit: int = 0) -> pb.ListSegmentsResponse:
        request = pb.ListSegmentsRequest(session_id=SESSION, after_sequence=after, limit=limit)
        return await self.stub.ListSegments(request, metadata=self.metadata)


@pytest.fixture
async def client(replica: Replica) -> AsyncIterator[Client]:
    servicer = rpc.Servicer(
        add_BotsServiceServicer_to_server,
        BotsRpc(replica.bots, replica.commands, replica.feelings),
        "convene.bots.v1.BotsService",
    )
    async with (
        rpc.serving("127.0.0.1:0", [servicer], key=KEY) as (port, _),
        rpc.channel(f"127.0.0.1:{port}") as channel,
    ):
        yield Client(BotsServiceStub(channel))


@dataclass
class Refusal:
    code: grpc.StatusCode
    reason: str
    fields: list[str]
    retry_seconds: int = 0
    message: str = ""


async def refusal(call: Awaitable[object]) -> Refusal:
    with pytest.raises(aio.AioRpcError) as caught:
        await call
    found = Refusal(caught.value.code(), "", [], message=caught.value.details() or "")
    # An asyncio error has what a call has, but its type does not say so.
    status = rpc_status.from_call(caught.value)  # type: ignore[arg-type]
    for detail in status.details if status else ():
        info, bad = error_details_pb2.ErrorInfo(), error_details_pb2.BadRequest()
        wait = error_details_pb2.RetryInfo()
        if detail.Unpack(info):
            found.reason = info.reason
        elif detail.Unpack(bad):
            found.fields = [one.field for one in bad.field_violations]
        elif detail.Unpack(wait):
            found.retry_seconds = wait.retry_delay.seconds
    return found


async def test_kinds_say_whether_they_can_run(client: Client) -> None:
    answer = await client.stub.ListBotKinds(pb.ListBotKindsRequest(), metadata=client.metadata)

    assert [one.kind for one in answer.items] == sorted(KINDS)
    assert all(one.availability == pb.AVAILABILITY_CONFIGURED for one in answer.items)


async def test_a_kind_says_what_its_configuration_takes(client: Client) -> None:
    answer = await client.stub.ListBotKinds(pb.ListBotKindsRequest(), metadata=client.metadata)

    told = {one.kind: json_format.MessageToDict(one.config_schema) for one in answer.items}
    assert told == {kind: KINDS[kind].table.schema for kind in KINDS}
    assert told["coach"]["properties"]["talk_share"] == {
        "type": "number",
        "minimum": 0,
        "maximum": 1,
        "default": 0.7,
    }


async def test_a_kind_says_what_it_does_better_with(client: Client) -> None:
    answer = await client.stub.ListBotKinds(pb.ListBotKindsRequest(), metadata=client.metadata)

    engines = next(one.engines for one in answer.items if one.kind == "notetaker")
    (llm,) = [one for one in engines if one.name == "llm"]
    assert llm.availability == pb.AVAILABILITY_NOT_CONFIGURED


async def test_every_kind_that_works_without_an_engine_says_so_and_how_it_stands(
    client: Client,
) -> None:
    answer = await client.stub.ListBotKinds(pb.ListBotKindsRequest(), metadata=client.metadata)

    standing = {one.name: one.availability for one in answer.capabilities}
    told = {one.kind: {e.name: e.availability for e in one.engines} for one in answer.items}
    assert {kind: sorted(found) for kind, found in told.items() if found} == {
        "coach": ["meanings"],
        "compliance": ["sentiment"],
        "notetaker": ["llm", "meanings"],
        "topics": ["meanings"],
        "transcriber": ["diariser"],
        "translator": ["llm"],
    }
    assert all(standing[name] == how for found in told.values() for name, how in found.items())


async def test_a_bot_brought_into_a_live_session_hears_what_is_said_from_then_on(
    client: Client, stage: Stage
) -> None:
    await stage.begins()
    await stage.joins("ada")
    await stage.ear.say("ada", [*said("alpha"), *A_WHILE])

    await stage.joined_ago(seconds=2.5)
    bot = await client.attach(language="en")
    await stage.ear.say("ada", said("bravo", "charlie"))
    await stage.ear.end("ada")
    await stage.ends()
    await eventually(lambda: stage.facts(facts.CrewFlushed))

    assert bot.state == pb.BOT_STATE_SCHEDULED
    assert await stage.transcript() == ["bravo", "charlie"]


async def test_a_bot_needs_a_live_session(client: Client) -> None:
    refused = await refusal(client.attach())

    assert (refused.code, refused.reason) == (StatusCode.FAILED_PRECONDITION, "NO_LIVE_SESSION")


async def test_a_session_that_ends_takes_no_more_bots(client: Client, stage: Stage) -> None:
    await stage.begins()
    await stage.ends()

    refused = await refusal(client.attach())

    assert refused.reason == "NO_LIVE_SESSION"


@pytest.mark.parametrize("letters", [61, 5_000, 9_000])
async def test_a_long_wrong_configuration_is_refused_by_field_too(
    client: Client, letters: int
) -> None:
    value = await refusal(client.attach(language="a" * letters))
    name = await refusal(client.attach(**{"a" * letters: "1"}))

    told = "a" * 60 + "\N{HORIZONTAL ELLIPSIS}"
    for refused in (value, name):
        assert (refused.code, refused.reason) == (StatusCode.INVALID_ARGUMENT, "INVALID_CONFIG")
    assert value.fields == ["config.language"]
    # What it takes is told in spite of what came.
    assert value.message.startswith(f"config.language is '{told}', which")
    assert value.message.endswith("yue, zh")
    assert name.fields == [f"config.{told}"]
    assert name.message.startswith(f"config.{told} is not known; this kind takes ")


async def test_a_kind_that_is_not_known_is_refused_by_name(client: Client) -> None:
    refused = await refusal(client.attach("butler"))

    assert (refused.code, refused.fields) == (StatusCode.INVALID_ARGUMENT, ["kind"])


@pytest.mark.parametrize(
    ("config", "field"),
    [({"tongue": "en"}, "config.tongue"), ({"language": "klingon"}, "config.language")],
)
async def test_a_wrong_configuration_is_refused_by_field(
    client: Client, config: dict[str, str], field: str
) -> None:
    refused = await refusal(client.attach(**config))

    assert (refused.code, refused.reason) == (StatusCode.INVALID_ARGUMENT, "INVALID_CONFIG")
    assert refused.fields == [field]


async def test_a_second_bot_of_the_same_kind_is_refused(client: Client, stage: Stage) -> None:
    await stage.begins("transcriber")

    refused = await refusal(client.attach())

    assert (refused.code, refused.reason) == (StatusCode.ALREADY_EXISTS, "BOT_ALREADY_THERE")


async def test_a_session_beyond_what_the_replicas_take_is_told_to_come_back(
    client: Client, stage: Stage
) -> None:
    for session in ("ses_full_1", "ses_full_2"):
        await stage.begins("transcriber", session=session)
    await stage.begins()

    refused = await refusal(client.attach())

    assert (refused.code, refused.reason) == (StatusCode.RESOURCE_EXHAUSTED, "NO_ROOM_FOR_CREW")
    assert refused.retry_seconds == 10


async def test_a_workspace_beyond_its_bots_is_told_to_come_back(
    client: Client, stage: Stage
) -> None:
    await stage.begins("transcriber", "keywords", session="ses_other")
    await stage.begins("transcriber", session="ses_another")
    await stage.begins("transcriber")

    refused = await refusal(client.attach("keywords"))

    assert (refused.code, refused.reason) == (StatusCode.RESOURCE_EXHAUSTED, "WORKSPACE_FULL")
    assert refused.retry_seconds == 10


async def test_a_bot_that_is_let_go_finishes_what_it_heard(client: Client, stage: Stage) -> None:
    await stage.begins("transcriber")
    await stage.joins("ada")
    await stage.ear.say("ada", said("alpha", "bravo")[:120])
    await eventually(lambda: stage.facts(facts.TranscriptSegment))
    (bot,) = (await client.page(10)).items

    await stage.is_at(2.8)
    leaving = await client.leave(bot)
    await stage.ear.say("ada", said("alpha", "bravo")[120:])
    await stage.ear.rest("ada", 20)
    await eventually(lambda: stage.facts(facts.BotLeft))
    await stage.ear.say("ada", said("charlie"))

    assert leaving.state == pb.BOT_STATE_LEAVING
    left = await client.get(bot)
    assert (left.state, left.reason) == (pb.BOT_STATE_DONE, "LEFT_BY_CALLER")
    assert (await client.leave(bot)) == left
    await stage.ends()
    assert [one.text for one in (await client.segments()).segments] == ["alpha", "bravo"]
    assert (await stage.told())[-1] == "CrewFlushed"


async def test_a_bot_that_is_let_go_while_words_pile_up_loses_none(
    client: Client, stage: Stage, replica: Replica
) -> None:
    replica.recogniser.free.clear()
    words = list(PITCHES)
    await stage.begins("transcriber")
    await stage.joins("ada")
    await stage.ear.say("ada", said(*words))
    await eventually(lambda: stage.facts(facts.BotJoined))
    (bot,) = (await client.page(1)).items
    await stage.is_at(20, "ada")
    await client.leave(bot)
    await stage.ear.rest("ada", 40)
    replica.recogniser.free.set()
    await eventually(lambda: stage.facts(facts.BotLeft))

    assert await stage.transcript() == words


async def test_a_bot_that_comes_back_does_not_hear_what_was_said_without_it(
    client: Client, stage: Stage
) -> None:
    await stage.begins("transcriber")
    await stage.joins("ada")
    await stage.ear.say("ada", said("alpha"))
    await eventually(lambda: stage.facts(facts.TranscriptSegment))
    await client.leave((await client.page(1)).items[0])
    await eventually(lambda: stage.facts(facts.BotLeft))
    await stage.ear.say("ada", [*said("bravo"), *A_WHILE])
    await stage.joined_ago(seconds=4.5)
    await client.attach()
    await stage.ear.say("ada", said("charlie"))
    await stage.ear.end("ada")
    await stage.ends()

    await eventually(lambda: stage.facts(facts.CrewFlushed))
    assert await stage.transcript() == ["alpha", "charlie"]


async def test_segments_are_read_in_pages(client: Client, stage: Stage) -> None:
    await stage.begins("transcriber")
    await stage.joins("ada")
    await stage.ear.say("ada", said("alpha", "bravo", "charlie"))
    await stage.ear.end("ada")
    await stage.ends()
    await eventually(lambda: stage.facts(facts.CrewFlushed))

    first = await client.segments(limit=2)
    rest = await client.segments(after=2)

    assert ([one.text for one in first.segments], first.more) == (["alpha", "bravo"], True)
    assert ([one.text for one in rest.segments], rest.more) == (["charlie"], False)


async def test_insights_are_read_by_kind_and_bot_and_in_pages(client: Client, stage: Stage) -> None:
    await stage.begins("keywords", phrases=["alpha", "bravo", "charlie"])
    await stage.joins("ada")
    await stage.ear.say("ada", said("alpha", "bravo", "charlie"))
    await stage.ear.end("ada")
    await stage.ends()
    await eventually(lambda: stage.facts(facts.CrewFlushed))
    (bot,) = (await client.page(1)).items

    first = await client.insights(page_size=2)
    rest = await client.insights(page_size=2, page_token=first.next_page_token)

    assert [one.text for one in first.items] == ["alpha", "bravo"]
    assert ([one.text for one in rest.items], rest.next_page_token) == (["charlie"], "")
    assert first.items[0].details["match"] == "exact"
    assert len((await client.insights(kind="keyword", bot_id=bot.id)).items) == 3
    since = await client.insights(after_sequence=first.items[-1].sequence)
    assert [one.text for one in since.items] == ["charlie"]
    for nothing in ({"kind": "topic"}, {"bot_id": "bot_0"}, {"session_id": "ses_0"}):
        assert not (await client.insights(**nothing)).items
    assert not (await Client(client.stub, "wsp_other").insights()).items


async def test_how_each_speaker_sounded_is_answered_of_the_latest_session(
    client: Client, stage: Stage
) -> None:
    await stage.begins("sentiment", smoothing_seconds=1.0)
    await stage.joins("ada")
    await stage.ear.say("ada", said("bravo"))
    await stage.ear.end("ada")
    await stage.ends()
    await eventually(lambda: stage.facts(facts.CrewFlushed))

    found = await client.sentiment()

    (track,) = found.speakers
    assert (found.session_id, found.engine) == (SESSION, "written")
    assert (track.speaker.name, track.mood, track.changes) == ("Ada", pb.MOOD_NEGATIVE, 1)
    assert track.points[0].polarity == -1.0
    assert track.level == track.points[0].level < 0
    assert not (await client.sentiment(session_id="ses_0")).speakers
    assert not (await Client(client.stub, "wsp_other").sentiment()).speakers


async def test_bots_are_listed_newest_first_in_pages(client: Client, stage: Stage) -> None:
    await stage.begins("butler", "gardener", "cook")

    first = await client.page(2)
    second = await client.page(2, first.next_page_token)

    kinds = [bot.kind for bot in [*first.items, *second.items]]
    assert sorted(kinds) == ["butler", "cook", "gardener"]
    assert (len(first.items), second.next_page_token) == (2, "")


async def test_another_workspace_sees_nothing(client: Client, stage: Stage) -> None:
    await stage.begins("transcriber")
    (bot,) = (await client.page(10)).items
    stranger = Client(client.stub, "wsp_other")

    assert not (await stranger.page(10)).items
    assert (await refusal(stranger.get(bot))).code is StatusCode.NOT_FOUND


@pytest.mark.parametrize(
    ("named", "field", "complaint"),
    [
        ([("transcriber", {}), ("keywords", {"phrases": ["x"]})], "", ""),
        ([("transcriber", {}), ("butler's", {})], "bots[1].kind", "no bot kind"),
        ([("transcriber", {"tongue": "en"})], "bots[0].config.tongue", "is not known"),
        ([("keywords", {}), ("keywords", {})], "bots[1].kind", "a session has one keywords"),
        ([("recorder", {})], "bots[0].kind", "auto_record"),
        ([("translator", {"languages": ["de"]})], "bots[0].config.languages[0]", "nothing here"),
    ],
)
async def test_bots_are_checked_before_there_is_a_session(
    client: Client, named: list[tuple[str, dict[str, Any]]], field: str, complaint: str
) -> None:
    answer = await client.check(named)

    assert answer.field == field
    assert complaint in answer.complaint
