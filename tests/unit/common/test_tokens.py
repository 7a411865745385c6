"""What travels signed or encoded: principals, join links, pages, ids."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.announcing import partition_of
from common.errors import InvalidPageToken
from common.foundation import PARTITIONS
from common.ids import derived_id, new_id
from common.links import LinkClaims, LinkSigner, UnknownJoinLink
from common.pages import keys_of, token_for
from common.principal import (
    SIGNATURE_LIFETIME,
    InvalidPrincipal,
    Kind,
    Principal,
    service_principal,
    sign,
    verify,
)

KEY = b"one key"
NOON = datetime(2030, 1, 1, 12, tzinfo=UTC)


def a_principal() -> Principal:
    return Principal("wsp_1", Kind.API_KEY, "key_1", frozenset({"meetings:read"}), test=True)


def test_a_signed_principal_arrives_as_it_left_with_its_voucher() -> None:
    token = sign(a_principal(), KEY, via="edge", now=NOON)
    arrived = verify(token, KEY, now=NOON)
    assert arrived == Principal(
        "wsp_1", Kind.API_KEY, "key_1", frozenset({"meetings:read"}), True, "edge"
    )


def test_a_principal_signed_with_another_key_is_refused() -> None:
    with pytest.raises(InvalidPrincipal):
        verify(sign(a_principal(), b"another", via="edge", now=NOON), KEY, now=NOON)


def test_a_principal_expires() -> None:
    token = sign(a_principal(), KEY, via="edge", now=NOON)
    with pytest.raises(InvalidPrincipal):
        verify(token, KEY, now=NOON + SIGNATURE_LIFETIME + timedelta(seconds=1))


@given(st.text())
def test_no_text_is_taken_for_a_principal(token: str) -> None:
    with pytest.raises(InvalidPrincipal):
        verify(token, KEY, now=NOON)


def test_a_service_may_do_everything_and_a_key_only_what_it_was_given() -> None:
    assert service_principal("scheduler", "wsp_1").may("meetings:write")
    assert a_principal().may("meetings:read")
    assert not a_principal().may("meetings:write")


def test_a_link_says_what_was_put_in() -> None:
    signer = LinkSigner(KEY, "https://meet.example/")
    claims = LinkClaims("wsp_1", "mtg_1", "PERSON", "HOST", "lnk_1")
    url = signer.url(claims)
    assert url.startswith("https://meet.example/j/")
    assert signer.read(url.rsplit("/", 1)[1]) == claims


@given(st.text(max_size=200))
def test_no_text_is_taken_for_a_link(code: str) -> None:
    with pytest.raises(UnknownJoinLink):
        LinkSigner(KEY, "https://meet.example").read(code)


def test_a_link_with_one_bit_changed_is_refused() -> None:
    signer = LinkSigner(KEY, "https://meet.example")
    code = signer.code(LinkClaims("wsp_1", "mtg_1", "PERSON", "PARTICIPANT"))
    changed = ("B" if code[30] == "A" else "A").join((code[:30], code[31:]))
    with pytest.raises(UnknownJoinLink):
        signer.read(changed)


def test_a_page_token_gives_its_keys_back() -> None:
    assert keys_of(token_for("2030-01-01", "mtg_1"), 2) == ["2030-01-01", "mtg_1"]
    assert keys_of("", 2) is None


@pytest.mark.parametrize("token", ["x", "é", "bnVsbA==", token_for("one"), "W1tdLCAxXQ=="])
def test_a_page_token_of_another_shape_is_refused(token: str) -> None:
    with pytest.raises(InvalidPageToken):
        keys_of(token, 2)


def test_ids_are_prefixed_distinct_and_alike_in_length() -> None:
    made = {new_id("mtg") for _ in range(1000)}
    assert len(made) == 1000
    assert {(one[:4], len(one)) for one in made} == {("mtg_", 30)}


def test_derived_ids_depend_on_every_part_and_its_place() -> None:
    assert derived_id("mtg", "a", "b") == derived_id("mtg", "a", "b")
    assert len({derived_id("mtg", *parts) for parts in (("a", "b"), ("ab",), ("b", "a"))}) == 3


@given(st.text())
def test_every_aggregate_has_a_partition(aggregate: str) -> None:
    assert 0 <= partition_of(aggregate) < PARTITIONS
