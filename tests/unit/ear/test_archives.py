"""What a scenario's zip may not do."""

import io
import stat
import zipfile
from collections.abc import Callable

import pytest

from session.domain import archives
from session.domain.archives import InvalidArchive, unpack
from tests.support.scenarios import a_tone, a_zip, zipped


def with_entry(change: Callable[[zipfile.ZipInfo], None], content: bytes = b"x") -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("scenario.yaml", "")
        entry = zipfile.ZipInfo("ada.wav")
        change(entry)
        archive.writestr(entry, content)
    return held.getvalue()


def as_link(entry: zipfile.ZipInfo) -> None:
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16


def rarely_packed(entry: zipfile.ZipInfo) -> None:
    entry.compress_type = zipfile.ZIP_LZMA


def encrypted() -> bytes:
    content = bytearray(zipped({"scenario.yaml": b"title: A"}))
    content[6] |= 1
    directory = content.index(b"PK\x01\x02")
    content[directory + 8] |= 1
    return bytes(content)


@pytest.mark.parametrize(
    "name",
    [
        "../ada.wav",
        "/etc/ada.wav",
        "sounds/../../ada.wav",
        "sounds//ada.wav",
        "..\\ada.wav",
        "C:/ada.wav",
        "a\nda.wav",
        "./ada.wav",
        f"{'a' * 300}.wav",
    ],
)
def test_a_name_that_leads_outside_the_folder_is_refused(name: str) -> None:
    with pytest.raises(InvalidArchive, match="plain name"):
        unpack(zipped({"scenario.yaml": b"", name: b"x"}))


def test_a_link_is_refused() -> None:
    with pytest.raises(InvalidArchive, match="link or a device"):
        unpack(with_entry(as_link, b"/etc/passwd"))


def test_an_encrypted_zip_is_refused() -> None:
    with pytest.raises(InvalidArchive, match="without a password"):
        unpack(encrypted())


def test_a_rare_compression_is_refused() -> None:
    with pytest.raises(InvalidArchive, match="stored or deflate"):
        unpack(with_entry(rarely_packed))


def test_files_that_are_neither_script_nor_sound_are_refused() -> None:
    with pytest.raises(InvalidArchive, match=r"run\.sh has no place here"):
        unpack(zipped({"scenario.yaml": b"", "run.sh": b"x"}))


def test_a_name_that_is_there_twice_is_refused() -> None:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("scenario.yaml", "1")
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("scenario.yaml", "2")

    with pytest.raises(InvalidArchive, match="twice"):
        unpack(held.getvalue())


def test_an_empty_folder_is_refused_and_one_with_sound_is_not() -> None:
    files = {"scenario.yaml": b"", "sounds/": b"", "sounds/ada.wav": b"x"}

    assert set(unpack(zipped(files))) == {"scenario.yaml", "sounds/ada.wav"}
    with pytest.raises(InvalidArchive, match="empty folder"):
        unpack(zipped(files | {"more/": b""}))


def test_too_many_files_are_refused() -> None:
    files = {f"{number}.wav": b"" for number in range(archives.MOST_FILES + 1)}

    with pytest.raises(InvalidArchive, match="at most 200"):
        unpack(zipped(files))


def test_a_bomb_is_refused_by_what_it_says_it_unpacks_to() -> None:
    bomb = [zipfile.ZipInfo(f"{number}.wav") for number in range(4)]
    for entry in bomb:
        entry.file_size = 33 * archives.MEBIBYTE

    archives.check_entries(bomb[:3])
    with pytest.raises(InvalidArchive, match="128 MiB"):
        archives.check_entries(bomb)


def test_a_zip_of_more_than_32_mebibytes_is_refused() -> None:
    with pytest.raises(InvalidArchive, match="32 MiB"):
        unpack(bytes(archives.LARGEST_ZIP + 1))


def test_damage_is_told_as_damage() -> None:
    content = a_zip(ada=a_tone(1))
    sound = content.index(b"ada.wav") + 200

    for broken in (
        b"",
        b"no zip",
        content[:-30],
        content[:sound] + bytes(50) + content[sound + 50 :],
    ):
        with pytest.raises(InvalidArchive, match="pack it again"):
            unpack(broken)
