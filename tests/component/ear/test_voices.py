"""Voices: what is on a track goes out as RTP, and what a bot says gets onto its track."""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from typing import Any

import pytest
from grpc import StatusCode, aio

from convene.session.v1 import ear_pb2 as pb
from session.media.rtp import Packet, parse
from tests.support.ear_node import SESSION, SUITE, Ear, packets, stretches
from tests.support.eventually import eventually
from tests.support.rtp import speech
from tests.support.scenarios import a_person, a_script, a_tone, a_zip
from tests.support.services import metadata
from tests.support.speech import people_of, wav_of


class MediaNode(asyncio.DatagramProtocol):
    """Takes RTP as a media node does, with the time of each arrival."""

    def __init__(self) -> None:
        self.arrivals: list[tuple[float, bytes]] = []

    def datagram_received(self, data: bytes, _: object) -> None:
        self.arrivals.append((time.monotonic(), data))

    @property
    def packets(self) -> list[Packet]:
        return [parse(datagram) for _, datagram in self.arrivals]


@pytest.fixture
async def media_node() -> AsyncIterator[tuple[MediaNode, tuple[str, int]]]:
    loop = asyncio.get_running_loop()
    transport, node = await loop.create_datagram_endpoint(MediaNode, local_addr=("127.0.0.1", 0))
    yield node, transport.get_extra_info("sockname")
    transport.close()


@pytest.fixture
async def room(ear: Ear) -> Ear:
    """An ear with the room open."""
    await ear.node.OpenRoom(pb.OpenRoomRequest(session_id=SESSION), metadata=metadata(SUITE))
    return ear


async def test_what_a_bot_says_is_on_its_track_at_its_own_pace(room: Ear) -> None:
    begun = time.monotonic()

    spoken = await room.speak(speech()[:50], "prt_bot")

    assert spoken == pytest.approx(1.0)
    assert time.monotonic() - begun > 0.95
    one = (await room.roster()).connections[0]
    assert (one.participant_id, one.epoch, one.scripted) == ("prt_bot", 1, True)
    await room.speak(speech()[50:60], "prt_bot")
    await room.close_voice("prt_bot")
    heard = await room.listen("prt_bot")
    assert list(packets(heard).values()) == speech()[:60]
    assert [kind for kind, _, _ in stretches(heard)][-2:] == ["AUDIO", "END"]
    assert not (await room.roster()).connections


async def test_a_voice_is_sent_to_the_media_node_as_it_is_said(
    room: Ear, media_node: tuple[MediaNode, tuple[str, int]]
) -> None:
    node, address = media_node
    await room.open_voice(address, "prt_bot", level_id=3)

    await room.speak(speech()[:30], "prt_bot")
    await asyncio.sleep(0.5)
    await room.speak(speech()[30:40], "prt_bot")
    await eventually(lambda: _count(node, 40))

    sent = node.packets
    assert [packet.payload for packet in sent] == speech()[:40]
    assert [packet.marker for packet in sent] == [number in (0, 30) for number in range(40)]
    first = sent[0]
    assert {packet.ssrc for packet in sent} == {1000}
    assert [(one.sequence - first.sequence) & 0xFFFF for one in sent] == list(range(40))
    steps = [(one.timestamp - first.timestamp) & 0xFFFFFFFF for one in sent]
    assert steps[:30] == [960 * number for number in range(30)]
    came = [at - node.arrivals[0][0] for at, _ in node.arrivals]
    assert came[30] > 0.9
    assert steps[30] / 48_000 == pytest.approx(came[30], abs=0.3)
    assert all(datagram[12:16] == bytes.fromhex("bede0001") for _, datagram in node.arrivals)
    assert {datagram[16] for _, datagram in node.arrivals} == {0x30}
    # One after the other, not all at once; later than said only on a busy machine.
    assert came[29] > 0.38


async def test_a_scripted_persons_voice_is_sent_from_now_on(
    room: Ear, media_node: tuple[MediaNode, tuple[str, int]]
) -> None:
    node, address = media_node
    await room.open_voice(address, "prt_Ada", level_id=0)

    says = [{"at": "200ms", "audio": "ada.wav"}]
    await room.perform(a_zip(a_script(a_person(says=says, leaves="2s")), ada=a_tone(1)))
    await eventually(lambda: _count(node, 50))

    heard = packets(await room.listen("prt_Ada"))
    assert [packet.payload for packet in node.packets] == list(heard.values())


async def test_a_closed_voice_is_sent_no_more(
    room: Ear, media_node: tuple[MediaNode, tuple[str, int]]
) -> None:
    node, address = media_node
    await room.open_voice(address, "prt_bot")
    await room.speak(speech()[:5], "prt_bot")
    await eventually(lambda: _count(node, 5))

    await room.close_voice("prt_bot")
    await room.speak(speech()[:5], "prt_bot")
    await asyncio.sleep(0.1)

    assert len(node.packets) == 5


async def test_ending_the_call_interrupts_what_is_said(room: Ear) -> None:
    saying = asyncio.create_task(room.speak(speech()[:200], "prt_bot"))
    await eventually(lambda: _present(room, 0.3))

    saying.cancel()
    with pytest.raises(asyncio.CancelledError):
        await saying
    await asyncio.sleep(0.3)
    await room.close_voice("prt_bot")

    assert 5 <= len(packets(await room.listen("prt_bot"))) < 100


async def test_a_voice_yields_to_who_speaks_and_says_how_far_it_came(room: Ear) -> None:
    await room.perform(_speaking("Ada", "Bo"), people=2)
    await eventually(lambda: _connected(room, "prt_Ada", "prt_Bo"))

    answer = await _speak(room, speech()[:50] * 20, yields_to=["prt_Bo"], yield_after_seconds=0.3)

    assert answer.interrupted_by == "prt_Bo"
    assert 0 < answer.spoken_seconds < 15
    await room.close_voice("prt_bot")
    said = packets(await room.listen("prt_bot"))
    assert len(said) == round(answer.spoken_seconds * 50)


async def test_a_voice_goes_on_over_those_it_does_not_yield_to(room: Ear) -> None:
    await room.perform(_speaking("Ada"))
    await eventually(lambda: _connected(room, "prt_Ada"))

    answer = await _speak(room, speech()[:250], yields_to=["prt_Bo"], yield_after_seconds=0.3)

    assert not answer.interrupted_by
    assert answer.spoken_seconds == pytest.approx(5.0)
    await eventually(lambda: _spoke(room, "prt_Ada", 1))


async def test_a_word_to_stop_overtakes_what_is_still_to_be_said(room: Ear) -> None:
    said = asyncio.Event()

    async def requests() -> AsyncIterator[pb.SpeakRequest]:
        yield pb.SpeakRequest(
            session_id=SESSION, participant_id="prt_bot", packets=speech()[:50] * 20
        )
        await said.wait()
        yield pb.SpeakRequest(stop=True)

    speaking = asyncio.ensure_future(
        room.ear.Speak(requests(), metadata=metadata(SUITE), timeout=30)
    )
    await eventually(lambda: _present(room, 0.3))
    said.set()

    assert 0.2 < (await speaking).spoken_seconds < 15


async def test_two_who_speak_with_one_voice_take_turns(room: Ear) -> None:
    await asyncio.gather(
        room.speak(speech()[:20], "prt_bot"), room.speak(speech()[20:40], "prt_bot")
    )
    await room.close_voice("prt_bot")

    heard = list(packets(await room.listen("prt_bot")).values())

    assert heard in (speech()[:40], speech()[20:40] + speech()[:20])


async def test_what_cannot_be_said_is_refused(room: Ear) -> None:
    await room.seat(1, participant_id="prt_1")

    assert await refusal(room.speak(speech()[:5], "prt_1")) is StatusCode.FAILED_PRECONDITION
    assert await refusal(room.speak([b""], "prt_bot")) is StatusCode.INVALID_ARGUMENT
    assert await refusal(room.speak([b"\xfc" * 1300], "prt_bot")) is StatusCode.INVALID_ARGUMENT
    assert await refusal(room.open_voice(("", 1))) is StatusCode.INVALID_ARGUMENT
    assert await refusal(room.open_voice(("127.0.0.1", 0))) is StatusCode.INVALID_ARGUMENT
    address = ("127.0.0.1", 9)
    assert await refusal(room.open_voice(address, level_id=15)) is StatusCode.INVALID_ARGUMENT


async def refusal(call: object) -> StatusCode:
    with pytest.raises(aio.AioRpcError) as refused:
        await call  # type: ignore[misc]
    return refused.value.code()


async def _count(node: MediaNode, count: int) -> bool:
    return len(node.arrivals) >= count


async def _present(ear: Ear, seconds: float) -> bool:
    return any(talk.present_seconds > seconds for talk in (await ear.talk()).values())


async def _spoke(ear: Ear, participant_id: str, seconds: float) -> bool:
    return (await ear.talk())[participant_id].speaking_seconds > seconds


async def _speak(room: Ear, words: Sequence[bytes], **courtesy: Any) -> pb.SpeakResponse:
    request = pb.SpeakRequest(
        session_id=SESSION, participant_id="prt_bot", packets=words, **courtesy
    )
    answer: pb.SpeakResponse = await room.ear.Speak(
        iter([request]), metadata=metadata(SUITE), timeout=40
    )
    return answer


def _speaking(*names: str) -> bytes:
    """A scenario in which those speak, the last one from two seconds on, the others at once."""
    clip = wav_of(people_of("kick-off")["Ada"][0].pcm)
    people = [
        a_person(
            name=name,
            says=[{"at": "2s" if name == names[-1] else "0s", "audio": "clip.wav"}],
            leaves="25s",
        )
        for name in names
    ]
    return a_zip(a_script(*people), clip=clip)


async def _connected(room: Ear, *names: str) -> bool:
    there = {one.participant_id for one in (await room.roster()).connections}
    return set(names) <= there
