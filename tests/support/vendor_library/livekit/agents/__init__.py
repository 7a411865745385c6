"""As much of LiveKit Agents as a plugin for recognition and whoever asks it share."""

import enum
import types
from dataclasses import dataclass


class APIError(Exception):
    def __init__(self, message: str, *, retryable: bool) -> None:
        super().__init__(message)
        self.retryable = retryable


@dataclass
class APIConnectOptions:
    max_retry: int = 3
    timeout: float = 10.0


class SpeechEventType(enum.Enum):
    INTERIM_TRANSCRIPT = "interim_transcript"
    FINAL_TRANSCRIPT = "final_transcript"


stt = types.SimpleNamespace(SpeechEventType=SpeechEventType)
