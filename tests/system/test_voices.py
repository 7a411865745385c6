"""A translator, a speaker and chat commands in one meeting, through the running suite."""

import io
import json
import zipfile
from collections.abc import AsyncIterator
from typing import Any

import pytest

from convene_cli.client import Api
from convene_cli.suite import Installation
from tests.support.eventually import eventually
from tests.support.suite import Meeting, scheduled, user_of

SCRIPT = {
    "title": "Stand-up",
    "engine": "script",
    "people": [
        {
            "name": "Ada",
            "role": "host",
            "joins": "0s",
            "says": [
                {"at": "1s", "text": "The budget is approved."},
                {"at": "12s", "text": "We go on tomorrow."},
            ],
            "leaves": "16s",
        }
    ],
    "chat": [{"at": "6s", "from": "Ada", "text": "!speaker say The tests are green."}],
}
BOTS = [
    {"kind": "transcriber", "config": {"language": "en"}},
    {"kind": "translator", "config": {"language": "en", "languages": ["es"]}},
    {"kind": "speaker", "config": {"greeting": "Welcome.", "chat_commands": {"roles": ["HOST"]}}},
]


@pytest.fixture
async def api(running_suite: Installation) -> AsyncIterator[Api]:
    async with user_of(running_suite) as opened:
        yield opened


def scripted() -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("scenario.yaml", json.dumps(SCRIPT))
    return content.getvalue()


async def test_what_is_said_is_translated_and_what_a_host_writes_is_spoken(api: Api) -> None:
    meeting = await scheduled(api, scripted(), bots=BOTS)
    await meeting.until("artifacts.completed", 90)

    spoken = [one["data"] for one in meeting.of_type("bot.action_completed")]
    said = [one for one in spoken if one["verb"] == "say"]
    assert [bool(one["command_id"]) for one in said] == [False, True]
    assert all(not one["error"] and one["spoken_seconds"] > 0 for one in said)
    assert all(one["spoken_seconds"] == one["total_seconds"] for one in said)
    chats = [one["data"]["prompt"] for one in meeting.of_type("prompt.sent")]
    answers = [one for one in chats if one["text"] == "say: done"]
    assert [one["to_participant_id"] for one in answers] == [_id_of(meeting, "Ada")]

    # What the bot said is nobody's words.
    transcript = await api.call("GET", f"/v1/meetings/{meeting.id}/transcript")
    assert [one["text"] for one in transcript["segments"]] == [
        "The budget is approved.",
        "We go on tomorrow.",
    ]
    spanish = await api.call("GET", f"/v1/meetings/{meeting.id}/transcript?language=es")
    assert [(one["language"], one["translated_by"]) for one in spanish["segments"]] == [
        ("es", "apertium"),
        ("es", "apertium"),
    ]
    assert spanish["segments"][0]["text"] == "El presupuesto está aprobado."


async def test_what_this_installation_lacks_for_bots_is_told_with_what_to_do(api: Api) -> None:
    async def kinds() -> dict[str, Any]:
        return await api.call("GET", "/v1/bot-kinds")

    told = await eventually(kinds)

    having = {one["name"]: one for one in told["capabilities"]}
    assert having["translation"]["availability"] == "CONFIGURED"
    assert having["diariser"]["availability"] == "NOT_CONFIGURED"
    assert "BOTS_DIARISER" in having["diariser"]["remedy"]
    assert {"play", "say", "stop"} <= {
        verb for one in told["items"] if one["kind"] == "speaker" for verb in one["verbs"]
    }


def _id_of(meeting: Meeting, name: str) -> str:
    joined = [one["data"]["participant"] for one in meeting.of_type("participant.joined")]
    ids = {one["name"]: one["id"] for one in joined}
    return str(ids[name])
