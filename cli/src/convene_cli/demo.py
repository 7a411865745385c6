"""A whole meeting by public REST calls: scheduled, heard, ended by itself, fetched and shown."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile
from zoneinfo import ZoneInfo

from convene_cli.client import Api, Json
from convene_cli.errors import CannotStart
from convene_cli.receiver import Receiver

ZONE = "Europe/Lisbon"
# Far enough ahead to be a schedule, near enough to watch.
LEAD_SECONDS = 6
# A demo that takes longer has gone wrong.
LONGEST_SECONDS = 300.0

# Nobody: these names are kept free for examples.
INVITED = (
    {"name": "Ada", "email": "ada@example.com", "role": "HOST", "channel": "EMAIL"},
    {"name": "Bo", "email": "bo@example.com", "channel": "EMAIL", "locale": "pt-PT"},
)

Say = Callable[[str], None]


@dataclass
class Played:
    """What a demo brought: the meeting, its events and artifacts, and how long things took."""

    meeting: Json = field(default_factory=dict)
    events: list[Json] = field(default_factory=list)
    transcript: Json = field(default_factory=dict)
    summary: Json = field(default_factory=dict)
    attendance: Json = field(default_factory=dict)
    webhooks: int = 0
    trace_id: str = ""
    timings: dict[str, float] = field(default_factory=dict)

    def as_json(self) -> str:
        """The object that ``convene demo --json`` prints."""
        return json.dumps(
            {
                "meeting": self.meeting,
                "transcript": self.transcript,
                "artifacts": {"summary": self.summary, "attendance": self.attendance},
                "events": len(self.events),
                "webhooks": self.webhooks,
                "trace_id": self.trace_id,
                "timings": self.timings,
            }
        )


async def play(api: Api, receiver: Receiver, scenario: Path, say: Say) -> Played:
    """Play *scenario* through the suite behind *api*; *say* is told what happens as it happens."""
    played = Played()
    name = scenario.name
    kept = await api.upload(
        f"/v1/sandbox/scenarios/{name}", await asyncio.to_thread(zipped, scenario)
    )
    played.meeting = await _schedule(api, kept["title"])
    meeting_id = played.meeting["id"]
    await api.call("POST", f"/v1/sandbox/scenarios/{name}/run", {"meeting_id": meeting_id})
    say(f"Scheduled {played.meeting['title']!r} for {played.meeting['start_time']} {ZONE}")
    try:
        async with asyncio.timeout(LONGEST_SECONDS):
            await _watch(api, meeting_id, played, say)
            await _fetch(api, meeting_id, played)
            await _until_delivered(receiver, played)
    except TimeoutError:
        raise CannotStart(
            f"the meeting {meeting_id} was not over after {LONGEST_SECONDS:g} s; "
            "see the logs in the data folder"
        ) from None
    played.webhooks = len(receiver.events)
    played.trace_id = _trace_of(receiver, played)
    played.timings = _timings(played)
    return played


def zipped(folder: Path) -> bytes:
    """*folder* as the zip that the sandbox takes; raises ``CannotStart``."""
    if not folder.is_dir():
        raise CannotStart(f"{folder} is no folder; give one with a scenario.yaml and its audio")
    content = BytesIO()
    with ZipFile(content, "w") as archive:
        for file in sorted(folder.rglob("*")):
            if file.is_file():
                archive.write(file, file.relative_to(folder))
    return content.getvalue()


async def subscribe(api: Api, receiver: Receiver) -> None:
    """Have every public event sent to *receiver*."""
    answer = await api.call(
        "POST", "/v1/webhooks/endpoints", {"url": receiver.url, "description": "convene demo"}
    )
    receiver.secret = answer["secret"]


def shown(played: Played) -> str:
    """The meeting as text: timeline, transcript, summary, action items, attendance."""
    summary = played.summary
    lines = ["", "Timeline", *(_timeline_row(one) for one in played.events if _is_milestone(one))]
    lines += ["", "Transcript", *(_said(one) for one in played.transcript["segments"])]
    lines += ["", "Summary", f"  {summary['text'] or '(nothing to summarise)'}"]
    lines += [f"  Decided: {one['text']}" for one in summary["decisions"]]
    lines += [_action_row(one) for one in summary["action_items"]]
    lines += ["", "Attendance", *(_attendance_row(one) for one in played.attendance["items"])]
    return "\n".join(lines)


async def _schedule(api: Api, title: str) -> Json:
    now = datetime.now(UTC)
    start = (now + timedelta(seconds=LEAD_SECONDS)).replace(microsecond=0)
    civil = start.astimezone(ZoneInfo(ZONE)).replace(tzinfo=None)
    return await api.call(
        "POST",
        "/v1/meetings/schedule",
        {
            "title": title,
            "start_time": civil.isoformat(),
            "time_zone": ZONE,
            "duration_seconds": 900,
            "tags": ["demo"],
            "invitees": INVITED,
            "bots": [{"kind": "transcriber", "config": {"language": "en"}}],
            "policy": {"all_left_seconds": 2, "no_show_seconds": 60},
        },
    )


async def _watch(api: Api, meeting_id: str, played: Played, say: Say) -> None:
    async for event in api.events(meeting_id):
        if not event["sequence"]:
            continue
        played.events.append(event)
        if event["type"] == "transcript.segment":
            say(_said(event["data"]["segment"]))
        elif _is_milestone(event):
            say(_timeline_row(event))
        if event["type"] == "session.failed":
            raise CannotStart(f"the session failed: {event['data']['reason']}")
        if event["type"] == "artifacts.completed":
            return


async def _fetch(api: Api, meeting_id: str, played: Played) -> None:
    path = f"/v1/meetings/{meeting_id}"
    played.transcript = await api.call("GET", f"{path}/transcript")
    played.summary = await api.call("GET", f"{path}/summary")
    played.attendance = await api.call("GET", f"{path}/attendance")
    played.meeting = await api.call("GET", path)


async def _until_delivered(receiver: Receiver, played: Played) -> None:
    wanted = {event["id"] for event in played.events}
    while not wanted <= receiver.events.keys():
        receiver.arrived.clear()
        await receiver.arrived.wait()


def _timings(played: Played) -> dict[str, float]:
    """How long what took, in seconds."""
    at = {one["type"]: datetime.fromisoformat(one["created_at"]) for one in played.events}
    planned = datetime.fromisoformat(played.meeting["start_time"]).replace(tzinfo=ZoneInfo(ZONE))
    spans = {
        "planned_to_starting_seconds": (planned, at["session.starting"]),
        "starting_to_started_seconds": (at["session.starting"], at["session.started"]),
        "started_to_ended_seconds": (at["session.started"], at["session.ended"]),
        "ended_to_artifacts_seconds": (at["session.ended"], at["artifacts.completed"]),
    }
    return {name: round((to - since).total_seconds(), 3) for name, (since, to) in spans.items()}


def _trace_of(receiver: Receiver, played: Played) -> str:
    """The trace that the meeting's end was told in."""
    ended = (one["id"] for one in played.events if one["type"] == "session.ended")
    parts = receiver.traceparents.get(next(ended, ""), "").split("-")
    return parts[1] if len(parts) > 1 else ""


def _is_milestone(event: Json) -> bool:
    return event["type"] not in ("transcript.segment", "metrics.snapshot")


def _timeline_row(event: Json) -> str:
    at = datetime.fromisoformat(event["created_at"]).strftime("%H:%M:%S")
    return f"  {at}  {event['type']:<24} {_about(event['type'], event['data'])}".rstrip()


def _about(kind: str, fact: dict[str, Any]) -> str:
    if kind.startswith("participant."):
        return str(fact.get("name") or fact.get("participant", {}).get("name", ""))
    if kind.startswith("bot."):
        return str(fact.get("bot", {}).get("kind", ""))
    return str(fact.get("end_reason", "") or fact.get("session", {}).get("end_reason") or "")


def _said(segment: Json) -> str:
    text = "(sound lost)" if segment["gap"] else segment["text"]
    mark = " (scripted)" if segment["scripted"] else ""
    return f"  {segment['start_seconds']:6.1f} s  {segment['speaker']['name']}: {text}{mark}"


def _action_row(item: Json) -> str:
    due = f" (due {item['due']})" if item["due"] else ""
    return f"  To do: {item['owner'] or 'somebody'}: {item['text']}{due}"


def _attendance_row(attendee: Json) -> str:
    return (
        f"  {attendee['name']:<12} {attendee['role']:<12} "
        f"present {attendee['present_seconds']:5.1f} s, spoke {attendee['speaking_seconds']:5.1f} s"
    )
