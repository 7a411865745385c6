"""Which interface browsers reach Janus on, in a network made for media."""

import pytest

from convene_cli import media_interface
from convene_cli.errors import CannotStart


def test_an_interface_with_an_address_of_loopback_comes_first() -> None:
    assert media_interface.chosen() == "med0"


@pytest.mark.parametrize("name", ["lo", "med1", "nothing0"])
def test_an_interface_that_cannot_carry_media_is_refused_naming_those_that_can(name: str) -> None:
    with pytest.raises(CannotStart, match=f"'{name}'.*choose one of: med0"):
        media_interface.chosen(name)
