"""The language model of a process: whether there is one, and whether it answers."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing, asynccontextmanager
from typing import Final

import openai
from openai import AsyncOpenAI

from common.capabilities import Capability, Standing
from common.llm import Llm
from common.llm.chat import ChatLlm, connected, failure_of
from common.llm.config import LlmConfig

NAME: Final = "llm"
ABSENT: Final = (
    "rules write what a model would; set CONVENE_LLM_URL and CONVENE_LLM_MODEL "
    "(CONVENE_LLM_TOKEN where the server wants one)"
)
CHECK_SECONDS: Final = 5.0
# Whoever asks how things stand more often than that gets the same answer.
FRESH_SECONDS: Final = 30.0


class LlmStanding:
    """*llm* is nothing when none is configured, or not as it has to be."""

    def __init__(self, config: LlmConfig, client: AsyncOpenAI | None) -> None:
        self._config = config
        self._client = client
        self.llm: Llm | None = ChatLlm(config, client) if client else None
        self._looking: asyncio.Task[Capability] | None = None
        self._seen: Capability | None = None
        self._seen_at = 0.0

    async def look(self) -> Sequence[Capability]:
        """How it stands, or stood a moment ago: only the first look waits for the server."""
        loop = asyncio.get_running_loop()
        is_old = self._seen is None or loop.time() - self._seen_at > FRESH_SECONDS
        if is_old and self._looking is None:
            self._looking = asyncio.create_task(self._renewed())
        if self._seen is None and self._looking is not None:
            return (await asyncio.shield(self._looking),)
        assert self._seen is not None
        return (self._seen,)

    async def aclose(self) -> None:
        """Look no more."""
        if self._looking is not None:
            self._looking.cancel()
            await asyncio.wait([self._looking])

    async def _renewed(self) -> Capability:
        try:
            self._seen = await self._checked()
            self._seen_at = asyncio.get_running_loop().time()
            return self._seen
        finally:
            self._looking = None

    async def _checked(self) -> Capability:
        if not self._config.is_wanted:
            return Capability(NAME, Standing.NOT_CONFIGURED, ABSENT)
        complaint = self._config.complaint
        if self._client is not None:
            complaint = await _asked(self._client, self._config)
        if complaint:
            return Capability(NAME, Standing.MISCONFIGURED, complaint)
        return Capability(NAME, Standing.CONFIGURED, self._config.shown)


@asynccontextmanager
async def standing(config: LlmConfig) -> AsyncIterator[LlmStanding]:
    """The language model that *config* asks for."""
    if not config.is_wanted or config.complaint:
        yield LlmStanding(config, None)
        return
    async with connected(config) as client, aclosing(LlmStanding(config, client)) as found:
        yield found


async def _asked(client: AsyncOpenAI, config: LlmConfig) -> str:
    """What is wrong with the server or its model, or nothing."""
    try:
        async with asyncio.timeout(CHECK_SECONDS):
            if config.model not in await _models(client):
                # Not every server tells its models, or by the names it takes.
                await client.chat.completions.create(
                    model=config.model,
                    messages=[{"role": "user", "content": "Say yes."}],
                    max_completion_tokens=16,
                )
    except TimeoutError:
        return f"{config.shown} does not answer within {CHECK_SECONDS:.0f} s"
    except openai.APIError as error:
        return str(failure_of(error, config))
    return ""


async def _models(client: AsyncOpenAI) -> Sequence[str]:
    try:
        return [one.id for one in (await client.models.list()).data]
    except (openai.AuthenticationError, openai.PermissionDeniedError):
        raise
    except openai.APIStatusError:
        return ()
