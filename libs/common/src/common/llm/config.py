"""How a language model is configured: any server that speaks OpenAI's chat completions."""

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from pydantic import Field, SecretStr

from common.config import SecretSettings


@dataclass(frozen=True, slots=True)
class LlmConfig:
    """*seconds* bounds one answer with its repair; *width* how many are asked for at once."""

    url: str = ""
    model: str = ""
    token: str = field(default="", repr=False)
    seconds: float = 60.0
    most_tokens: int = 2000
    width: int = 4

    @property
    def is_wanted(self) -> bool:
        return bool(self.url or self.model)

    @property
    def complaint(self) -> str:
        """What is wrong with it as it is written, or nothing."""
        if not self.url or not self.model:
            return "CONVENE_LLM_URL and CONVENE_LLM_MODEL belong together; set both"
        parts = urlsplit(self.url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            return "CONVENE_LLM_URL is no address such as https://llm.example.com/v1"
        if parts.username or parts.password:
            return "CONVENE_LLM_URL carries a password; put it into CONVENE_LLM_TOKEN"
        return ""

    @property
    def shown(self) -> str:
        """How it is configured, for people."""
        return f"{self.model} at {urlsplit(self.url).netloc}"


class LlmSettings(SecretSettings):
    """What the services that use a language model read of it."""

    # Up to and with the version: `https://api.openai.com/v1`, `http://127.0.0.1:8080/v1`.
    llm_url: str = Field("", alias="CONVENE_LLM_URL")
    llm_model: str = Field("", alias="CONVENE_LLM_MODEL")
    # The API key, where the server wants one.
    llm_token: SecretStr = Field(SecretStr(""), alias="CONVENE_LLM_TOKEN")
    llm_seconds: float = Field(60.0, alias="CONVENE_LLM_SECONDS", ge=1, le=600)
    llm_most_tokens: int = Field(2000, alias="CONVENE_LLM_MAX_TOKENS", ge=64, le=32_000)
    llm_width: int = Field(4, alias="CONVENE_LLM_WIDTH", ge=1, le=256)

    def llm(self) -> LlmConfig:
        return LlmConfig(
            self.llm_url.rstrip("/"),
            self.llm_model,
            self.llm_token.get_secret_value(),
            self.llm_seconds,
            self.llm_most_tokens,
            self.llm_width,
        )
