"""A session's crew on a real database and real gRPC: what is heard becomes segments, once."""

from bots.domain.sound import Mark, MarkKind
from convene.bots.v1 import events_pb2 as facts
from tests.support.crews import Replica, Stage
from tests.support.eventually import eventually
from tests.support.tones import said


async def flushed(stage: Stage) -> list[str]:
    """The transcript once the crew says that it is done."""
    await eventually(lambda: stage.facts(facts.CrewFlushed))
    return await stage.transcript()


async def test_what_people_say_becomes_segments(stage: Stage, replica: Replica) -> None:
    await stage.begins("transcriber", language="en")
    await stage.joins("ada", offset=2.0)
    await stage.ear.say("ada", said("alpha", "bravo"))
    await stage.ear.end("ada")
    await stage.ends()

    assert await flushed(stage) == ["alpha", "bravo"]
    first = (await stage.facts(facts.TranscriptSegment))[0].segment
    assert (first.speaker.name, first.language, first.final) == ("Ada", "en", True)
    assert abs(first.start_seconds - (2.0 + 0.2)) < 0.05
    assert first.words[0].text == "alpha"
    assert abs(first.words[0].start_seconds - (2.0 + 0.5)) < 0.05


async def test_a_scripted_session_yields_its_lines_in_order(stage: Stage, replica: Replica) -> None:
    await stage.begins("transcriber")
    await stage.joins("ada")
    for at, line in ((48_000, "hello there"), (144_000, "good bye")):
        await stage.ear.mark("ada", Mark(MarkKind.SCRIPT, at, at + 48_000, line))
    await stage.ear.end("ada")
    await stage.ends()

    assert await flushed(stage) == ["hello there", "good bye"]
    first = (await stage.facts(facts.TranscriptSegment))[0].segment
    assert first.scripted
    assert [word.text for word in first.words] == ["hello", "there"]
    assert (first.words[0].start_seconds, first.words[1].end_seconds) == (1.0, 2.0)
