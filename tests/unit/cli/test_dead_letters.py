"""How dead letters are asked for and told."""

import json
from pathlib import Path

import pytest

from convene.common.v1.service_pb2 import DeadLetter
from convene_cli import dead_letters
from convene_cli.__main__ import main


def a_letter(**changes: object) -> DeadLetter:
    fields: dict[str, object] = {
        "consumer": "bots-from-session",
        "workspace_id": "wsp_1",
        "aggregate_id": "ses_1",
        "sequence": 3,
        "message": "convene.session.v1.SessionStarted",
        "attempts": 8,
        "error": "KeyError: 'name'",
    }
    return DeadLetter(**(fields | changes))  # type: ignore[arg-type]


def test_a_letter_begins_with_the_words_that_skip_takes() -> None:
    assert dead_letters.shown([a_letter()]).splitlines() == [
        "bots-from-session ses_1 3",
        "  fact       convene.session.v1.SessionStarted",
        "  workspace  wsp_1",
        "  failed     8 times, last with KeyError: 'name'",
    ]


def test_no_letters_are_told_as_such() -> None:
    assert dead_letters.shown([]) == "no dead letters"
    assert json.dumps(dead_letters.as_dicts([])) == "[]"


def test_a_folder_on_which_nothing_runs_is_named_with_the_remedy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(
        "sys.argv", ["convene", "dead-letters", "list", "--data", str(tmp_path / "none")]
    )

    with pytest.raises(SystemExit):
        main()

    assert "start it with `convene up`" in capsys.readouterr().err
