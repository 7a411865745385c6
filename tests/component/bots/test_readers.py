"""Bots read what is said in order, each at its own pace, and write what they find exactly once."""

import pytest

from bots.domain.reading import Happened, What
from bots.service import readers, reading
from convene.bots.v1 import bots_pb2 as pb
from convene.bots.v1 import events_pb2 as facts
from convene.session.v1 import events_pb2 as session_facts
from convene.session.v1 import session_pb2
from tests.support.crews import MEETING, SESSION, Replica, Stage, a_caller
from tests.support.eventually import eventually
from tests.support.readers import counting, found, insights
from tests.support.speech import opus_packets
from tests.support.tones import PITCHES, pause, said, tone

WORDS = list(PITCHES)[:6]


async def over(stage: Stage) -> None:
    await eventually(lambda: stage.facts(facts.CrewFlushed))


async def speaks(stage: Stage, *words: str) -> None:
    await stage.joins("ada")
    await stage.ear.say("ada", said(*words))


async def ends(stage: Stage) -> None:
    await stage.ear.end("ada")
    await stage.ends()


async def test_a_bot_reads_every_word_in_order_and_cites_it(
    stage: Stage, replica: Replica, monkeypatch: pytest.MonkeyPatch
) -> None:
    counting(monkeypatch, "counter")
    await stage.begins("transcriber", "counter")
    await speaks(stage, *WORDS)
    await ends(stage)
    await over(stage)

    told = await insights(stage)
    segments = [fact.segment for fact in await stage.facts(facts.TranscriptSegment)]
    assert [one.text for one in told if one.state == pb.INSIGHT_STATE_CONFIRMED] == WORDS
    assert [list(one.segment_ids) for one in told] == [[one.id] for one in segments]
    assert [one.details["count"] for one in told] == [1, 2, 3, 4, 5, 6]
    assert [one.sequence for one in told] == [1, 2, 3, 4, 5, 6]
    assert (told[0].speaker.name, told[0].start_seconds) == ("Ada", segments[0].start_seconds)


async def test_a_crew_killed_while_its_bots_read_goes_on_without_loss_or_repetition(
    stage: Stage, replica: Replica, monkeypatch: pytest.MonkeyPatch
) -> None:
    (counter,) = counting(monkeypatch, "counter")
    await stage.begins("transcriber", "counter")
    counter.hold_at = WORDS[2]
    await stage.joins("ada")
    await stage.ear.say("ada", said(*WORDS))
    await eventually(lambda: counter.words[2:])
    await replica.die()
    before = len(counter.words)
    counter.free.set()
    stage.new_replica("second").start()
    await stage.expire_leases()
    await ends(stage)
    await over(stage)

    told = await insights(stage)
    assert [one.text for one in told] == WORDS
    assert [one.details["count"] for one in told] == [1, 2, 3, 4, 5, 6]
    # What was being read when it died is read again, and nothing else.
    assert counter.words[before:] == WORDS[before - 1 :]


async def test_a_slow_bot_delays_nobody(
    stage: Stage, replica: Replica, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow, _ = counting(monkeypatch, "slow", "quick")
    slow.free.clear()
    await stage.begins("transcriber", "slow", "quick")
    await speaks(stage, *WORDS)

    await eventually(lambda: _all_of(stage, "quick", WORDS))
    assert await stage.transcript() == WORDS
    assert await found(stage, "slow") == []
    slow.free.set()
    await eventually(lambda: _all_of(stage, "slow", WORDS))


async def test_a_bot_at_a_standstill_is_told_of_once(
    stage: Stage, replica: Replica, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(readers, "STALLED_SECONDS", 0.2)
    (slow,) = counting(monkeypatch, "slow")
    slow.free.clear()
    await stage.begins("slow")
    await speaks(stage, *WORDS)

    (degraded,) = await eventually(lambda: stage.facts(facts.BotDegraded))
    assert (degraded.bot.kind, "standstill" in degraded.reason) == ("slow", True)
    # What goes on slowly, on a busy machine, is no standstill.
    monkeypatch.setattr(readers, "STALLED_SECONDS", 600.0)
    slow.free.set()
    await ends(stage)
    await over(stage)
    assert len(await stage.facts(facts.BotDegraded)) == 1


async def test_a_bot_that_cannot_read_a_word_says_so_and_goes_on(
    stage: Stage, replica: Replica, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "AGAIN_SECONDS", 0.0)
    broken, _ = counting(monkeypatch, "broken", "sound")
    broken.unreadable.add("bravo")
    await stage.begins("broken", "sound")
    await speaks(stage, "alpha", "bravo", "charlie")
    await ends(stage)
    await over(stage)

    (degraded,) = await stage.facts(facts.BotDegraded)
    assert degraded.bot.kind == "broken"
    assert "what is bravo?" in degraded.reason
    assert broken.words == ["alpha", "bravo", "bravo", "bravo", "charlie"]
    assert await found(stage, "broken") == ["alpha", "charlie"]
    assert await found(stage, "sound") == ["alpha", "bravo", "charlie"]
    assert [one.details["count"] for one in await insights(stage, "broken")] == [1, 2]


async def test_without_a_transcriber_words_are_read_and_not_kept(
    stage: Stage, replica: Replica, monkeypatch: pytest.MonkeyPatch
) -> None:
    counting(monkeypatch, "counter")
    await stage.begins("counter")
    await stage.joins("ada")
    await stage.ear.say("ada", opus_packets(pause(0.5) + tone("alpha", 3.0) + pause(1.0)))
    await stage.ear.say("ada", said("bravo"))
    await eventually(lambda: _all_of(stage, "counter", ["alpha", "bravo"]))
    await ends(stage)
    await over(stage)

    assert await stage.facts(facts.TranscriptSegment) == []
    assert replica.partials.shown == []
    assert await replica.bots.segments(a_caller(), SESSION, 0, 0) == ([], False)
    assert (await stage.facts(facts.CrewFlushed))[0].segments == 0
    assert await stage.kept("segments") == 0


async def test_a_transcript_begins_with_its_transcriber(
    stage: Stage, replica: Replica, monkeypatch: pytest.MonkeyPatch
) -> None:
    counting(monkeypatch, "counter")
    await stage.begins("counter")
    await speaks(stage, "alpha", "bravo")
    await eventually(lambda: _all_of(stage, "counter", ["alpha", "bravo"]))
    await replica.bots.attach(a_caller(), MEETING, "transcriber", {})
    await stage.ear.say("ada", said("charlie"))
    await ends(stage)
    await over(stage)

    assert await stage.transcript() == ["charlie"]
    assert await found(stage, "counter") == ["alpha", "bravo", "charlie"]


async def test_a_bot_that_comes_late_reads_what_follows_or_all_of_it_as_it_is_told(
    stage: Stage, replica: Replica, monkeypatch: pytest.MonkeyPatch
) -> None:
    counting(monkeypatch, "late", "thorough")
    await stage.begins("transcriber")
    await speaks(stage, "alpha", "bravo")
    await eventually(lambda: _spoken(stage, 2))
    await replica.bots.attach(a_caller(), MEETING, "late", {})
    await replica.bots.attach(a_caller(), MEETING, "thorough", {"from_start": True})
    await stage.ear.say("ada", said("charlie"))
    await ends(stage)
    await over(stage)

    assert await found(stage, "late") == ["charlie"]
    assert await found(stage, "thorough") == ["alpha", "bravo", "charlie"]


async def test_bots_read_what_happens_between_the_words(
    stage: Stage, replica: Replica, monkeypatch: pytest.MonkeyPatch
) -> None:
    (counter,) = counting(monkeypatch, "counter")
    await stage.begins("counter")
    await stage.joins("ada")
    chat = session_facts.PromptSent(participant_id="ada")
    chat.prompt.kind = session_pb2.PROMPT_KIND_CHAT
    chat.prompt.text = "hello"
    chat.prompt.from_participant_id = "ada"
    for fact in (
        session_facts.ParticipantMuted(participant_id="ada"),
        session_facts.SessionHeld(),
        session_facts.SessionReleased(),
        chat,
        session_facts.ChecklistItemCompleted(
            item=session_pb2.ChecklistItem(id="greet", text="Greet everybody")
        ),
        session_facts.MetricsSnapshot(
            participants=[session_pb2.ParticipantMetrics(participant_id="ada", turns=3)]
        ),
        session_facts.SessionEndingSoon(remaining_seconds=300),
        session_facts.ParticipantLeft(participant_id="ada", epoch=1),
    ):
        await stage.tell(fact)

    def happened() -> list[Happened]:
        return [event for event in counter.events if isinstance(event, Happened)]

    await eventually(lambda: len(happened()) == 9)
    assert [event.what for event in happened()] == [
        What.JOINED, What.MUTED, What.HELD, What.RELEASED, What.CHAT, What.CHECKED,
        What.METRICS, What.ENDING_SOON, What.LEFT,
    ]  # fmt: skip
    assert happened()[0].details == {"name": "Ada", "role": "HOST", "seconds": 0.0}
    assert happened()[4].details["text"] == "hello"
    assert happened()[5].details == {"item": "greet", "text": "Greet everybody"}
    assert happened()[6].details["participants"][0]["turns"] == 3
    assert happened()[7].details == {"remaining_seconds": 300}


async def test_what_one_person_is_told_in_confidence_is_read_by_no_bot(
    stage: Stage, replica: Replica, monkeypatch: pytest.MonkeyPatch
) -> None:
    (counter,) = counting(monkeypatch, "counter")
    await stage.begins("counter")
    await stage.joins("ada")
    for text, private in (("psst", True), ("hello", False)):
        chat = session_facts.PromptSent(participant_id="ada")
        chat.prompt.kind = session_pb2.PROMPT_KIND_CHAT
        chat.prompt.text = text
        chat.prompt.to_participant_id = "bo" if private else ""
        await stage.tell(chat)

    await eventually(lambda: len(counter.events) == 2)
    _, chatted = counter.events
    assert isinstance(chatted, Happened)
    assert chatted.details["text"] == "hello"


async def test_bots_are_told_once_and_last_that_nothing_more_will_be_said(
    stage: Stage, replica: Replica, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = counting(monkeypatch, "first", "second")
    await stage.begins("first", "second")
    await speaks(stage, "alpha", "bravo")
    await ends(stage)
    await over(stage)

    for counter in (first, second):
        closing = [
            isinstance(event, Happened) and event.what is What.CLOSING for event in counter.events
        ]
        assert closing == [*[False] * (len(closing) - 1), True]


async def test_a_bot_that_is_killed_at_the_end_is_told_of_it_by_the_next_replica(
    stage: Stage, replica: Replica, monkeypatch: pytest.MonkeyPatch
) -> None:
    (counter,) = counting(monkeypatch, "counter")
    counter.hold_at = What.CLOSING
    await stage.begins("counter")
    await speaks(stage, "alpha")
    await ends(stage)
    await eventually(lambda: counter.closings == 1)
    await replica.die()
    counter.free.set()
    stage.new_replica("second").start()
    await stage.expire_leases()
    await over(stage)

    assert counter.closings == 2
    assert await stage.facts(facts.BotDegraded) == []


async def test_a_session_ends_when_its_bots_have_read_everything(
    stage: Stage, replica: Replica, monkeypatch: pytest.MonkeyPatch
) -> None:
    (slow,) = counting(monkeypatch, "slow")
    slow.free.clear()
    await stage.begins("slow")
    await speaks(stage, *WORDS)
    await ends(stage)
    await eventually(lambda: len(replica.recogniser.heard) == len(WORDS))
    assert await stage.facts(facts.CrewFlushed) == []
    slow.free.set()
    await over(stage)

    assert await found(stage, "slow") == WORDS
    assert (await stage.told())[-1] == "CrewFlushed"


async def test_a_bot_that_does_not_come_to_an_end_is_cut_off_and_told_of(
    stage: Stage, replica: Replica, monkeypatch: pytest.MonkeyPatch
) -> None:
    (slow,) = counting(monkeypatch, "slow")
    slow.free.clear()
    await stage.begins("transcriber", "slow")
    await speaks(stage, "alpha")
    await stage.ear.end("ada")
    await eventually(lambda: _spoken(stage, 1))
    await stage.ends(drain_seconds=1.5)
    await over(stage)

    (degraded,) = await stage.facts(facts.BotDegraded)
    assert "before it had read everything" in degraded.reason
    assert await stage.transcript() == ["alpha"]


async def _all_of(stage: Stage, kind: str, words: list[str]) -> bool:
    return [one.text for one in await insights(stage, kind)
            if one.state == pb.INSIGHT_STATE_CONFIRMED] == words  # fmt: skip


async def _spoken(stage: Stage, count: int) -> bool:
    return len(await stage.transcript()) == count
