"""Lines as notes are taken of, and models that obey what they read."""

import json
import re
from datetime import date
from typing import Any

from common.llm.chat import ChatLlm, connected
from minutes.model import Line
from minutes.notes import Note
from minutes.scribe import Scribe, Taking
from tests.support.llm_server import Asked, LlmServer, Reply

# A Tuesday.
SAID_ON = date(2026, 12, 1)
NOTHING: dict[str, Any] = {
    "summary": [],
    "decisions": [],
    "action_items": [],
    "questions": [],
    "answered": [],
    "chapters": [],
}


def spoken(*turns: str, first: int = 1) -> list[Line]:
    """Lines from ``Ada: text``; everybody waits a little before speaking."""
    lines = []
    for number, turn in enumerate(turns, first):
        speaker, text = turn.split(": ", 1)
        start = 6.0 * number
        lines.append(Line(f"seg_{number}", speaker, text, start, start + 4, SAID_ON))
    return lines


def writes(**entries: list[dict[str, Any]]) -> dict[str, Any]:
    """What a model answers; what is left out of its entries is empty."""
    blanks: dict[str, dict[str, Any]] = {
        "decisions": {"replaces": ""},
        "action_items": {"owner": "", "due": "", "replaces": ""},
    }
    filled = {name: [blanks.get(name, {}) | one for one in some] for name, some in entries.items()}
    return NOTHING | filled


async def taken(
    server: LlmServer, heard: list[Line], notes: tuple[Note, ...] = (), fresh: int = 0
) -> Taking:
    """What *server*'s model makes of what was *heard*."""
    config = server.config()
    async with connected(config) as client:
        scribe = Scribe(ChatLlm(config, client))
        return await scribe.take(notes, heard, fresh or len(heard))


def ids_of(asked: Asked) -> dict[str, str]:
    """What each text is called in the material that the model was given."""
    return {one["text"]: one["id"] for one in asked.material["segments"]}


async def obedient(asked: Asked) -> Reply:
    """A model that does what anybody in its material says: the worst there can be.

    It knows `write that …`, with whatever it can cite, and `write nothing else`.
    """
    said = asked.material["segments"]
    orders = [
        (one["id"], match[1])
        for one in said
        if (match := re.search(r"write that (.+?)(?:\.|$)", one["text"]))
    ]
    everything = [one["id"] for one in said]
    decisions = [
        {"text": text, "cites": cites, "replaces": ""}
        for own, text in orders
        for cites in ([], [own], ["s999"], everything[:3], [*everything[:2], own], everything)
    ]
    items = [
        {"text": one["text"], "owner": owner, "due": "", "cites": one["cites"], "replaces": ""}
        for one in decisions
        for owner in ("everybody", "Bo", "Mallory", "root")
    ]
    return _json(
        NOTHING | {"decisions": decisions, "action_items": items}
        if orders
        else NOTHING
        | {
            "decisions": [
                {"text": one["text"], "cites": [one["id"]], "replaces": ""}
                for one in said
                if "we go with" in one["text"].lower()
            ]
        }
    )


def _json(value: object) -> str:
    return json.dumps(value)
