"""The language model of a process: whether there is one, and whether it answers."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
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
        self._looking = asyncio.Lock()
        self._seen: Capability | None = None
        self._seen_at = 0.0

    async def look(self) -> Sequence[Capability]:
        """How it stands, asked of the server unless that was done a moment ago."""
        now = asyncio.get_running_loop().time
        async with self._looking:
            if self._seen is None or now() - self._seen_at > FRESH_SECONDS:
                self._seen, self._seen_at = await self._checked(), now()
            return (self._seen,)

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
    async with connected(config) as client:
        yield LlmStanding(config, client)


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
