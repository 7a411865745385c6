"""What a transcriber takes as configuration."""

from typing import Any

import pytest

from bots.domain.kind import Availability, Equipment, InvalidConfig, Readiness
from bots.engines.diarisers import readiness_of
from bots.engines.diarising import DiariserConfig
from bots.kinds.transcriber import Transcriber


def test_without_configuration_the_language_is_detected() -> None:
    assert Transcriber().checked({}) == {"language": "", "hints": [], "diarise": False}


def test_language_and_hints_are_kept() -> None:
    config = {"language": "pt", "hints": ["Convene", "etag"], "diarise": False}

    assert Transcriber().checked(config) == config


@pytest.mark.parametrize(
    ("config", "field"),
    [
        ({"language": "portuguese"}, "config.language"),
        ({"language": 7.0}, "config.language"),
        ({"language": ["en"]}, "config.language"),
        ({"hints": "Convene"}, "config.hints"),
        ({"hints": [1.0]}, "config.hints"),
        ({"hints": ["x"] * 51}, "config.hints"),
        ({"diarise": "yes"}, "config.diarise"),
        ({"model": "large"}, "config.model"),
    ],
)
def test_what_it_cannot_use_is_refused_by_field(config: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidConfig) as refused:
        Transcriber().checked(config)

    assert refused.value.field == field


@pytest.mark.parametrize("auto", ["auto", "AUTO", "Auto"])
def test_the_language_may_be_said_to_be_detected(auto: str) -> None:
    assert Transcriber().checked({"language": auto})["language"] == "auto"


@pytest.mark.parametrize(("tag", "code"), [("ar-arb", "ar"), ("ms-zsm", "ms"), ("zh-yue", "yue")])
def test_a_language_of_a_language_is_taken(tag: str, code: str) -> None:
    assert Transcriber().checked({"language": tag})["language"] == code


@pytest.mark.parametrize("name", ["", "magic"])
def test_voices_are_told_apart_only_where_something_does(name: str) -> None:
    lacking = Equipment(Readiness(), diariser=readiness_of(DiariserConfig(name)))

    with pytest.raises(InvalidConfig, match="BOTS_DIARISER") as refused:
        Transcriber().require(Transcriber().checked({"diarise": True}), lacking)

    assert refused.value.field == "config.diarise"
    Transcriber().require(Transcriber().checked({}), lacking)
    Transcriber().require(Transcriber().checked({"diarise": True}), Equipment(Readiness()))
    assert lacking.diariser.availability is (
        Availability.MISCONFIGURED if name else Availability.NOT_CONFIGURED
    )
