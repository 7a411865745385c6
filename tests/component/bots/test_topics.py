"""Topics in a session: told as they begin and end, kept as insights, along the meeting's agenda."""

from bots.service.bots import InsightFilter
from convene.bots.v1 import events_pb2 as facts
from tests.support.crews import MEETING, Replica, Stage, a_caller
from tests.support.eventually import eventually
from tests.support.tones import said

AGENDA = "1. Alpha (10 min)\n2. Golf"


async def over(stage: Stage) -> None:
    await stage.ear.end("ada")
    await stage.ends()
    await eventually(lambda: stage.facts(facts.CrewFlushed))


async def test_what_was_talked_about_is_told_and_kept_along_the_meetings_agenda(
    stage: Stage, replica: Replica
) -> None:
    await stage.begins("topics", meeting_agenda=AGENDA, covered_after_seconds=1)
    await stage.joins("ada")
    await stage.ear.say("ada", said("alpha", "alpha", "bravo"))
    await over(stage)

    (started,) = await stage.facts(facts.TopicStarted)
    (ended,) = await stage.facts(facts.TopicEnded)
    assert started.insight.text == ended.insight.text == "Alpha"
    assert ended.insight.start_seconds < ended.insight.end_seconds
    assert len(ended.insight.segment_ids) == 3
    assert ended.insight.speaker.id == ""
    told = [fact.insight for fact in await stage.facts(facts.InsightFound)]
    assert [(one.text, one.details["covered"]) for one in told if one.kind == "agenda"] == [
        ("Alpha", True),
        ("Golf", False),
    ]
    kept, _ = await replica.bots.insights(a_caller(), MEETING, InsightFilter(kind="topic"), 10, "")
    assert [one.text for one in kept] == ["Alpha"]


async def test_a_bot_that_is_brought_later_knows_the_meetings_agenda(
    stage: Stage, replica: Replica
) -> None:
    await stage.begins(meeting_agenda=AGENDA)
    await stage.joins("ada")

    bot = await replica.bots.attach(a_caller(), MEETING, "topics", {})

    assert bot.config["agenda"] == ["Alpha", "Golf"]
    assert (await replica.bots.get(a_caller(), MEETING, bot.id)).config == bot.config
