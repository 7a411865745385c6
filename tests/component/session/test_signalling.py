"""What a page and its session say to each other, from hello to goodbye."""

from typing import Any

import pytest
from grpc import StatusCode, aio

from convene.session.v1 import events_pb2 as facts
from convene.session.v1 import session_pb2 as pb
from convene.session.v1 import signal_pb2 as signal
from session.domain.rooms import Candidate, Offered, OfferedTrack, Side, Source, Talked
from tests.component.session.conftest import World
from tests.support.eventually import eventually
from tests.support.pages import connected
from tests.support.sessions import FakePeer

MICROPHONE = signal.PublishedTrack(mid="0", source=signal.TRACK_SOURCE_MICROPHONE)


def peer_of(world: World, welcome: signal.Welcome) -> FakePeer:
    return world.plane.rooms[welcome.session.id].peers[welcome.self.id]


async def peer_once_there(world: World, welcome: signal.Welcome) -> FakePeer:
    rooms = world.plane.rooms
    await eventually(lambda: welcome.self.id in rooms[welcome.session.id].peers)
    return peer_of(world, welcome)


async def refusal_of(world: World, *requests: signal.SignalRequest) -> aio.AioRpcError:
    async with connected(world.signalling) as page:
        for request in requests:
            await page.call.write(request)
        with pytest.raises(aio.AioRpcError) as refused:
            await page.end()
    return refused.value


async def test_a_page_is_welcomed_into_its_session_and_is_in_it(world: World) -> None:
    session = await world.started()
    bo = await world.joined(session, "Bo")

    async with world.page("Ada") as (_, welcome):
        here = await world.until_participant(session.id, welcome.self.id, "CONNECTED")

    assert (welcome.self.name, welcome.session.id, here.epoch) == ("Ada", session.id, 1)
    assert [one.id for one in welcome.participants] == [bo]
    assert welcome.meeting_title == "Kick-off"
    assert welcome.ice_servers[0].urls == ["stun:stun.example:3478"]
    assert welcome.join_token
    assert not welcome.resumed


async def test_a_page_whose_own_media_failed_begins_anew_in_the_same_join(world: World) -> None:
    session = await world.started()
    async with world.page("Ada") as (page, welcome):
        first = await peer_once_there(world, welcome)
        page.lose()
        async with connected(world.signalling) as again:
            await again.say(hello=signal.Hello(join_token=welcome.join_token, fresh=True))
            renewed = await again.hear("welcome")

            await eventually(lambda: peer_of(world, welcome) is not first)
            here = await world.until_participant(session.id, welcome.self.id, "CONNECTED")

    assert not renewed.resumed
    assert here.epoch == 1


async def test_a_welcome_tells_the_edge_whose_live_feed_has_the_captions(world: World) -> None:
    await world.started()
    async with world.page("Ada") as (_, welcome):
        assert welcome.workspace_id == world.caller.workspace_id


async def test_what_a_page_sends_and_receives_is_settled_with_the_media_node(world: World) -> None:
    await world.started()
    async with world.page("Ada") as (page, welcome):
        await page.say(publish=signal.Publish(sdp="offer", tracks=[MICROPHONE]))
        assert (await page.hear("published")).sdp == "answer to offer"

        peer = peer_of(world, welcome)
        peer.happen(Offered("what there is", [OfferedTrack("1", "prt_2", Source.CAMERA)]))
        offer = await page.hear("offer")
        await page.say(answer=signal.Answer(sdp="taken"))
        peer.happen(Candidate(Side.SUBSCRIBER, "candidate:1"))
        candidate = await page.hear("candidate")
        await page.say(candidate=signal.Candidate(side=signal.SIDE_PUBLISHER, candidate="mine"))
        peer.happen(Talked("prt_2", True))
        talking = await page.hear("talking")
        await eventually(lambda: peer.candidates)

    assert peer.published == [("offer", {"0": Source.MICROPHONE})]
    assert (offer.sdp, offer.tracks[0].source) == ("what there is", signal.TRACK_SOURCE_CAMERA)
    assert peer.answers == ["taken"]
    assert (candidate.side, candidate.candidate) == (signal.SIDE_SUBSCRIBER, "candidate:1")
    assert peer.candidates == [Candidate(Side.PUBLISHER, "mine")]
    assert (talking.participant_id, talking.talking) == ("prt_2", True)


@pytest.mark.parametrize(
    ("kind", "role"), [("OBSERVER", "OBSERVER"), ("PERSON", "OBSERVER"), ("BOT", "PARTICIPANT")]
)
async def test_who_comes_to_look_on_sends_nothing(world: World, kind: str, role: str) -> None:
    session = await world.started()
    token = await world.token("Owl", world.code(kind, role))
    async with world.page("", token=token) as (page, welcome):
        await page.say(publish=signal.Publish(sdp="offer", tracks=[MICROPHONE]))
        refused = await page.hear("refusal")
        await world.until_participant(session.id, welcome.self.id, "CONNECTED")

    assert (refused.reason, "no sound" in refused.text) == ("MAY_NOT_PUBLISH", True)
    peer = peer_of(world, welcome)
    assert (peer.published, peer.seat.publishes) == ([], False)


async def test_whoever_is_in_sees_others_come_and_go(world: World) -> None:
    session = await world.started()
    async with world.page("Ada") as (page, _):
        bo = await world.joined(session, "Bo")
        await page.until("participant", participant__id=bo, participant__state=5)
        world.plane.leave(session.id, bo)
        gone = await page.until(
            "participant", participant__id=bo, participant__state=pb.PARTICIPANT_STATE_LEFT
        )
    assert gone.participant.name == "Bo"


async def test_whoever_leaves_is_told_goodbye_and_has_left_at_once(world: World) -> None:
    session = await world.started()
    async with world.page("Ada") as (page, welcome):
        await world.until_participant(session.id, welcome.self.id, "CONNECTED")
        await page.say(leave=signal.Leave())
        assert (await page.hear("goodbye")).reason == "LEFT"
        await page.end()
        await world.until_participant(session.id, welcome.self.id, "LEFT")


async def test_the_end_of_the_session_is_told_with_its_reason(world: World) -> None:
    await world.started()
    async with world.page("Ada") as (page, _):
        await world.end("time for lunch")
        goodbye = await page.hear("goodbye")
        await page.end()
    assert goodbye.reason == "ENDED"
    assert goodbye.text.endswith("time for lunch")


async def test_a_kicked_person_is_told_and_stays_out_with_the_old_token(world: World) -> None:
    session = await world.started()
    async with world.page("Ada") as (page, welcome):
        await world.until_participant(session.id, welcome.self.id, "CONNECTED")
        request = pb.RemoveParticipantRequest(
            meeting_id="mtg_1",
            session_id=session.id,
            participant_id=welcome.self.id,
            ban=True,
        )
        await world.stub.RemoveParticipant(request, metadata=world.mine)
        assert (await page.hear("goodbye")).reason == "BANNED"

    async with connected(world.signalling) as again:
        await again.hello(welcome.join_token)
        assert (await again.hear("goodbye")).reason == "BANNED"
        await again.end()
    assert not world.plane.rooms[session.id].connections


async def test_a_token_that_is_not_ours_opens_nothing(world: World) -> None:
    hello = signal.SignalRequest(hello=signal.Hello(join_token="bm90IG91cnM="))
    refused = await refusal_of(world, hello)
    assert refused.code() is StatusCode.UNAUTHENTICATED


async def test_the_first_word_is_hello(world: World) -> None:
    refused = await refusal_of(world, signal.SignalRequest(ping=signal.Ping()))
    assert refused.code() is StatusCode.INVALID_ARGUMENT


async def test_a_session_that_is_over_says_so(world: World) -> None:
    session = await world.started()
    token = await world.token("Ada")
    await world.end()
    await world.until(session.id, "ENDED")
    async with connected(world.signalling) as page:
        await page.hello(token)
        assert (await page.hear("goodbye")).reason == "ENDED"


async def test_a_ping_is_answered(world: World) -> None:
    await world.started()
    async with world.page("Ada") as (page, _):
        await page.say(ping=signal.Ping(sent_ms=41))
        assert (await page.hear("pong")).sent_ms == 41


async def test_what_somebody_writes_is_shown_to_all_and_to_whoever_comes_later(
    world: World,
) -> None:
    session = await world.started()
    async with world.page("Ada") as (ada, hers), world.page("Bo") as (bo, _):
        await ada.say(chat=signal.Chat(text="hello all"))
        shown = [await page.hear("prompt") for page in (ada, bo)]
        async with world.page("Cy") as (_, welcome):
            pass

    assert [(one.text, one.from_name) for one in shown] == [("hello all", "Ada")] * 2
    assert [one.text for one in welcome.prompts] == ["hello all"]
    (sent,) = [one for one in await world.told(session.id) if isinstance(one, facts.PromptSent)]
    assert sent.from_role == hers.self.role != 0
    assert (sent.participant_id, sent.prompt.id) == (hers.self.id, shown[0].id)


async def test_a_line_to_one_person_is_shown_to_nobody_else(world: World) -> None:
    await world.started()
    async with (
        world.page("Ada") as (ada, _),
        world.page("Bo") as (bo, his),
        world.page("Cy") as (cy, _),
    ):
        await ada.say(chat=signal.Chat(text="between us", to_participant_id=his.self.id))
        assert (await bo.hear("prompt")).text == "between us"
        assert (await ada.hear("prompt")).text == "between us"
        await ada.say(chat=signal.Chat(text="for all"))
        assert (await cy.hear("prompt")).text == "for all"


def an_order(verb: str, **fields: Any) -> dict[str, Any]:
    return {"order": signal.Order(verb=verb, **fields)}


async def test_a_hosts_order_is_carried_out_and_its_receipt_comes_back(world: World) -> None:
    session = await world.started()
    async with world.page("Ada", "HOST") as (ada, _), world.page("Bo") as (bo, his):
        await world.until_participant(session.id, his.self.id, "CONNECTED")
        await ada.say(**an_order("mute", participant_id=his.self.id))
        settled = (await ada.hear("command")).command
        await bo.until("participant", participant__id=his.self.id, participant__muted=True)

    assert (settled.verb, settled.state) == ("mute", pb.COMMAND_STATE_APPLIED)


async def test_only_hosts_give_orders(world: World) -> None:
    session = await world.started()
    async with world.page("Bo") as (bo, _):
        await bo.say(**an_order("lock"))
        assert (await bo.hear("refusal")).reason == "HOSTS_ONLY"
    assert not (await world.find(session.id)).locked


async def test_an_order_that_there_is_not_is_refused_and_the_page_stays(world: World) -> None:
    await world.started()
    async with world.page("Ada", "CO_HOST") as (ada, _):
        await ada.say(**an_order("dance"))
        assert (await ada.hear("refusal")).reason == "UNKNOWN_VERB"
        await ada.say(**an_order("lock"))
        await ada.until("session", session__locked=True)


async def test_a_host_ends_the_meeting_for_everybody(world: World) -> None:
    session = await world.started()
    async with world.page("Ada", "HOST") as (ada, _), world.page("Bo") as (bo, _):
        await ada.say(**an_order("end", reason="done"))
        goodbyes = [(await page.hear("goodbye")).reason for page in (ada, bo)]
    assert goodbyes == ["ENDED", "ENDED"]
    assert (await world.find(session.id)).end_reason == pb.END_REASON_HOST_ENDED


async def test_whoever_was_muted_may_unmute_themself(world: World) -> None:
    session = await world.started()
    async with world.page("Ada") as (page, welcome):
        await world.until_participant(session.id, welcome.self.id, "CONNECTED")
        request = pb.MuteParticipantRequest(
            meeting_id="mtg_1", session_id=session.id, participant_id=welcome.self.id
        )
        await world.stub.MuteParticipant(request, metadata=world.mine)
        me = {"participant__id": welcome.self.id}
        await page.until("participant", **me, participant__muted=True)
        await page.say(set_media=signal.SetMedia(muted=False, camera=True))
        await page.until("participant", **me, participant__muted=False)
    assert world.plane.unmuted == [welcome.self.id]
