"""What bots ask for is done after it is written, once, whoever does it, with its evidence."""

import pytest

from bots.domain.act import ActRefused, SessionBusy
from bots.domain.reading import Do
from bots.domain.sound import Mark, MarkKind
from bots.service import acting
from convene.bots.v1 import events_pb2 as facts
from convene.session.v1 import events_pb2 as session_facts
from convene.session.v1 import session_pb2
from tests.support.crews import Replica, Stage
from tests.support.eventually import eventually
from tests.support.readers import doing, insights
from tests.support.speech import opus_packets
from tests.support.tones import pause, said, tone


async def speaks(stage: Stage, *words: str) -> None:
    await stage.begins("doer")
    await stage.joins("ada")
    await stage.ear.say("ada", said(*words))


async def completed(stage: Stage, count: int = 1) -> list[facts.BotActionCompleted]:
    async def enough() -> list[facts.BotActionCompleted]:
        told = await stage.facts(facts.BotActionCompleted)
        return told if len(told) >= count else []

    return await eventually(enough)


async def test_what_a_bot_asks_for_is_done_and_told_with_what_speaks_for_it(
    stage: Stage, replica: Replica, monkeypatch: pytest.MonkeyPatch
) -> None:
    doing(monkeypatch, "doer")
    await speaks(stage, "charlie", "alpha")

    (told,) = await completed(stage)
    (act,) = replica.hands.done
    (insight,) = await insights(stage)
    assert (act.do, act.arguments) == (Do.END, {"reason": "enough", "by_policy": True})
    assert (told.verb, told.error, told.bot_id) == ("end", "", insight.bot_id)
    assert list(told.insight_ids) == list(act.insight_ids) == [insight.id]


async def test_a_crew_killed_between_its_finding_and_its_act_has_it_done_by_the_next(
    stage: Stage, replica: Replica, monkeypatch: pytest.MonkeyPatch
) -> None:
    doing(monkeypatch, "doer")
    replica.hands.free.clear()
    await speaks(stage, "alpha", "bravo")
    await eventually(lambda: _found(stage, 2))
    await replica.die()
    second = stage.new_replica("second")
    second.start()
    await stage.expire_leases()

    await completed(stage, 2)
    assert replica.hands.done == []
    assert [act.do for act in second.hands.done] == [Do.END, Do.MUTE]
    assert len(await stage.facts(facts.BotActionCompleted)) == 2


async def test_words_that_are_seen_before_they_are_final_have_it_done_once(
    stage: Stage, replica: Replica, monkeypatch: pytest.MonkeyPatch
) -> None:
    doing(monkeypatch, "doer")
    await stage.begins("doer")
    await stage.joins("ada")
    await stage.ear.say("ada", opus_packets(pause(0.5) + tone("alpha", 3.0)))
    await completed(stage)
    await stage.ear.say("ada", opus_packets(pause(2.0)))
    await stage.ear.end("ada")
    await stage.ends()
    await eventually(lambda: stage.facts(facts.CrewFlushed))

    assert len(await insights(stage)) == 2
    assert len(replica.hands.done) == len(await stage.facts(facts.BotActionCompleted)) == 1


async def test_what_may_work_later_is_tried_again_as_the_same_act(
    stage: Stage, replica: Replica, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(acting, "WAITS", (0.0,) * 3)
    doing(monkeypatch, "doer")
    replica.hands.failures = [SessionBusy("not now"), SessionBusy("not yet")]
    await speaks(stage, "alpha")

    (told,) = await completed(stage)
    assert told.error == ""
    assert len(replica.hands.done) == 1


async def test_what_a_session_refuses_is_told_with_its_reason_and_holds_up_nothing(
    stage: Stage, replica: Replica, monkeypatch: pytest.MonkeyPatch
) -> None:
    doing(monkeypatch, "doer")
    replica.hands.failures = [ActRefused("it is held")]
    await speaks(stage, "alpha", "bravo")

    refused, done = await completed(stage, 2)
    assert (refused.verb, refused.error) == ("end", "ACT_REFUSED: it is held")
    assert (done.verb, done.error) == ("mute", "")


async def test_what_is_not_done_when_the_session_ends_is_told_to_be_undone(
    stage: Stage, replica: Replica, monkeypatch: pytest.MonkeyPatch
) -> None:
    doing(monkeypatch, "doer")
    replica.hands.free.clear()
    await speaks(stage, "bravo")
    await eventually(lambda: insights(stage))
    await stage.ear.end("ada")
    await stage.ends(drain_seconds=1.5)
    await eventually(lambda: stage.facts(facts.CrewFlushed))

    (told,) = await stage.facts(facts.BotActionCompleted)
    assert (told.verb, told.error) == ("mute", "the session ended first")


async def test_a_checklist_is_ticked_by_what_is_said_and_by_what_is_ticked_elsewhere(
    stage: Stage, replica: Replica
) -> None:
    items = [{"item": "greet", "phrases": ["good morning"]}, {"item": "budget"}]
    await stage.begins("checklist", items=items, ends_session=True)
    await stage.joins("ada")
    await stage.ear.mark("ada", Mark(MarkKind.SCRIPT, 0, 48_000, "good morning everybody"))
    await completed(stage)
    ticked = session_pb2.ChecklistItem(id="budget", text="Agree on it")
    await stage.tell(session_facts.ChecklistItemCompleted(item=ticked))
    await completed(stage, 2)

    assert [act.do for act in replica.hands.done] == [Do.CHECK, Do.END]
    assert [one.details["item"] for one in await insights(stage)] == ["greet"]


async def _found(stage: Stage, count: int) -> bool:
    return len(await insights(stage)) == count
