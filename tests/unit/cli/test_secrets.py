"""The secrets of a data folder stay the same, stay private, and are never remade by mistake."""

from pathlib import Path

import pytest

from convene_cli import secrets
from convene_cli.errors import CannotStart


def test_a_folder_keeps_its_secrets(tmp_path: Path) -> None:
    assert secrets.opened(tmp_path) == secrets.opened(tmp_path)


def test_no_two_secrets_are_alike(tmp_path: Path) -> None:
    values = list(secrets.opened(tmp_path).values.values())

    assert len(set(values)) == len(values)


def test_secrets_are_their_owners_alone(tmp_path: Path) -> None:
    secrets.opened(tmp_path)

    assert (tmp_path / secrets.FILE).stat().st_mode & 0o777 == 0o600


def test_secrets_that_others_could_read_are_closed_again(tmp_path: Path) -> None:
    secrets.opened(tmp_path)
    (tmp_path / secrets.FILE).chmod(0o644)

    secrets.opened(tmp_path)

    assert (tmp_path / secrets.FILE).stat().st_mode & 0o777 == 0o600


def test_a_secret_added_later_leaves_the_others_alone(tmp_path: Path) -> None:
    (tmp_path / secrets.FILE).write_text('{"link_key": "kept"}')

    opened = secrets.opened(tmp_path)

    assert opened.link_key == "kept"
    assert opened.signing_key


@pytest.mark.parametrize("text", ["", "{", "[]", '{"link_key": 1}'])
def test_a_broken_file_is_refused_and_not_overwritten(tmp_path: Path, text: str) -> None:
    (tmp_path / secrets.FILE).write_text(text)

    with pytest.raises(CannotStart, match="restore it"):
        secrets.opened(tmp_path)
    assert (tmp_path / secrets.FILE).read_text() == text
