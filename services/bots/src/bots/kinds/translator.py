"""The translator: what was said, in other languages, as soon as the words are final."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from bots.domain.kind import LANGUAGE_MODEL, BotKind, Equipment, InvalidConfig, Readiness
from bots.domain.reading import Engines, Event, Finding, Reader, Reading, Said
from bots.domain.transcript import Segment
from bots.domain.translation import CannotTranslate, Pair, Translation, covers, engines_for
from bots.kinds.config import Table, asker_table
from bots.kinds.languages import AUTO, Language, coded, in_codes, spoken
from bots.kinds.shapes import Also, Check, Listed

MOST_LANGUAGES: Final = 10


class Translator(BotKind):
    description = "Translates what everybody says into other languages, piece by piece."
    asks_model = True
    better_with = ("llm",)

    @property
    def table(self) -> Table:
        return asker_table(_CHECKS, {"language": "", "languages": []})

    def checked(self, config: Mapping[str, Any]) -> Mapping[str, Any]:
        checked = in_codes(super().checked(config))
        return {**checked, "languages": [coded(one) for one in checked["languages"]]}

    def require(self, config: Mapping[str, Any], equipment: Equipment) -> None:
        source = "" if config["language"] == AUTO else config["language"]
        pairs = equipment.pairs if config[LANGUAGE_MODEL] else equipment.plain_pairs
        for place, target in enumerate(config["languages"]):
            if target == source or covers(pairs, source, target):
                continue
            raise InvalidConfig(
                f"languages[{place}]",
                f"is {target!r}, and nothing here translates {source or 'any language'} into it; "
                + (equipment.translation.remedy or _known(pairs)),
            )

    def readiness(self, equipment: Equipment) -> Readiness:
        return equipment.first_lacking(equipment.recogniser, equipment.translation)

    def reader(self, config: Mapping[str, Any], engines: Engines) -> Reader:
        return TranslatorReader(config, engines.translations)


class TranslatorReader:
    """Remembers what it could not translate and said so."""

    state: Mapping[str, Any] = {"told": []}

    def __init__(self, config: Mapping[str, Any], engines: Sequence[Translation]) -> None:
        self._targets: Sequence[str] = config["languages"]
        self._spoken = "" if config["language"] == AUTO else config["language"]
        self._engines = engines

    async def read(self, event: Event, state: Mapping[str, Any], now: datetime) -> Reading:
        # Words that may still change are not translated: they would be translated over and over.
        if not isinstance(event, Said) or not event.final or not event.segment.text:
            return Reading(state)
        source = event.segment.language or self._spoken
        findings, lacking, failures = [], [], []
        for target in (one for one in self._targets if one != source):
            engines = engines_for(self._engines, source, target) if source else []
            if not engines:
                lacking.append(f"{source or 'an unknown language'} into {target}")
                continue
            try:
                findings.append(await _translated(event.segment, source, target, engines))
            except CannotTranslate as failure:
                failures.append(failure)
        if failures and not findings:
            # It is read again, and skipped when that does not help.
            raise failures[0]
        return _reading(state, findings, lacking, failures)


def _reading(
    state: Mapping[str, Any],
    findings: Sequence[Finding],
    lacking: Sequence[str],
    failures: Sequence[CannotTranslate],
) -> Reading:
    fresh = [one for one in lacking if one not in state["told"]]
    complaints = [f"nothing here translates {one}" for one in fresh]
    complaints += [str(failure) for failure in failures]
    remembered = {"told": [*state["told"], *fresh]}
    return Reading(remembered, tuple(findings), complaint="; ".join(complaints))


async def _translated(
    segment: Segment, source: str, target: str, engines: Sequence[Translation]
) -> Finding:
    """What the first of *engines* makes of *segment*; the next is asked where that one cannot."""
    engine, *others = engines
    try:
        (text,) = await engine.translate([segment.text], source, target)
    except CannotTranslate:
        if not others:
            raise
        return await _translated(segment, source, target, others)
    return Finding(
        kind="translation",
        key=target,
        text=text,
        details={"language": target, "source_language": source, "engine": engine.name},
    )


def _known(pairs: Collection[Pair]) -> str:
    known = ", ".join(f"{source} to {target}" for source, target in pairs)
    return f"it has {known or 'nothing without a language model'}"


def _twice(value: Any) -> str | None:
    return None if len({coded(one) for one in value}) == len(value) else "names a language twice"


_LANGUAGES: Final = Also(
    Listed(Language(), f"takes a list of at most {MOST_LANGUAGES} languages", MOST_LANGUAGES),
    _twice,
)
_CHECKS: Final[Mapping[str, Check]] = {"language": spoken, "languages": _LANGUAGES}
