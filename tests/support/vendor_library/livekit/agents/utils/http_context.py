"""Where plugins get their connections from."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


@asynccontextmanager
async def open() -> AsyncIterator[None]:
    yield
