"""Objects that are written once and never change, on a local disk or in an object store."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlparse

import obstore
from obstore.exceptions import AlreadyExistsError
from obstore.store import LocalStore, from_url

from common.errors import NotFound, Unavailable

# What is in memory of a large object at once.
PIECE_BYTES = 256 * 1024


class BlobMissing(NotFound):
    def __init__(self, key: str) -> None:
        super().__init__(f"no object {key}", key=key)


class BlobDamaged(Unavailable):
    """What the store holds is not what was put there."""


@dataclass(frozen=True, slots=True)
class Proof:
    """That an object is there and whole: read back and hashed."""

    key: str
    size_bytes: int
    sha256: str


class Blobs:
    """A store at *url*: ``file:///…`` or ``s3://bucket/prefix`` (credentials by environment)."""

    def __init__(self, url: str) -> None:
        parsed = urlparse(url)
        if parsed.scheme == "file":
            Path(parsed.path).mkdir(parents=True, exist_ok=True)
            # Folders are no objects: an empty one says nothing and goes with its last object.
            self._store: Any = LocalStore(prefix=parsed.path, automatic_cleanup=True)
        else:
            self._store = from_url(url)

    async def put(self, prefix: str, content: bytes, suffix: str) -> Proof:
        """Store *content* under a key that its hash names, and prove it by reading it back.

        The same content twice is one object. Raises ``BlobDamaged`` when the store gives back
        something else.
        """
        digest = hashlib.sha256(content).hexdigest()
        key = f"{prefix}/{digest}{suffix}"
        with suppress(AlreadyExistsError):
            await obstore.put_async(self._store, key, content, mode="create")
        if hashlib.sha256(await self.get(key)).hexdigest() != digest:
            raise BlobDamaged(f"object {key} was read back damaged", key=key)
        return Proof(key, len(content), digest)

    async def get(self, key: str) -> bytes:
        """The object's bytes; raises ``BlobMissing``."""
        try:
            found = await obstore.get_async(self._store, key)
        except FileNotFoundError:
            raise BlobMissing(key) from None
        return bytes(await found.bytes_async())

    async def put_file(self, prefix: str, path: Path, suffix: str) -> Proof:
        """Store the file at *path* like ``put`` does, a piece at a time."""
        digest, size = await asyncio.to_thread(_digest_of, path)
        key = f"{prefix}/{digest}{suffix}"
        # Whatever has this name has this content: writing it again changes nothing.
        await obstore.put_async(self._store, key, path)
        read = hashlib.sha256()
        async for piece in self.read(key, 0, size):
            read.update(piece)
        if read.hexdigest() != digest:
            raise BlobDamaged(f"object {key} was read back damaged", key=key)
        return Proof(key, size, digest)

    async def read(self, key: str, first: int, length: int) -> AsyncIterator[bytes]:
        """*length* bytes of the object from *first* on, in pieces; raises ``BlobMissing``."""
        while length > 0:
            wanted = min(length, PIECE_BYTES)
            try:
                piece = await obstore.get_range_async(self._store, key, start=first, length=wanted)
            except FileNotFoundError:
                raise BlobMissing(key) from None
            yield bytes(piece)
            first, length = first + wanted, length - wanted

    async def below(self, folder: str) -> Sequence[str]:
        """The keys of all objects in *folder* and in the folders in it."""
        pages = obstore.list(self._store, prefix=folder)
        return [one["path"] async for page in pages for one in page]

    async def delete(self, key: str) -> None:
        """Remove the object; one that is gone is no error."""
        try:
            await obstore.delete_async(self._store, key)
        except FileNotFoundError:
            return


def _digest_of(path: Path) -> tuple[str, int]:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest(), path.stat().st_size
