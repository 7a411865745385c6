"""A session's crew on a real database and real gRPC: what is heard becomes segments, once."""

import asyncio

import pytest

from bots.domain.bot import HeardOtherwise
from bots.domain.sound import Mark, MarkKind
from bots.engines.models import ModelMissing
from bots.engines.recognition import Busy, RecogniserFailed
from bots.service import crew, hearing
from convene.bots.v1 import bots_pb2
from convene.bots.v1 import events_pb2 as facts
from convene.session.v1 import events_pb2 as session_facts
from tests.support.crews import MEETING, SESSION, WORKSPACE, Replica, Stage, a_caller
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


async def test_a_gap_in_the_sound_is_told_with_its_bounds(stage: Stage, replica: Replica) -> None:
    await stage.begins("transcriber")
    await stage.joins("ada", offset=10.0)
    await stage.ear.say("ada", said("alpha"))
    at = len(said("alpha")) * 960
    await stage.ear.mark("ada", Mark(MarkKind.GAP, at, at + 96_000))
    await stage.ear.say("ada", said("bravo"))
    await stage.ear.end("ada")
    await stage.ends()

    begin = 10 + at / 48_000
    assert await flushed(stage) == ["alpha", f"[{begin:g}-{begin + 2:g}]", "bravo"]


async def test_who_goes_on_at_another_ear_has_one_gap_up_to_there(
    stage: Stage, replica: Replica, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hearing, "MOVED_SECONDS", 0.5)
    await stage.begins("transcriber")
    await stage.joins("ada", offset=10.0)
    await stage.ear.say("ada", said("alpha"))
    # The first ear says no more, not even that its track is over.
    there = stage.ear.address.replace("127.0.0.1", "localhost")
    await stage.joins("ada", 2, offset=30.0, ear_address=there)
    await stage.ear.say("ada", said("bravo"), 2)
    await stage.ear.end("ada", 2)
    await stage.ends()

    lost_from = 10 + len(said("alpha")) / 50
    # A word is recognised while the ear that is left is still waited for.
    assert sorted(await flushed(stage)) == [f"[{lost_from:g}-30]", "alpha", "bravo"]


async def test_a_second_join_of_the_same_person_has_segments_of_its_own(
    stage: Stage, replica: Replica
) -> None:
    await stage.begins("transcriber")
    for epoch in (1, 2):
        await stage.joins("ada", epoch, offset=10.0 * epoch)
        await stage.ear.say("ada", said("alpha"), epoch)
        await stage.ear.end("ada", epoch)
    await stage.ends()

    assert await flushed(stage) == ["alpha", "alpha"]
    segments = [fact.segment for fact in await stage.facts(facts.TranscriptSegment)]
    assert sorted(round(one.start_seconds) for one in segments) == [10, 20]


async def test_a_cut_connection_to_the_ear_goes_on_where_it_was_cut(
    stage: Stage, replica: Replica
) -> None:
    words = said("alpha", "bravo", "charlie")
    await stage.begins("transcriber")
    await stage.joins("ada")
    await stage.ear.say("ada", words[:100])
    await eventually(lambda: stage.ear.asked)
    await stage.ear.cut()
    await stage.ear.say("ada", words[100:])
    await stage.ear.end("ada")
    await stage.ends()

    assert await flushed(stage) == ["alpha", "bravo", "charlie"]
    assert [first for _, first in stage.ear.asked] == [0, 96 * 960]


async def test_bots_join_when_they_hear_and_leave_with_the_session(
    stage: Stage, replica: Replica
) -> None:
    await stage.begins("transcriber")
    await stage.joins("ada")
    await stage.ear.say("ada", said("alpha"))
    await eventually(lambda: stage.facts(facts.BotJoined))
    await stage.ear.end("ada")
    await stage.ends()
    await flushed(stage)

    told = [name for name in await stage.told() if name != "TranscriptSegment"]
    assert told == ["BotJoining", "BotJoined", "BotLeft", "CrewFlushed"]
    left = (await stage.facts(facts.BotLeft))[0].bot
    assert (left.state, left.reason) == (bots_pb2.BOT_STATE_DONE, "SESSION_ENDED")


async def test_a_crew_that_nobody_needs_is_flushed_as_soon_as_the_session_ends(
    stage: Stage,
) -> None:
    await stage.begins()
    await stage.joins("ada")
    await stage.ends()
    await stage.tell(session_facts.SessionEnded())

    assert await stage.told() == ["CrewFlushed"]


async def test_a_session_that_fails_ends_its_crew(stage: Stage) -> None:
    await stage.begins("transcriber")
    await stage.tell(session_facts.SessionFailed())

    assert await stage.told() == ["BotLeft", "CrewFlushed"]


async def test_a_bot_that_cannot_come_fails_and_harms_nobody(
    stage: Stage, replica: Replica
) -> None:
    await stage.begins("butler", "transcriber", "transcriber", language="en")
    await stage.joins("ada")
    await stage.ear.say("ada", said("alpha"))
    await stage.ear.end("ada")
    await stage.ends()

    assert await flushed(stage) == ["alpha"]
    reasons = [fact.bot.reason for fact in await stage.facts(facts.BotFailed)]
    assert [reason.split(":")[0] for reason in reasons] == ["UNKNOWN_KIND", "DUPLICATE"]


async def test_bots_that_cannot_come_take_no_place_of_those_that_can(
    stage: Stage, replica: Replica
) -> None:
    await stage.begins("butler", "cook", "porter", "transcriber", language="en")
    await stage.joins("ada")
    await stage.ear.say("ada", said("alpha"))
    await stage.ear.end("ada")
    await stage.ends()

    assert await flushed(stage) == ["alpha"]
    assert len(await stage.facts(facts.BotFailed)) == 3


async def test_a_configuration_that_its_kind_does_not_know_fails_the_bot(stage: Stage) -> None:
    await stage.begins("transcriber", tongue="en")

    reason = (await stage.facts(facts.BotFailed))[0].bot.reason
    assert reason.startswith("INVALID_CONFIG: config.tongue is not known")


async def test_of_two_bots_that_name_different_languages_the_second_fails_at_the_start(
    stage: Stage,
) -> None:
    starting = session_facts.SessionStarting()
    starting.session.id = SESSION
    for kind, language in (("sentiment", "en"), ("keywords", "es"), ("transcriber", "auto")):
        starting.snapshot.bots.add(kind=kind).config.update({"language": language})
    await stage.tell(starting)

    (failed,) = await stage.facts(facts.BotFailed)
    assert failed.bot.kind == "keywords"
    assert failed.bot.reason.startswith("HEARD_OTHERWISE: this keywords names 'es', and bot ")


async def test_a_bot_that_is_brought_or_told_to_hear_otherwise_is_refused(
    stage: Stage, replica: Replica
) -> None:
    await stage.begins("transcriber", language="en")
    await stage.joins("ada")
    caller = a_caller()
    bots, _ = await replica.bots.page(caller, MEETING, 10, "")

    with pytest.raises(HeardOtherwise):
        await replica.bots.attach(caller, MEETING, "keywords", {"language": "es"})
    bot = await replica.bots.attach(caller, MEETING, "keywords", {})
    spanish = {"language": "es"}
    for verb in ("set_language", "configure"):
        with pytest.raises(HeardOtherwise):
            await replica.commands.give(caller, MEETING, bot.id, verb, spanish)

    await replica.commands.give(caller, MEETING, bots[0].id, "set_language", spanish)
    await replica.commands.give(caller, MEETING, bot.id, "set_language", spanish)


async def test_forms_of_one_language_are_heard_in_one_way(stage: Stage, replica: Replica) -> None:
    await stage.begins("transcriber", language="en-GB")
    await stage.joins("ada")
    caller = a_caller()

    bot = await replica.bots.attach(caller, MEETING, "keywords", {"language": "EN"})
    american = {"language": "en-US"}
    told = await replica.commands.give(caller, MEETING, bot.id, "set_language", american)

    bots, _ = await replica.bots.page(caller, MEETING, 10, "")
    assert [one.config["language"] for one in bots] == ["en", "en"]
    assert told.arguments == american
    with pytest.raises(HeardOtherwise, match="has people heard in 'en'"):
        await replica.commands.give(caller, MEETING, bot.id, "set_language", {"language": "es-ES"})


async def test_missing_weights_fail_the_bot_with_the_remedy(stage: Stage, replica: Replica) -> None:
    replica.recogniser.unready = ModelMissing("no speech model: run `make models`")
    await stage.begins("transcriber")
    await stage.joins("ada")
    await stage.ear.say("ada", said("alpha")[:5])

    await eventually(lambda: stage.facts(facts.BotFailed))
    reason = (await stage.facts(facts.BotFailed))[0].bot.reason
    assert reason == "MODEL_MISSING: no speech model: run `make models`"
    await stage.ends()
    assert await flushed(stage) == []


async def test_speech_that_the_recogniser_gives_up_is_a_gap(stage: Stage, replica: Replica) -> None:
    replica.recogniser.failures = [Busy("full"), RecogniserFailed("lost twice")]
    await stage.begins("transcriber")
    await stage.joins("ada")
    await stage.ear.say("ada", said("alpha", "bravo"))
    await stage.ear.end("ada")
    await stage.ends()

    gap, word = await flushed(stage)
    assert (gap[0], word) == ("[", "bravo")


async def test_what_has_no_words_at_the_drain_deadline_is_a_gap(
    stage: Stage, replica: Replica
) -> None:
    replica.recogniser.free.clear()
    await stage.begins("transcriber")
    await stage.joins("ada")
    await stage.ear.say("ada", said("alpha"))
    await eventually(lambda: stage.facts(facts.BotJoined))
    await stage.ends(drain_seconds=2.0)

    (gap,) = await flushed(stage)
    assert gap.startswith("[0.18-")
    assert (await stage.told())[-2:] == ["BotLeft", "CrewFlushed"]


async def test_what_is_still_being_said_at_the_drain_deadline_becomes_words(
    stage: Stage, replica: Replica
) -> None:
    await stage.begins("transcriber")
    await stage.joins("ada")
    await stage.ear.say("ada", said("alpha", "bravo")[:120])
    await eventually(lambda: stage.facts(facts.TranscriptSegment))
    await stage.ends(drain_seconds=3.0)

    assert await flushed(stage) == ["alpha", "bravo"]


async def test_words_are_shown_while_they_are_being_said(stage: Stage, replica: Replica) -> None:
    await stage.begins("transcriber")
    await stage.joins("ada")
    await stage.ear.say("ada", said("alpha")[:55])
    await eventually(lambda: replica.partials.shown)
    await stage.ear.say("ada", said("alpha")[55:])
    await stage.ear.end("ada")
    await stage.ends()
    await flushed(stage)

    partial = replica.partials.shown[0]
    final = (await stage.facts(facts.TranscriptSegment))[0].segment
    assert (partial.workspace_id, partial.meeting_id) == (WORKSPACE, MEETING)
    assert (partial.segment.text, partial.segment.final) == ("alpha", False)
    assert (partial.segment.sequence, partial.segment.id) == (0, final.id)


async def test_a_bot_that_hears_nothing_of_somebody_is_degraded_once(
    stage: Stage, replica: Replica, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hearing, "STALLED_SECONDS", 0.2)
    monkeypatch.setattr(crew, "TICK_SECONDS", 0.1)
    await stage.begins("transcriber")
    await stage.joins("ada")
    await stage.ear.say("ada", said("alpha"))
    await eventually(lambda: stage.facts(facts.BotDegraded))
    await stage.ear.end("ada")
    await stage.ends()
    await flushed(stage)

    (degraded,) = await stage.facts(facts.BotDegraded)
    assert degraded.reason.startswith("no sound of Ada")


async def test_gaps_alone_degrade_a_bot_and_sound_makes_it_well_again(
    stage: Stage, replica: Replica, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hearing, "STALLED_SECONDS", 0.4)
    monkeypatch.setattr(crew, "TICK_SECONDS", 0.1)
    await stage.begins("transcriber")
    await stage.joins("ada")
    await stage.ear.say("ada", said("alpha"))
    at = len(said("alpha")) * 960

    async def degraded(times: int) -> bool:
        nonlocal at
        await stage.ear.mark("ada", Mark(MarkKind.GAP, at, at + 960))
        at += 960
        return len(await stage.facts(facts.BotDegraded)) >= times

    await eventually(lambda: degraded(1))
    for _ in range(4):
        await stage.ear.say("ada", said("alpha")[:5])
        await asyncio.sleep(0.1)
    at += 4 * 5 * 960
    await eventually(lambda: degraded(2))


async def test_somebody_who_is_muted_degrades_no_bot(
    stage: Stage, replica: Replica, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(crew, "TICK_SECONDS", 0.05)
    await stage.ear.mark("ada", Mark(MarkKind.MUTE, 0, 960))
    await stage.begins("transcriber")
    await stage.joins("ada")
    await stage.joins("bo")
    await stage.ear.say("bo", said("alpha"))
    # Until both are listened to, nobody is missed.
    await eventually(stage.transcript)
    monkeypatch.setattr(hearing, "STALLED_SECONDS", 0.1)
    await eventually(lambda: stage.facts(facts.BotDegraded))

    (degraded,) = await stage.facts(facts.BotDegraded)
    assert degraded.reason.startswith("no sound of Bo")


async def test_a_track_that_the_ear_has_forgotten_holds_nobody_up(
    stage: Stage, replica: Replica, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hearing, "FORGOTTEN_SECONDS", 0.1)
    stage.ear.forgets("ada")
    await stage.begins("transcriber")
    await stage.joins("ada")
    await stage.tell(session_facts.ParticipantLeft(participant_id="ada", epoch=1))
    await stage.ends()

    assert await flushed(stage) == []


async def test_a_session_that_is_over_does_not_cut_short_what_is_still_to_be_heard(
    stage: Stage,
) -> None:
    await stage.begins("transcriber")
    await stage.joins("ada")
    await stage.ear.say("ada", said("alpha"))
    await stage.ear.end("ada")
    await stage.ends()
    await stage.tell(session_facts.SessionEnded())
    stage.new_replica("late").start()

    assert await flushed(stage) == ["alpha"]
