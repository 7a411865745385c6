"""What is written to bots in the chat: what it means, what is answered, what is refused."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from bots.domain.bot import BotId
from bots.domain.command import Command, CommandId, CommandState
from bots.domain.kind import InvalidConfig
from bots.kinds import KINDS
from bots.kinds.chatting import LONGEST_ANSWER, answer_of, help_of, terms_of, understood

NOW = datetime(2026, 11, 22, tzinfo=UTC)


@pytest.mark.parametrize(
    ("kind", "line", "verb", "arguments"),
    [
        ("keywords", "add  off the record", "add_phrase", {"phrase": "off the record"}),
        ("keywords", "add phrase off the record", "add_phrase", {"phrase": "off the record"}),
        ("transcriber", "set language es", "set_language", {"language": "es"}),
        ("keywords", "Add what is it?", "add_phrase", {"phrase": "what is it?"}),
        ("checklist", "what is open?", "what_is_open", {}),
        ("checklist", "What  is open", "what_is_open", {}),
        ("transcriber", "language pt", "set_language", {"language": "pt"}),
        ("transcriber", "pause", "pause", {}),
        ("speaker", "say Good morning!", "say", {"text": "Good morning!"}),
        ("speaker", "play https://a.example/b.ogg", "play", {"url": "https://a.example/b.ogg"}),
        ("speaker", "stop.", "stop", {}),
        ("speaker", "say", "say", {}),
        ("notetaker", "ask who signs it?", "ask", {"question": "who signs it?"}),
    ],
)
def test_a_line_is_understood_as_a_verb_and_its_argument(
    kind: str, line: str, verb: str, arguments: Mapping[str, str]
) -> None:
    assert understood(kind, line) == (verb, arguments)


@pytest.mark.parametrize(
    ("kind", "line"),
    [
        ("keywords", ""),
        ("keywords", "dance"),
        ("keywords", "adds a phrase"),
        ("keywords", "configure {}"),
        ("keywords", "pause for a moment"),
        ("checklist", "add something"),
        ("checklist", "language pt"),
    ],
)  # fmt: skip
def test_what_a_kind_does_not_know_means_nothing(kind: str, line: str) -> None:
    assert understood(kind, line) is None


@pytest.mark.parametrize(
    ("line", "rest"),
    [
        ("!notes what is open", "what is open"),
        ("@notes what is open", "what is open"),
        ("  @Notes, what is open ", "what is open"),
        ("!notes", ""),
        ("!notesy what", None),
        ("notes what", None),
        ("what of !notes", None),
    ],
)
def test_a_bot_knows_by_its_prefix_what_is_said_to_it(line: str, rest: str | None) -> None:
    terms = terms_of("keywords", {"chat_commands": {"prefix": "!notes"}})

    assert terms is not None
    assert terms.rest_of(line) == rest


def test_without_a_prefix_a_bot_is_called_by_its_kind_and_without_roles_hosts_call_it() -> None:
    terms = terms_of("keywords", {"chat_commands": {}})

    assert terms is not None
    assert (terms.prefix, terms.roles, terms.answers_all) == (
        "!keywords",
        ("HOST", "CO_HOST"),
        False,
    )
    assert terms_of("keywords", {}) is terms_of("keywords", {"chat_commands": False}) is None


def test_the_line_of_help_names_everything_that_can_be_written() -> None:
    terms = terms_of("speaker", {"chat_commands": {}})

    assert terms is not None
    assert help_of("speaker", terms) == (
        "!speaker takes: pause, play <url>, resume, say <text>, language <language>, stop"
    )


@pytest.mark.parametrize("kind", sorted(set(KINDS) - {"recorder"}))
def test_every_kind_takes_chat_commands(kind: str) -> None:
    config = KINDS[kind].checked({"chat_commands": {"prefix": "!it", "roles": ["HOST"]}})

    assert terms_of(kind, config) is not None


@pytest.mark.parametrize(
    "given",
    [
        True,
        "!notes",
        {"prefix": "notes"},
        {"prefix": "! notes"},
        {"prefix": 7},
        {"prefix": "!notes\n"},
        {"roles": "HOST"},
        {"roles": ["BOSS"]},
        {"answers": "nobody"},
        {"prefix": "!a", "who": "all"},
    ],
)
def test_what_is_no_way_to_take_commands_is_refused_by_its_field(given: Any) -> None:
    with pytest.raises(InvalidConfig) as refused:
        KINDS["keywords"].checked({"chat_commands": given})

    assert refused.value.field == "config.chat_commands"


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"verb": "add_phrase"}, "add phrase: done"),
        (
            {"verb": "ask", "answer": {"answer": "", "engine": "search", "segments": []}},
            "ask: nothing that was said answers it",
        ),
        ({"answer": {"items": ["greet", "budget"]}}, "items: greet · budget"),
        ({"answer": {"items": []}}, "items: nothing"),
        ({"answer": {"text": "Bo writes to Cy."}}, "Bo writes to Cy."),
        ({"verb": "ask", "answer": {"answer": "Bo does.", "engine": "search", "segments": []}},
         "Bo does."),
        ({"answer": {"open": [{"text": "Who pays?", "by": "Bo"}], "count": 1}},
         "open: Who pays?; count: 1"),
        ({"verb": "say", "answer": {"spoken_seconds": 1.2}}, "say: done"),
        ({"state": CommandState.REFUSED, "reason": "no"}, "what is open: no"),
        ({"answer": {"a": "x" * 3000}}, "a: " + "x" * (LONGEST_ANSWER - 4) + "…"),
    ],
)  # fmt: skip
def test_what_came_of_a_command_is_told_in_a_line(changes: dict[str, Any], text: str) -> None:
    assert answer_of(a_command(**changes)) == text


def a_command(**changes: Any) -> Command:
    values: dict[str, Any] = {
        "id": CommandId("cmd_1"),
        "bot_id": BotId("bot_1"),
        "session_id": "ses_1",
        "meeting_id": "mtg_1",
        "verb": "what_is_open",
        "arguments": {},
        "asked_by": "ada",
        "create_time": NOW,
        "update_time": NOW,
        "state": CommandState.APPLIED,
    }
    return Command(**values | changes)
