"""What a machine lacks is told with what goes without it and how to get it."""

from pathlib import Path

import pytest

from convene_cli.equipment import lacking


@pytest.fixture(autouse=True)
def ffmpeg(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    program = tmp_path / "ffmpeg"
    program.touch(mode=0o755)
    monkeypatch.setenv("CONVENE_FFMPEG", str(program))
    return program


def test_a_machine_without_a_font_is_told_of_names(tmp_path: Path) -> None:
    (line,) = lacking([str(tmp_path), str(tmp_path / "nowhere")])

    assert "fonts-dejavu-core" in line


def test_a_machine_with_everything_lacks_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "truetype" / "some"
    folder.mkdir(parents=True)
    (folder / "some.ttf").touch()

    assert not lacking([str(tmp_path)])


def test_a_machine_without_ffmpeg_is_told_of_recordings(tmp_path: Path, ffmpeg: Path) -> None:
    (tmp_path / "some.otf").touch()
    ffmpeg.unlink()

    (line,) = lacking([str(tmp_path)])

    assert "apt-get install ffmpeg" in line
