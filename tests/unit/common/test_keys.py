"""API keys: their shape, their checksum, their hash."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.keys import KEY_LENGTH, hash_key, is_well_formed, make_key


@pytest.mark.parametrize(("test", "prefix"), [(True, "cnv_test_"), (False, "cnv_live_")])
def test_a_new_key_is_well_formed_and_says_what_it_is_for(test: bool, prefix: str) -> None:
    key = make_key(test)

    assert is_well_formed(key)
    assert key.startswith(prefix)
    assert len(key) == KEY_LENGTH == len(prefix) + 38


def test_no_two_keys_are_the_same() -> None:
    assert len({make_key(False) for _ in range(100)}) == 100


@given(place=st.integers(9, KEY_LENGTH - 1), letter=st.sampled_from(string.ascii_letters))
def test_one_mistyped_letter_is_noticed(place: int, letter: str) -> None:
    key = make_key(False)
    mistyped = key[:place] + letter + key[place + 1 :]

    assert is_well_formed(mistyped) == (mistyped == key)


@given(st.text())
def test_any_other_text_is_no_key(text: str) -> None:
    assert not is_well_formed(text)


def test_a_live_key_cannot_be_relabelled_as_a_test_key() -> None:
    assert not is_well_formed(make_key(False).replace("live", "test"))


def test_a_key_is_remembered_by_its_hash_alone() -> None:
    key = make_key(False)

    assert hash_key(key) == hash_key(key)
    assert len(hash_key(key)) == 64
    assert key not in hash_key(key)
