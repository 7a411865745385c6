"""One data folder, one `convene up`: the second is refused and told who holds the folder."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from convene_cli.errors import CannotStart

FILE = "convene.lock"


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """Hold *folder* until the block ends or this process dies, however it dies.

    Raises CannotStart naming the pid of the process that holds it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / FILE
    with path.open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CannotStart(_refusal(folder, path)) from None
        file.truncate(0)
        file.write(f"{os.getpid()}\n")
        file.flush()
        yield


def _refusal(folder: Path, path: Path) -> str:
    holder = path.read_text().strip() or "unknown"
    return (
        f"{folder} is in use by another `convene up` (pid {holder}); "
        "stop that one or choose another folder with --data"
    )
