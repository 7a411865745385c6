"""What this installation can translate: its engines in the order in which they are asked."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from bots.domain.kind import Availability, Readiness
from bots.domain.translation import ANY, Pair, Translation
from bots.engines.apertium import Apertium
from bots.engines.llm_translation import LlmTranslation
from common.llm import Llm

REMEDY: Final = (
    "nothing here translates; install a pair of Apertium (`apt-get install apertium-eng-spa`), "
    "name the folder of its modes in BOTS_APERTIUM_MODES, or a language model in CONVENE_LLM_URL "
    "and CONVENE_LLM_MODEL"
)


def translations_from(modes: Path, llm: Llm | None = None) -> Sequence[Translation]:
    """The engines that this installation has, the better first; Apertium for what its pairs do."""
    apertium = Apertium(modes)
    found: list[Translation] = [LlmTranslation(llm)] if llm else []
    return [*found, apertium] if apertium.pairs() else found


def readiness_of(engines: Sequence[Translation]) -> Readiness:
    if not engines:
        return Readiness(Availability.NOT_CONFIGURED, REMEDY)
    return Readiness()


def shown(engines: Sequence[Translation]) -> str:
    """What *engines* can do, for people: ``apertium: en→es, es→en``."""
    return "; ".join(
        f"{one.name}: " + ", ".join(map(_shown, sorted(one.pairs()))) for one in engines
    )


def _shown(pair: Pair) -> str:
    return "any language" if pair == (ANY, ANY) else f"{pair[0]}→{pair[1]}"
