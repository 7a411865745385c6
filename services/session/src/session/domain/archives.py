"""The zip a scenario travels in: read without trusting it, written the same way every time."""

import io
import stat
import zipfile
from collections.abc import Mapping
from pathlib import PurePosixPath

from common.errors import InvalidInput

MEBIBYTE = 1024 * 1024
LARGEST_ZIP = 32 * MEBIBYTE
LARGEST_CONTENT = 128 * MEBIBYTE
MOST_FILES = 200
LONGEST_NAME = 200
SCRIPT = "scenario.yaml"
AUDIO_SUFFIXES = frozenset({".wav", ".flac", ".ogg", ".opus"})
# Where the sounds come from and under which licence may lie beside them; nobody reads it.
NOTE_SUFFIXES = frozenset({".md", ".txt"})
# The oldest moment that a zip can tell: the same folder gives the same bytes on every day.
EPOCH = (1980, 1, 1, 0, 0, 0)


class InvalidArchive(InvalidInput):
    """The zip itself, or a file in it, is not one that a scenario may have."""

    def __init__(self, message: str) -> None:
        super().__init__(message, field="content")


def unpack(content: bytes) -> dict[str, bytes]:
    """The files of the zip *content* by name; raises ``InvalidArchive`` for a hostile one."""
    if len(content) > LARGEST_ZIP:
        raise InvalidArchive(f"the zip has {len(content)} bytes; at most 32 MiB are taken")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
            check_entries(entries)
            return {entry.filename: archive.read(entry) for entry in entries if _is_file(entry)}
    except (zipfile.BadZipFile, EOFError, NotImplementedError, ValueError, OSError) as error:
        raise InvalidArchive(f"this is no readable zip file ({error}); pack it again") from None
    except Exception as error:
        # zlib.error is no subclass of anything that tells damage from a mistake of ours.
        if type(error).__module__ != "zlib":
            raise
        raise InvalidArchive(f"the zip is damaged ({error}); pack it again") from None


def check_entries(entries: list[zipfile.ZipInfo]) -> None:
    """Refuse, before anything is unpacked, what could reach outside or grow without end."""
    if len(entries) > MOST_FILES:
        raise InvalidArchive(f"the zip has {len(entries)} entries; at most {MOST_FILES} are taken")
    if sum(entry.file_size for entry in entries) > LARGEST_CONTENT:
        raise InvalidArchive("the zip's files have more than 128 MiB; shorten the audio")
    names = [entry.filename for entry in entries]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise InvalidArchive(f"the zip has {twice[0]} twice; pack it again")
    for entry in entries:
        _check_entry(entry, names)


def _check_entry(entry: zipfile.ZipInfo, names: list[str]) -> None:
    name = entry.filename
    check_name(name.removesuffix("/"))
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise InvalidArchive(f"{name} is a link or a device; put the file itself into the zip")
    if entry.flag_bits & 0x1:
        raise InvalidArchive(f"{name} is encrypted; pack it without a password")
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise InvalidArchive(f"{name} is packed in a rare way; use stored or deflate")
    if not _is_file(entry):
        if not any(other != name and other.startswith(name) for other in names):
            raise InvalidArchive(f"{name} is an empty folder; leave it out")
    elif name != SCRIPT and PurePosixPath(name).suffix.lower() not in (
        AUDIO_SUFFIXES | NOTE_SUFFIXES
    ):
        raise InvalidArchive(
            f"{name} has no place here; a scenario is {SCRIPT} and wav, flac or ogg files"
        )


def check_name(name: str) -> None:
    """Refuse a file name that does not stay inside the scenario's folder."""
    parts = name.split("/")
    if (
        not name.isprintable()
        or len(name) > LONGEST_NAME
        or "\\" in name
        or ":" in name
        or any(part in ("", ".", "..") for part in parts)
    ):
        raise InvalidArchive(
            f"{name[:LONGEST_NAME]!r} is not a plain name inside the scenario's folder"
        )


def pack_files(files: Mapping[str, bytes]) -> bytes:
    """A zip of *files* whose bytes depend on nothing but them."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.external_attr = (stat.S_IFREG | 0o644) << 16
            entry.create_system = 3
            # Sound hardly shrinks; stored bytes do not depend on the zlib at hand.
            entry.compress_type = zipfile.ZIP_STORED
            archive.writestr(entry, files[name])
    return held.getvalue()


def _is_file(entry: zipfile.ZipInfo) -> bool:
    return not entry.filename.endswith("/")
