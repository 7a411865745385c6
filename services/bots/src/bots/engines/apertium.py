"""Apertium: translation by rules, offline; one pipeline of processes for each pair, kept alive."""

import asyncio
import os
import re
import shlex
import signal
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

from bots.domain.translation import CannotTranslate, Pair

# The first text waits for the dictionaries.
TRANSLATION_SECONDS: Final = 10.0
LONGEST_TEXT: Final = 5000
LARGEST_ANSWER: Final = 64 * 1024
# One that died is started once more within the same call.
TRIES: Final = 2

# Apertium names languages by three letters, everybody else by two.
CODES: Final[Mapping[str, str]] = {
    "afr": "af", "arg": "an", "bel": "be", "bre": "br", "bul": "bg", "cat": "ca", "cym": "cy",
    "dan": "da", "deu": "de", "ell": "el", "eng": "en", "epo": "eo", "est": "et", "eus": "eu",
    "fin": "fi", "fra": "fr", "glg": "gl", "hin": "hi", "ind": "id", "isl": "is", "ita": "it",
    "kaz": "kk", "mkd": "mk", "mlt": "mt", "msa": "ms", "nld": "nl", "nno": "nn", "nob": "no",
    "oci": "oc", "pol": "pl", "por": "pt", "ron": "ro", "rus": "ru", "slv": "sl", "spa": "es",
    "swe": "sv", "tat": "tt", "tur": "tr", "ukr": "uk", "urd": "ur",
}  # fmt: skip
# What answers each text at once when it is told to with -z.
_FLUSHING: Final = frozenset(
    {
        "apertium-anaphora",
        "apertium-interchunk",
        "apertium-postchunk",
        "apertium-posttransfer",
        "apertium-pretransfer",
        "apertium-tagger",
        "apertium-transfer",
        "cg-proc",
        "lrx-proc",
        "lsx-proc",
        "lt-proc",
        "rtx-proc",
    }
)
# Characters with a meaning of their own in Apertium's stream.
_SPECIAL: Final = re.compile(r"([\[\]{}^$/\\@<>*])")
_ESCAPED: Final = re.compile(r"\\(.)")
# Ends a sentence that has no end, and is taken away again.
_END: Final = ".[][\n]"


class Apertium:
    """Satisfies ``Translation`` with the pairs whose modes lie in the folder *modes*."""

    name = "apertium"
    asks_model = False

    def __init__(self, modes: Path) -> None:
        self._lines: dict[Pair, Pipeline] = {}
        for file in sorted(modes.glob("*.mode")):
            pair = pair_of(file.stem)
            command = pipeline_of(file.read_text()) if pair else ""
            if pair and command:
                self._lines.setdefault(pair, Pipeline(f"{pair[0]}→{pair[1]}", command))

    def pairs(self) -> Collection[Pair]:
        return self._lines.keys()

    async def translate(self, texts: Sequence[str], source: str, target: str) -> Sequence[str]:
        line = self._lines.get((source, target))
        if line is None:
            raise CannotTranslate(f"no Apertium pair makes {target} of {source}")
        return [await line.translate(text) for text in texts]

    async def aclose(self) -> None:
        """End every process; a later translation starts its own anew."""
        for line in self._lines.values():
            await line.end()


class Pipeline:
    """One pair's processes: started with the first text, and again when they die."""

    def __init__(self, name: str, command: str) -> None:
        self._name = name
        self._command = command
        self._turn = asyncio.Lock()
        self._process: asyncio.subprocess.Process | None = None

    async def translate(self, text: str) -> str:
        """*text* translated; words that the dictionaries do not know stay as they are."""
        if len(text) > LONGEST_TEXT:
            raise CannotTranslate(f"the text is longer than {LONGEST_TEXT} characters")
        if not text.strip():
            return text
        async with self._turn:
            for _ in range(TRIES):
                with suppress(ConnectionError, asyncio.IncompleteReadError):
                    return await self._ask(text)
                await self.end()
        raise CannotTranslate(f"Apertium's processes for {self._name} end by themselves")

    async def end(self) -> None:
        """End the processes now."""
        process, self._process = self._process, None
        if process is None:
            return
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        await process.wait()

    async def _ask(self, text: str) -> str:
        answered = False
        try:
            async with asyncio.timeout(TRANSLATION_SECONDS):
                answer = await self._exchange(escaped(text))
            answered = True
        except TimeoutError:
            raise CannotTranslate(
                f"Apertium took longer than {TRANSLATION_SECONDS:.0f} s for {self._name}"
            ) from None
        except asyncio.LimitOverrunError:
            raise CannotTranslate(f"Apertium's answer for {self._name} has no end") from None
        finally:
            # What was not read would be taken for the next text's answer.
            if not answered:
                await self.end()
        return plain(answer)

    async def _exchange(self, text: str) -> str:
        if self._process is None or self._process.returncode is not None:
            self._process = await asyncio.create_subprocess_exec(
                "/bin/sh",
                "-c",
                self._command,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.DEVNULL,
                limit=LARGEST_ANSWER,
                # All of its processes are ended together.
                start_new_session=True,
            )
        texts, answers = self._process.stdin, self._process.stdout
        assert texts is not None
        assert answers is not None
        texts.write(text.encode() + b"\0")
        await texts.drain()
        return (await answers.readuntil(b"\0"))[:-1].decode(errors="replace")


def pair_of(mode: str) -> Pair | None:
    """What a mode called *mode*, such as ``eng-spa``, makes of what."""
    source, _, target = mode.partition("-")
    codes = [CODES.get(name, name) for name in (source, target)]
    return (codes[0], codes[1]) if all(len(code) == 2 for code in codes) else None


def pipeline_of(mode: str) -> str:
    """A mode's pipeline as a shell command that answers text by text; empty if it cannot."""
    stages = [shlex.split(stage) for stage in mode.strip().split("|")]
    if any(not stage or Path(stage[0]).name not in _FLUSHING for stage in stages):
        return ""
    return " | ".join(
        shlex.join([stage[0], "-z", *(_FILLED.get(one, one) for one in stage[1:] if one != "$2")])
        for stage in stages
    )


# Words that could not be translated come out without a mark.
_FILLED: Final[Mapping[str, str]] = {"$1": "-n"}


def escaped(text: str) -> str:
    """*text* as it travels; a NUL would end it too soon."""
    return _SPECIAL.sub(r"\\\1", text.replace("\0", " ")) + _END


def plain(answer: str) -> str:
    """What came back, as text."""
    return _ESCAPED.sub(r"\1", answer.removesuffix("[][\n]").removesuffix(".")).strip()
