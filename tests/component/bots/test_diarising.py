"""People at one device told apart where a diariser is, and languages with how sure it is."""

from collections.abc import Sequence
from contextlib import aclosing
from pathlib import Path

import pytest

from bots.domain.kind import InvalidConfig
from bots.engines.diarising import CannotDiarise, DiariserConfig, Turn
from bots.engines.sherpa_voices import SherpaDiariser
from convene.bots.v1 import bots_pb2 as pb
from convene.bots.v1 import events_pb2 as facts
from tests.support import crews
from tests.support.crews import MEETING, Replica, Stage, a_caller
from tests.support.eventually import eventually
from tests.support.speaker_model import write_speaker_model
from tests.support.speech import opus_packets
from tests.support.tones import pause, said, tone


class Halves:
    """Hears one voice in the first half and another in the second; *broken* hears nothing."""

    def __init__(self) -> None:
        self.streams: set[str] = set()
        self.broken = False

    async def split(self, pcm: bytes, stream: str) -> Sequence[Turn]:
        if self.broken:
            raise CannotDiarise("the diariser is away")
        self.streams.add(stream)
        half = len(pcm) / 2 / 16_000 / 2
        return [Turn("1", 0.0, half, 0.9), Turn("2", half, 2 * half, 0.75)]

    async def aclose(self) -> None:
        """It holds nothing."""


@pytest.fixture
def halves(monkeypatch: pytest.MonkeyPatch) -> Halves:
    """Every replica has this diariser."""
    halves = Halves()
    monkeypatch.setattr(crews, "DIARISER", halves)
    return halves


async def segments(stage: Stage, count: int) -> list[pb.Segment]:
    async def enough() -> list[pb.Segment]:
        told = [fact.segment for fact in await stage.facts(facts.TranscriptSegment)]
        return told if len(told) >= count else []

    return await eventually(enough)


async def test_two_voices_at_one_device_are_two_segments_with_how_sure_it_is(
    stage: Stage, halves: Halves
) -> None:
    replica = stage.new_replica("first")
    replica.start()
    replica.recogniser.says_twice = True
    await stage.begins("transcriber", diarise=True)
    await stage.joins("ada")
    await stage.ear.say("ada", opus_packets(pause(0.5) + tone("alpha", 2.0) + pause(1.5)))

    told = await segments(stage, 2)

    assert [(one.speaker.name, one.text, one.sequence) for one in told] == [
        ("Ada · 1", "alpha", 1),
        ("Ada · 2", "alpha", 2),
    ]
    assert [one.speaker.confidence for one in told] == [0.9, 0.75]
    assert {one.speaker.id for one in told} == {"ada"}
    assert halves.streams == {"ses_1 ada 1"}


async def test_two_voices_are_told_apart_by_a_model_that_is_configured(
    stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = write_speaker_model(tmp_path / "speaker.onnx")
    async with aclosing(SherpaDiariser(DiariserConfig("sherpa", str(model)))) as diariser:
        # Its process is there before anybody speaks.
        await diariser.split(tone("echo", 1.0), "another")
        monkeypatch.setattr(crews, "DIARISER", diariser)
        replica = stage.new_replica("first")
        replica.start()
        replica.recogniser.says_twice = True
        await stage.begins("transcriber", diarise=True)
        await stage.joins("ada")
        both = tone("alpha", 2.5) + tone("hotel", 2.5)
        await stage.ear.say("ada", opus_packets(pause(0.5) + both + pause(1.5)))

        told = await segments(stage, 2)

    assert [one.speaker.name for one in told] == ["Ada · 1", "Ada · 2"]
    assert all(0.0 < one.speaker.confidence <= 1.0 for one in told)


@pytest.mark.parametrize("diarise", [False, True])
async def test_without_being_asked_or_without_an_answer_the_track_is_the_speaker(
    stage: Stage, halves: Halves, diarise: bool
) -> None:
    replica = stage.new_replica("first")
    replica.start()
    halves.broken = True
    await stage.begins("transcriber", diarise=diarise)
    await stage.joins("ada")
    await stage.ear.say("ada", said("alpha"))

    (told,) = await segments(stage, 1)
    assert (told.speaker.name, told.speaker.confidence, told.text) == ("Ada", 1.0, "alpha")


async def test_a_transcriber_that_is_to_tell_voices_apart_is_refused_where_nothing_does(
    stage: Stage, replica: Replica, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(crews, "LACKING_DIARISER", True)
    await stage.begins("transcriber")
    (bot,), _ = await replica.bots.page(a_caller(), MEETING, 10, "")

    with pytest.raises(InvalidConfig) as refused:
        await replica.commands.give(a_caller(), MEETING, bot.id, "configure", {"diarise": True})

    assert refused.value.field == "config.diarise"
    kinds, capabilities = await replica.bots.kinds()
    assert len(kinds) > 5
    assert "BOTS_DIARISER" in capabilities["diariser"].remedy


async def test_a_language_that_is_detected_is_told_with_how_sure_it_is_until_one_is_set(
    stage: Stage, replica: Replica
) -> None:
    await stage.begins("transcriber", language="auto")
    await stage.joins("ada")
    await stage.joins("bo")
    replica.recogniser.detects = "pt"
    await stage.ear.say("ada", said("alpha"))
    await segments(stage, 1)
    replica.recogniser.detects = "sv"
    await stage.ear.say("bo", said("bravo"))
    await segments(stage, 2)
    (bot,), _ = await replica.bots.page(a_caller(), MEETING, 10, "")
    await replica.commands.give(a_caller(), MEETING, bot.id, "set_language", {"language": "de"})
    # The crew takes it on within a moment.
    await eventually(lambda: _heard_as(stage, "de"))

    told = await segments(stage, 3)
    assert [(one.language, one.language_confidence) for one in told[:2]] == [
        ("pt", 0.8),
        ("sv", 0.8),
    ]
    assert (told[-1].language, told[-1].language_confidence) == ("de", 0.0)


async def _heard_as(stage: Stage, language: str) -> bool:
    await stage.ear.say("ada", said("charlie"))
    told = [fact.segment for fact in await stage.facts(facts.TranscriptSegment)]
    return told[-1].language == language
