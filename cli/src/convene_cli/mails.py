"""The mails that a suite without a mail server has written."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from email import message_from_bytes, policy
from pathlib import Path


@dataclass(frozen=True)
class WrittenMail:
    path: Path
    recipient: str
    subject: str


def files(folder: Path) -> frozenset[Path]:
    """The mails in *folder*, which need not be there."""
    return frozenset(folder.glob("*.eml"))


def written(folder: Path, known: Collection[Path] = ()) -> Sequence[WrittenMail]:
    """The mails in *folder* that are not *known*, oldest first."""
    return [_read(path) for path in sorted(files(folder) - frozenset(known))]


def shown(mails: Sequence[WrittenMail]) -> str:
    """One line for each mail, for people."""
    if not mails:
        return "No mail was written."
    listed = "\n".join(f"  to {one.recipient:<28} {one.subject}" for one in mails)
    return f"{listed}\n  written to {mails[0].path.parent}; open one in a mail program"


def _read(path: Path) -> WrittenMail:
    mail = message_from_bytes(path.read_bytes(), policy=policy.default)
    return WrittenMail(path, str(mail["To"]), str(mail["Subject"]))
