"""How people sound, what they talk about and what they are told of it, through the whole suite."""

import json
import zipfile
from collections.abc import AsyncIterator
from io import BytesIO

import pytest

from convene_cli.client import Api
from convene_cli.suite import Installation
from tests.support.suite import scheduled, user_of

BUDGET = "The budget is a nightmare, heating and gas have doubled and I am really worried."
GARDEN = "The roses in the garden are lovely, I love how they bloom beside the fence."
SCRIPT = {
    "title": "Garden club",
    "engine": "script",
    "people": [
        {
            "name": "Ada",
            "role": "host",
            "joins": "0s",
            "says": [{"at": f"{at}s", "text": BUDGET} for at in (1, 5, 9)],
            "leaves": "30s",
        },
        {
            "name": "Bo",
            "role": "participant",
            "joins": "0.5s",
            "says": [{"at": f"{at}s", "text": GARDEN} for at in (14, 18, 22)],
            "leaves": "30s",
        },
    ],
}
BOTS = [
    {"kind": "sentiment", "config": {"smoothing_seconds": 2}},
    {"kind": "topics", "config": {"block_words": 8, "covered_after_seconds": 2}},
    {"kind": "coach", "config": {"monologue_seconds": 5}},
]


def scripted() -> bytes:
    content = BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("scenario.yaml", json.dumps(SCRIPT))
    return content.getvalue()


@pytest.fixture
async def api(running_suite: Installation) -> AsyncIterator[Api]:
    async with user_of(running_suite) as opened:
        yield opened


async def test_moods_topics_and_prompts_of_a_meeting_are_told_live_and_answered_later(
    api: Api,
) -> None:
    agenda = "1. Budget (5 min)\n2. Garden\n3. Parking"
    meeting = await scheduled(api, scripted(), bots=BOTS, agenda=agenda)
    await meeting.until("artifacts.completed")
    home = f"/v1/meetings/{meeting.id}"

    found = await api.call("GET", f"{home}/sentiment")
    moods = {one["speaker"]["name"]: one["mood"] for one in found["speakers"]}
    assert (found["engine"], moods) == ("lexicon", {"Ada": "NEGATIVE", "Bo": "POSITIVE"})
    changed = [event["data"]["insight"] for event in meeting.of_type("sentiment.changed")]
    assert {one["speaker"]["name"] for one in changed} == {"Ada", "Bo"}

    chapters = (await api.call("GET", f"{home}/insights?kind=topic"))["items"]
    assert [one["text"] for one in chapters] == ["Budget", "Garden"]
    assert [event["data"]["insight"] for event in meeting.of_type("topic.ended")] == chapters
    items = (await api.call("GET", f"{home}/insights?kind=agenda"))["items"]
    assert {one["text"]: one["details"]["covered"] for one in items} == {
        "Budget": True,
        "Garden": True,
        "Parking": False,
    }

    prompts = [event["data"]["prompt"] for event in meeting.of_type("prompt.sent")]
    assert all("You have been speaking" in one["text"] for one in prompts)
    coached = (await api.call("GET", f"{home}/insights?kind=coaching"))["items"]
    assert {one["to_participant_id"] for one in prompts} == {
        one["speaker"]["id"] for one in coached
    }
    assert len(prompts) == len(coached) == 2
