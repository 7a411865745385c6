"""Page tokens that are good for one list only."""

import pytest

from common.errors import InvalidPageToken
from common.pages import PageTokenOfAnotherList, bound_keys, bound_token, token_for


def test_a_bound_token_gives_its_keys_back_for_the_same_conditions() -> None:
    token = bound_token({"tag": "x", "live": False}, "2030", "mtg_1")
    assert bound_keys({"live": False, "tag": "x"}, token, 2) == ["2030", "mtg_1"]
    assert bound_keys({"tag": "x"}, "", 2) is None


@pytest.mark.parametrize(
    ("conditions", "differing"),
    [
        ({}, "live, tag"),
        ({"tag": "y", "live": False}, "tag"),
        ({"tag": "x"}, "live"),
        ({"tag": "x", "live": False, "order_by": "1"}, "order_by"),
    ],
)
def test_a_bound_token_names_what_differs(conditions: dict[str, object], differing: str) -> None:
    token = bound_token({"tag": "x", "live": False}, "2030", "mtg_1")
    with pytest.raises(PageTokenOfAnotherList) as refused:
        bound_keys(conditions, token, 2)
    assert refused.value.facts["differing"] == differing


@pytest.mark.parametrize("token", ["x", token_for("one", "two"), token_for(1), "W3t9LFsxXV0="])
def test_a_bound_token_of_another_shape_is_refused(token: str) -> None:
    with pytest.raises(InvalidPageToken):
        bound_keys({}, token, 2)
