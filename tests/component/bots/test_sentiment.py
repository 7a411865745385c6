"""Moods in a session: told when they change, kept piece by piece, answered as one track each."""

from bots.domain.moods import MoodLabel
from bots.service.feelings import MOST_POINTS, tracks_of
from convene.bots.v1 import events_pb2 as facts
from tests.support.crews import MEETING, Replica, Stage, a_caller
from tests.support.eventually import eventually
from tests.support.insights import an_insight
from tests.support.tones import said


async def over(stage: Stage) -> None:
    for person in ("ada", "bo"):
        await stage.ear.end(person)
    await stage.ends()
    await eventually(lambda: stage.facts(facts.CrewFlushed))


async def test_how_people_sound_is_told_when_it_changes_and_answered_for_each(
    stage: Stage, replica: Replica
) -> None:
    await stage.begins("sentiment", smoothing_seconds=1.0)
    await stage.joins("ada")
    await stage.joins("bo")
    await stage.ear.say("ada", said("bravo", "charlie"))
    await stage.ear.say("bo", said("charlie"))
    await over(stage)

    told = [fact.insight for fact in await stage.facts(facts.SentimentChanged)]
    assert {(one.speaker.name, one.details["label"]) for one in told[:1]} == {("Ada", "NEGATIVE")}
    found = await replica.feelings.of_session(a_caller(), MEETING, "")
    assert found.engine == "written"
    ada, bo = found.tracks
    assert (ada.speaker_name, [point.polarity for point in ada.points]) == ("Ada", [-1.0, 0.0])
    assert ada.points[0].level < ada.points[1].level < 0
    assert (bo.label, bo.changes, bo.points[0].level) == (MoodLabel.NEUTRAL, 0, 0.0)


async def test_a_language_without_an_engine_degrades_the_bot_once(
    stage: Stage, replica: Replica
) -> None:
    await stage.begins("sentiment", language="de")
    await stage.joins("ada")
    await stage.joins("bo")
    await stage.ear.say("ada", said("alpha", "bravo"))
    await over(stage)

    (degraded,) = await stage.facts(facts.BotDegraded)
    assert "no engine for 'de' is configured" in degraded.reason
    assert (await replica.feelings.of_session(a_caller(), MEETING, "")).tracks == []


async def test_a_meeting_without_a_sentiment_bot_has_no_tracks(
    stage: Stage, replica: Replica
) -> None:
    nothing = await replica.feelings.of_session(a_caller(), MEETING, "")

    assert (nothing.session_id, nothing.engine, nothing.tracks) == ("", "", ())


def test_a_long_track_is_thinned_to_its_bound_and_keeps_both_ends() -> None:
    pieces = [
        an_insight(
            kind="mood", source=f"seg_{at}", end_seconds=float(at), details={"level": at / 5000}
        )
        for at in range(5000)
    ]

    (track,) = tracks_of(pieces)

    assert len(track.points) == MOST_POINTS
    assert (track.points[0].at_seconds, track.points[-1].at_seconds) == (0.0, 4999.0)


def test_a_track_without_pieces_is_made_of_its_changes() -> None:
    change = an_insight(
        kind="sentiment", end_seconds=9.0, details={"level": -0.4, "label": "NEGATIVE"}
    )

    (track,) = tracks_of([change])

    assert (track.label, track.changes, track.points[0].polarity) == (MoodLabel.NEGATIVE, 1, None)
