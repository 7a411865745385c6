"""What a transcriber takes as configuration."""

from typing import Any

import pytest

from bots.domain.kind import InvalidConfig
from bots.kinds.transcriber import Transcriber


def test_without_configuration_the_language_is_detected() -> None:
    assert Transcriber().checked({}) == {"language": "", "hints": []}


def test_language_and_hints_are_kept() -> None:
    config = {"language": "pt", "hints": ["Convene", "etag"]}

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
        ({"model": "large"}, "config.model"),
    ],
)
def test_what_it_cannot_use_is_refused_by_field(config: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidConfig) as refused:
        Transcriber().checked(config)

    assert refused.value.field == field
