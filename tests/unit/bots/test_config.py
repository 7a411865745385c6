"""What kinds and rules of policies take is checked in one way: the same bounds, the same words."""

from collections.abc import Mapping
from typing import Any

import pytest

from bots.domain.kind import InvalidConfig
from bots.domain.policy import InvalidRule
from bots.kinds import kind_named
from bots.kinds.policies.checking import check_rules


def complaint_of(kind: str, config: Mapping[str, Any]) -> str:
    """What a *kind* says of its only field, without the field's name."""
    with pytest.raises(InvalidConfig) as refused:
        kind_named(kind).checked(config)
    return str(refused.value).removeprefix(f"{refused.value.field} ")


def complaint_of_rule(**changes: Any) -> str:
    rule = {"id": "it", "when": {"phrases": ["yes"]}, "then": [{"do": "alert"}], **changes}
    with pytest.raises(InvalidRule) as refused:
        check_rules([rule], "rules")
    return str(refused.value).removeprefix(f"{refused.value.field} ")


@pytest.mark.parametrize("value", [-0.001, -2, "low", True])
def test_how_bad_a_mood_may_be_is_bounded_alike(value: object) -> None:
    of_rule = complaint_of_rule(when={"sentiment_below": value})

    assert of_rule == complaint_of("sentiment", {"below": value})
    assert of_rule == "takes a number from -1 to -0.01"


@pytest.mark.parametrize("value", [-1, 86_401, "long", None])
def test_how_long_something_rests_is_bounded_alike(value: object) -> None:
    of_rule = complaint_of_rule(cooldown_seconds=value)

    assert of_rule == complaint_of("coach", {"cooldown_seconds": value})


@pytest.mark.parametrize("value", ["HOST", ["BOSS"]])
def test_roles_are_refused_alike(value: object) -> None:
    of_rule = complaint_of_rule(who={"roles": value})

    assert of_rule == complaint_of("coach", {"roles": value})
    assert of_rule.startswith("takes roles as a list of HOST, CO_HOST, PARTICIPANT, OBSERVER")


@pytest.mark.parametrize("value", ["(", "", 7])
def test_patterns_are_refused_alike(value: object) -> None:
    of_rule = complaint_of_rule(when={"patterns": [value]})

    assert of_rule == complaint_of("keywords", {"patterns": [value]})


@pytest.mark.parametrize("value", [2.5, 0, 101])
def test_what_is_counted_takes_whole_numbers(value: float) -> None:
    times = {"phrases": ["yes"], "times": value, "within_seconds": 9}

    assert complaint_of_rule(when=times) == "takes a whole number from 1 to 50"
