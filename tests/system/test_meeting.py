"""A whole meeting through the running suite, by public REST calls alone."""

import json
import zipfile
from collections.abc import AsyncIterator
from io import BytesIO

import pytest

from convene_cli.client import Api
from convene_cli.suite import Installation
from tests.support.eventually import eventually
from tests.support.suite import hooked, scheduled, user_of

SCRIPT = {
    "title": "Stand-up",
    "engine": "script",
    "people": [
        {
            "name": "Ada",
            "role": "host",
            "joins": "0s",
            "says": [
                {"at": "1s", "text": "We decided to ship on Friday."},
                {"at": "6s", "text": "I will write the release notes by Thursday."},
            ],
            "leaves": "12s",
        },
        {
            "name": "Bo",
            "role": "participant",
            "joins": "0.5s",
            "says": [{"at": "4s", "text": "The tests are green."}],
            "leaves": "11s",
        },
    ],
}


def scripted() -> bytes:
    """The script as a scenario's zip; JSON is YAML too."""
    content = BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("scenario.yaml", json.dumps(SCRIPT))
    return content.getvalue()


@pytest.fixture
async def api(running_suite: Installation) -> AsyncIterator[Api]:
    async with user_of(running_suite) as opened:
        yield opened


async def test_a_scheduled_meeting_runs_by_itself_from_start_to_artifacts(api: Api) -> None:
    meeting = await scheduled(api, scripted(), seconds=2)
    await meeting.until("artifacts.completed")

    kinds = [event["type"] for event in meeting.events]
    assert kinds.index("meeting.created") < kinds.index("session.starting")
    assert kinds.index("session.started") < kinds.index("session.ended")
    assert meeting.of_type("session.ended")[0]["data"]["session"]["end_reason"] == "ALL_LEFT"
    assert [event["sequence"] for event in meeting.events] == list(range(1, len(kinds) + 1))

    transcript = await api.call("GET", f"/v1/meetings/{meeting.id}/transcript")
    said = [(one["speaker"]["name"], one["text"]) for one in transcript["segments"]]
    assert transcript["state"] == "AVAILABLE"
    assert said == [
        ("Ada", "We decided to ship on Friday."),
        ("Bo", "The tests are green."),
        ("Ada", "I will write the release notes by Thursday."),
    ]
    assert all(one["scripted"] for one in transcript["segments"])

    summary = await api.call("GET", f"/v1/meetings/{meeting.id}/summary")
    known = {one["id"] for one in transcript["segments"]}
    assert [one["owner"] for one in summary["action_items"]] == ["Ada"]
    for claim in (*summary["action_items"], *summary["decisions"]):
        assert claim["segment_ids"]
        assert set(claim["segment_ids"]) <= known

    attendance = await api.call("GET", f"/v1/meetings/{meeting.id}/attendance")
    present = {one["name"]: one["present_seconds"] for one in attendance["items"]}
    # Longer than the script by what a busy machine needed to see it.
    assert 11 < present["Ada"] < 24
    assert (await api.call("GET", f"/v1/meetings/{meeting.id}"))["state"] == "COMPLETED"


async def test_every_event_arrives_signed_in_one_trace_that_links_to_its_scheduling(
    running_suite: Installation, api: Api
) -> None:
    async with hooked(api) as hooks:
        meeting = await scheduled(api, scripted(), seconds=2)
        await meeting.until("artifacts.completed")
        wanted = {event["id"] for event in meeting.events}
        await eventually(lambda: wanted <= hooks.events.keys())

        traces = {
            event["type"]: hooks.traceparents[event["id"]].split("-")[1] for event in meeting.events
        }
        story = traces["session.starting"]
        of_the_story = (
            "session.waiting",
            "participant.joined",
            "session.started",
            "bot.joined",
            "transcript.segment",
            "participant.left",
            "session.ended",
            "transcript.available",
            "artifacts.completed",
        )
        assert {traces[kind] for kind in of_the_story} == {story}
        assert traces["meeting.created"] != story

        def services() -> set[str]:
            return {span.service for span in running_suite.traces.spans(story)}

        everyone = {"scheduler", "session", "ear", "bots", "artifacts", "gateway"}
        await eventually(lambda: everyone <= services())
        assert traces["meeting.created"] in running_suite.traces.linked(story)
        assert hooks.refused == 0
