"""What the bots service reads from its environment, once, at start."""

from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, model_validator

from bots.engines.diarising import THRESHOLD, DiariserConfig
from bots.engines.recognition import RecogniserConfig
from bots.engines.remote_speech import SpeechServer
from bots.service.bots import Limits
from common.addresses import AddressRules
from common.config import ServiceSettings, UnsafeSetting
from common.llm.config import LlmSettings


class Settings(LlmSettings, ServiceSettings):
    listen: str = Field("0.0.0.0:50051", alias="BOTS_LISTEN")
    database_url: SecretStr = Field(alias="BOTS_DATABASE_URL")
    asr_engine: str = Field("whisper", alias="BOTS_ASR_ENGINE")
    # A folder with weights; empty for the ones that `make models` fetched. Of a server: the name.
    asr_model: str = Field("", alias="BOTS_ASR_MODEL")
    # With the engine `sherpa`: what kind of model it is, where its files do not tell.
    asr_model_kind: str = Field("", alias="BOTS_ASR_MODEL_KIND")
    # What judges how words sound: a lexicon for English, or the language model for what it knows.
    sentiment_engine: Literal["lexicon", "llm"] = Field("lexicon", alias="BOTS_SENTIMENT_ENGINE")
    # A folder with a sentence model; empty for the one that `make models` fetched.
    meanings_model: str = Field("", alias="BOTS_MEANINGS_MODEL")
    models_dir: Path = Field(Path("~/.cache/convene/models"), alias="CONVENE_MODELS")
    # With the engine `openai`: up to and with the version, as `https://asr.example.com/v1`.
    asr_url: str = Field("", alias="BOTS_ASR_URL")
    asr_token: SecretStr = Field(SecretStr(""), alias="BOTS_ASR_TOKEN")
    asr_seconds: float = Field(30.0, alias="BOTS_ASR_SECONDS", ge=1, le=120)
    # Whether a server is asked for words that may still change too: several requests each time.
    asr_partials: bool = Field(False, alias="BOTS_ASR_REMOTE_PARTIALS")
    # With the engine `vendor`: a plugin for LiveKit Agents, by its name (`deepgram`), the Python of
    # the environment that has it, and what its recogniser is made with, as a JSON object.
    asr_vendor: str = Field("", alias="BOTS_ASR_VENDOR")
    asr_vendor_python: str = Field("", alias="BOTS_ASR_VENDOR_PYTHON")
    asr_vendor_options: SecretStr = Field(SecretStr(""), alias="BOTS_ASR_VENDOR_OPTIONS")
    # How many times as fast as it was said a vendor is sent speech that takes nothing but streams.
    asr_vendor_pace: float = Field(1.0, alias="BOTS_ASR_VENDOR_PACE", ge=1, le=100)
    # So many processes hear side by side, each with a copy of the model (about 350 MB).
    asr_workers: int = Field(2, alias="BOTS_ASR_WORKERS", ge=1, le=64)
    asr_threads: int = Field(1, alias="BOTS_ASR_THREADS", ge=1)
    asr_max_pending: int = Field(8, alias="BOTS_ASR_MAX_PENDING", ge=1)
    # What tells people apart who share one device; empty: nothing does.
    diariser: str = Field("", alias="BOTS_DIARISER")
    # With `sherpa`: the file of a speaker embedding model, and how alike one voice is (cosine).
    diariser_model: str = Field("", alias="BOTS_DIARISER_MODEL")
    diariser_threshold: float = Field(THRESHOLD, alias="BOTS_DIARISER_THRESHOLD", gt=0, lt=1)
    # What reads spoken prompts aloud: espeak-ng's name or path.
    espeak: str = Field("espeak-ng", alias="BOTS_ESPEAK")
    # Piper instead, with the voice in this file; its name or path.
    piper_voice: Path | None = Field(None, alias="BOTS_PIPER_VOICE")
    piper: str = Field("piper", alias="BOTS_PIPER")
    # Or a server that answers /audio/speech as OpenAI's does, by its base, such as https://…/v1.
    tts_url: str = Field("", alias="BOTS_TTS_URL")
    tts_key: SecretStr = Field(SecretStr(""), alias="BOTS_TTS_KEY")
    tts_model: str = Field("", alias="BOTS_TTS_MODEL")
    tts_voice: str = Field("", alias="BOTS_TTS_VOICE")
    # Sounds from loopback and private addresses, over http and from any port: dev only.
    allow_private_addresses: bool = Field(False, alias="BOTS_ALLOW_PRIVATE_ADDRESSES")
    # Where Apertium's language pairs are.
    apertium_modes: Path = Field(Path("/usr/share/apertium/modes"), alias="BOTS_APERTIUM_MODES")
    max_sessions: int = Field(20, alias="BOTS_MAX_SESSIONS", ge=1)
    max_recordings: int = Field(20, alias="BOTS_MAX_RECORDINGS", ge=1)
    # Where recordings are kept: the same store that artifacts makes files from.
    store_url: str = Field(alias="ARTIFACTS_STORE_URL")
    # Used by artifacts; looked for here to say whether recordings can be made.
    ffmpeg: str = Field("ffmpeg", alias="CONVENE_FFMPEG")
    max_bots: int = Field(10, alias="BOTS_MAX_BOTS_PER_SESSION", ge=1)
    max_workspace_bots: int = Field(200, alias="BOTS_MAX_BOTS_PER_WORKSPACE", ge=1)

    @model_validator(mode="after")
    def refuse_private_addresses(self) -> "Settings":
        if self.allow_private_addresses and self.env != "dev":
            raise UnsafeSetting("BOTS_ALLOW_PRIVATE_ADDRESSES is for CONVENE_ENV=dev only")
        return self

    def address_rules(self) -> AddressRules:
        return AddressRules(private=self.allow_private_addresses)

    def speech_server(self) -> SpeechServer | None:
        """The server that reads aloud, if one is named."""
        if not self.tts_url:
            return None
        key = self.tts_key.get_secret_value()
        return SpeechServer(self.tts_url, self.tts_model, self.tts_voice, key)

    def recogniser(self) -> RecogniserConfig:
        return RecogniserConfig(
            models_dir=self.models_dir.expanduser(),
            engine=self.asr_engine,
            model=self.asr_model,
            model_kind=self.asr_model_kind,
            cpu_threads=self.asr_threads,
            workers=self.asr_workers,
            max_pending=self.asr_max_pending,
            deadline_seconds=self.asr_seconds,
            url=self.asr_url.rstrip("/"),
            token=self.asr_token.get_secret_value(),
            remote_partials=self.asr_partials,
            vendor=self.asr_vendor,
            vendor_python=self.asr_vendor_python,
            vendor_pace=self.asr_vendor_pace,
            vendor_options=self.asr_vendor_options.get_secret_value(),
        )

    def telling_apart(self) -> DiariserConfig:
        return DiariserConfig(self.diariser, self.diariser_model, self.diariser_threshold)

    def limits(self) -> Limits:
        return Limits(self.max_sessions, self.max_bots, self.max_workspace_bots)
