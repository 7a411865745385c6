"""The coach in a session: it prompts the one it is about, once, and says why."""

from bots.domain.reading import Do
from convene.bots.v1 import events_pb2 as facts
from tests.support.crews import Replica, Stage
from tests.support.eventually import eventually
from tests.support.tones import said


async def test_who_speaks_for_long_is_prompted_in_confidence_and_once(
    stage: Stage, replica: Replica
) -> None:
    await stage.begins("coach", monologue_seconds=3)
    await stage.joins("ada")
    await stage.joins("bo")
    await stage.ear.say("ada", said("alpha", "bravo", "charlie", "delta", "echo"))
    (done,) = await eventually(lambda: stage.facts(facts.BotActionCompleted))
    for person in ("ada", "bo"):
        await stage.ear.end(person)
    await stage.ends()
    await eventually(lambda: stage.facts(facts.CrewFlushed))

    (act,) = replica.hands.done
    (found,) = [fact.insight for fact in await stage.facts(facts.InsightFound)]
    assert (act.do, act.arguments["participant_id"], act.arguments["kind"]) == (
        Do.PROMPT,
        "ada",
        "CHAT",
    )
    assert "role" not in act.arguments
    assert list(done.insight_ids) == [found.id]
    assert (found.kind, found.speaker.id) == ("coaching", "ada")
