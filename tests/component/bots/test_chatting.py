"""What people write to bots in the chat: done with a receipt, answered to them, by their role."""

from collections.abc import Mapping
from typing import Any

import pytest

from bots.domain.act import Act
from bots.domain.command import Command, CommandState
from bots.domain.reading import Do
from convene.bots.v1 import events_pb2 as facts
from convene.common.v1 import meeting_pb2
from convene.session.v1 import events_pb2 as session_facts
from convene.session.v1 import session_pb2 as pb
from tests.support.crews import MEETING, Replica, Stage, a_caller
from tests.support.eventually import eventually
from tests.support.readers import doing, found
from tests.support.tones import said

HOST, PERSON = meeting_pb2.ROLE_HOST, meeting_pb2.ROLE_PARTICIPANT
OPEN: Mapping[str, Any] = {"chat_commands": {"roles": ["HOST"]}}


async def writes(stage: Stage, text: str, role: int = HOST, **changes: Any) -> None:
    """Ada writes *text* in the chat."""
    number = stage.sequences.get("ses_1", 0)
    values: dict[str, Any] = {
        "id": f"pmt_{number}",
        "kind": pb.PROMPT_KIND_CHAT,
        "text": text,
        "from_participant_id": "prt_ada",
        "from_name": "Ada",
    }
    sent = session_facts.PromptSent(prompt=pb.Prompt(**values | changes))
    sent.from_role = meeting_pb2.Role.Name(role)  # type: ignore[assignment]
    await stage.tell(sent)


async def answers(replica: Replica, count: int) -> list[Act]:
    """What was said in the chat, as soon as there is that much."""

    async def enough() -> list[Act]:
        done = [act for act in replica.hands.done if act.arguments["kind"] == "CHAT"]
        return done if len(done) >= count else []

    found = await eventually(enough)
    assert {act.do for act in found} == {Do.PROMPT}
    return found


async def told(stage: Stage, replica: Replica) -> list[Command]:
    """What the session's only bot was told, in that order."""
    (bot,), _ = await replica.bots.page(a_caller(), MEETING, 10, "")
    page, _ = await replica.commands.page(a_caller(), MEETING, bot.id, 50, "")
    return sorted(page, key=lambda command: command.create_time)


async def test_what_a_host_writes_to_a_bot_is_done_from_then_on_and_answered_to_them(
    stage: Stage, replica: Replica
) -> None:
    await stage.begins("keywords", phrases=["alpha"], **OPEN)
    await stage.joins("ada")
    await writes(stage, "!keywords add bravo")
    (answer,) = await answers(replica, 1)
    await stage.ear.say("ada", said("alpha", "bravo"))
    await eventually(lambda: _found(stage, "alpha", "bravo"))

    (command,) = await told(stage, replica)
    assert (command.state, command.asked_by) == (CommandState.APPLIED, "prt_ada")
    assert answer.arguments == {
        "kind": "CHAT", "text": "add phrase: done", "participant_id": "prt_ada",
    }  # fmt: skip
    done = await stage.facts(facts.BotActionCompleted)
    assert [one.command_id for one in done if one.verb == "add_phrase"] == [command.id]


async def test_a_question_is_answered_to_everybody_where_the_bot_is_told_so(
    stage: Stage, replica: Replica
) -> None:
    terms = {"prefix": "!list", "roles": ["PARTICIPANT"], "answers": "all"}
    items = [{"item": "greet", "phrases": ["good morning"]}, {"item": "budget"}]
    await stage.begins("checklist", items=items, chat_commands=terms)
    await stage.joins("ada")

    await writes(stage, "@list what is open?", PERSON)

    (answer,) = await answers(replica, 1)
    assert (answer.arguments["text"], answer.arguments["participant_id"]) == (
        "items: greet · budget",
        "",
    )


async def test_what_cannot_be_done_changes_nothing_and_is_answered_with_the_reason(
    stage: Stage, replica: Replica
) -> None:
    await stage.begins("transcriber", **OPEN)
    await stage.joins("ada")

    await writes(stage, "!transcriber language klingon")

    (answer,) = await answers(replica, 1)
    assert "arguments.language is 'klingon'" in answer.arguments["text"]
    assert answer.arguments["participant_id"] == "prt_ada"
    assert await told(stage, replica) == []


async def test_a_reader_that_refuses_is_quoted(
    stage: Stage, replica: Replica, monkeypatch: pytest.MonkeyPatch
) -> None:
    doer = doing(monkeypatch, "doer")
    doer.question_arguments = {"how_many": "of"}  # type: ignore[misc]
    await stage.begins("doer", **OPEN)
    await stage.joins("ada")

    await writes(stage, "!doer how many lies")

    (answer,) = await answers(replica, 1)
    assert answer.arguments["text"] == "how many: nobody counts lies"


@pytest.mark.parametrize(
    ("line", "role", "hint"),
    [
        ("!keywords dance", HOST, "!keywords takes: add <phrase>, "),
        ("!keywords", HOST, "!keywords takes: add <phrase>, "),
        ("!keywords pause", PERSON, "!keywords listens to HOST only"),
    ],
)
async def test_what_a_bot_cannot_heed_is_hinted_at_once_and_not_over_and_over(
    stage: Stage, replica: Replica, line: str, role: int, hint: str
) -> None:
    await stage.begins("keywords", **OPEN)
    await stage.joins("ada")

    for _ in range(3):
        await writes(stage, line, role)
    await writes(stage, "!keywords add bravo", HOST)

    done = await answers(replica, 2)
    # The window may have turned over in between.
    assert len(done) <= 3
    assert done[0].arguments["text"].startswith(hint)
    assert len([one for one in await told(stage, replica) if one.verb == "pause"]) == 0


@pytest.mark.parametrize(
    "changes",
    [
        {"text": "keywords pause"},
        {"text": "I said !keywords pause"},
        {"from_participant_id": "", "from_name": ""},
        {"to_participant_id": "prt_bo"},
        {"kind": pb.PROMPT_KIND_SYSTEM},
    ],
    ids=["no sigil", "quoted", "of nobody", "private", "a notice"],
)
async def test_what_is_not_written_to_a_bot_for_all_to_see_is_no_command(
    stage: Stage, replica: Replica, changes: dict[str, Any]
) -> None:
    await stage.begins("keywords", **OPEN)
    role = 0 if changes.get("from_participant_id") == "" else HOST

    await writes(stage, changes.pop("text", "!keywords pause"), role, **changes)

    assert await told(stage, replica) == []
    assert await stage.kept("acts") == 0


async def test_a_bot_that_takes_no_commands_is_not_told_any(stage: Stage, replica: Replica) -> None:
    await stage.begins("keywords")

    await writes(stage, "!keywords pause")

    assert await told(stage, replica) == []
    assert await stage.kept("acts") == 0


async def _found(stage: Stage, *words: str) -> bool:
    return list(dict.fromkeys(await found(stage, "keywords"))) == list(words)
