"""The account that servers which refuse root run under, and what that account can reach."""

import os
import pwd
import stat
from dataclasses import dataclass
from pathlib import Path

from convene_cli.errors import CannotStart

# Exists on every Linux and macOS; nothing is added to the machine's list of users.
UNPRIVILEGED = "nobody"


@dataclass(frozen=True)
class Account:
    uid: int
    gid: int

    def setpriv_options(self) -> tuple[str, ...]:
        return (f"--reuid={self.uid}", f"--regid={self.gid}", "--clear-groups")

    def can_enter(self, path: Path) -> bool:
        """Whether this account may go into folder *path*, through every folder above it."""
        folder = path.resolve()
        return all(self._may(step, stat.S_IXUSR) for step in (folder, *folder.parents))

    def can_read(self, path: Path) -> bool:
        """Whether this account may read file or folder *path* where it stands."""
        return self.can_enter(path.parent) and self._may(path.resolve(), stat.S_IRUSR)

    def _may(self, path: Path, owner_bit: int) -> bool:
        found = path.stat()
        if found.st_uid == self.uid:
            return bool(found.st_mode & owner_bit)
        if found.st_gid == self.gid:
            return bool(found.st_mode & owner_bit >> 3)
        return bool(found.st_mode & owner_bit >> 6)


def unprivileged() -> Account | None:
    """The account to run servers under, or None when this process is not root itself."""
    if os.geteuid() != 0:
        return None
    try:
        found = pwd.getpwnam(UNPRIVILEGED)
    except KeyError:
        raise CannotStart(
            f"this machine has no account {UNPRIVILEGED!r} to run PostgreSQL under; "
            "run the command as an ordinary user"
        ) from None
    return Account(found.pw_uid, found.pw_gid)
