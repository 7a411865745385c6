"""A spoken violation in the running suite: told at a webhook, acted on, audited, tried again."""

import json
from collections.abc import AsyncIterator, Sequence
from typing import Any

import pytest

from convene_cli.client import Api, Json
from convene_cli.receiver import Receiver
from convene_cli.suite import Installation
from tests.support.eventually import eventually
from tests.support.scenarios import zipped
from tests.support.suite import Meeting, hooked, scheduled, user_of


def spoken(**lines: list[tuple[int, str]]) -> bytes:
    """A scenario in which Ada, the host, and Bo say these at these seconds and would stay long."""

    def says(name: str) -> list[dict[str, str]]:
        return [{"at": f"{at}s", "text": text} for at, text in lines.get(name, [])]

    ada = {"name": "Ada", "role": "host", "joins": "0s", "says": says("ada"), "leaves": "60s"}
    bo = {"name": "Bo", "role": "participant", "joins": "0.5s", "says": says("bo"), "leaves": "60s"}
    script = {"title": "A call", "engine": "script", "people": [ada, bo]}
    return zipped({"scenario.yaml": json.dumps(script).encode()})


@pytest.fixture
async def api(running_suite: Installation) -> AsyncIterator[Api]:
    async with user_of(running_suite) as opened:
        yield opened


async def ended(meeting: Meeting) -> Json:
    session: Json = (await meeting.until("session.ended"))["data"]["session"]
    return session


async def test_a_spoken_violation_mutes_tells_a_webhook_and_ends_the_session(api: Api) -> None:
    policy = await api.call(
        "POST",
        "/v1/policies",
        {
            "name": "Sales calls",
            "applies_to": {"tags": ["sales"]},
            "rules": [
                {
                    "id": "promise",
                    "when": {"phrases": ["guaranteed returns"]},
                    "who": {"roles": ["HOST"]},
                    "then": [{"do": "mute"}],
                },
                {
                    "id": "secret",
                    "when": {"phrases": ["insider information"]},
                    "then": [{"do": "end"}],
                },
            ],
        },
    )
    async with hooked(api) as hooks:
        scenario = spoken(
            ada=[(2, "We guarantee nothing."), (5, "These are guaranteed returns.")],
            bo=[(12, "And I have insider information.")],
        )
        meeting = await scheduled(api, scenario, tags=["sales"])
        session = await ended(meeting)
        hook, _ = await eventually(lambda: _two(hooks, "policy.violated"))

    firings = await api.call("GET", f"/v1/policies/{policy['id']}/firings")
    ending, muting = firings["items"]
    transcript = await eventually(lambda: _transcript(api, meeting.id))
    said = {one["text"]: one["id"] for one in transcript}
    assert session["end_reason"] == "POLICY"
    assert len(meeting.of_type("participant.muted")) == 1
    assert hook["data"]["insight"]["text"] == "guaranteed returns."
    assert hook["data"]["insight"]["details"]["policy_id"] == policy["id"]
    assert muting["insight"]["segment_ids"] == [said["These are guaranteed returns."]]
    assert ending["insight"]["segment_ids"] == [said["And I have insider information."]]
    assert [(one["verb"], one["state"]) for one in muting["actions"]] == [("mute", "DONE")]
    assert [(one["verb"], one["state"]) for one in ending["actions"]] == [("end", "DONE")]

    tried = await api.call(
        "POST", f"/v1/policies/{policy['id']}/dry-run", {"meeting_id": meeting.id}
    )
    assert [(one["rule"], one["participant_name"]) for one in tried["items"]] == [
        ("promise", "Ada"), ("secret", "Bo"),
    ]  # fmt: skip
    await api.call("DELETE", f"/v1/policies/{policy['id']}")


async def test_a_spoken_end_phrase_ends_the_meeting_and_a_near_miss_does_not(api: Api) -> None:
    rule = {
        "id": "goodbye",
        "as": "trigger",
        "when": {"phrases": ["that concludes our meeting"]},
        "then": [{"do": "end"}],
    }
    bots = [
        {"kind": "transcriber", "config": {"language": "en"}},
        {"kind": "compliance", "config": {"rules": [rule]}},
    ]
    lines = [
        (2, "That concludes our first topic, now the budget."),
        (6, "And that, um, concludes our meeting."),
    ]

    meeting = await scheduled(api, spoken(ada=lines), bots=bots)
    session = await ended(meeting)

    assert session["end_reason"] == "TRIGGER"
    assert [one["data"]["segment"]["text"] for one in meeting.of_type("transcript.segment")] == [
        "That concludes our first topic, now the budget.",
        "And that, um, concludes our meeting.",
    ]
    (found,) = meeting.of_type("insight.found")
    assert found["data"]["insight"]["kind"] == "trigger"
    assert meeting.of_type("policy.violated") == []


def _two(hooks: Receiver, kind: str) -> Sequence[Json]:
    """The first two webhooks of *kind*, once they are there."""
    found = [one for one in hooks.events.values() if one["type"] == kind]
    return found[:2] if len(found) > 1 else []


async def _transcript(api: Api, meeting_id: str) -> Sequence[dict[str, Any]]:
    found = await api.call("GET", f"/v1/meetings/{meeting_id}/transcript")
    segments: Sequence[dict[str, Any]] = found["segments"]
    return segments if found["state"] == "AVAILABLE" else []
