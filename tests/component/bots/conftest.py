"""What the bots' component tests share."""

from tests.support.speech import whisper_model

__all__ = ["whisper_model"]
