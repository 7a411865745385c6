"""Mails as files in a folder: nothing leaves the machine, everything can be looked at."""

import asyncio
import os
import re
from pathlib import Path

import structlog

from scheduler.channels.mails import Mail
from scheduler.domain.sending import Outcome, Verdict

log = structlog.get_logger()


class MailFolder:
    """Writes each mail to a file of its own; a mail that comes again takes the same place."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def deliver(self, mail: Mail, name: str) -> Outcome:
        person = re.sub(r"[^A-Za-z0-9@._+-]", "_", mail.recipient)[:100]
        try:
            await asyncio.to_thread(self._write, f"{name}-{person}.eml", mail.content)
        except OSError as error:
            log.warning("mail not written", folder=str(self._folder), error=str(error))
            return Outcome(Verdict.AGAIN, "the mail folder cannot be written", is_outage=True)
        return Outcome(Verdict.SENT)

    async def check(self) -> str:
        """What is wrong with the folder, or empty."""
        try:
            await asyncio.to_thread(self._folder.mkdir, parents=True, exist_ok=True)
        except OSError as error:
            return f"{self._folder}: {error.strerror}"
        return "" if os.access(self._folder, os.W_OK) else f"{self._folder} cannot be written"

    def _write(self, name: str, content: bytes) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        half = self._folder / f".{name}.part"
        half.write_bytes(content)
        half.replace(self._folder / name)
