"""Principals that are signed and verified over and over."""

import base64
from datetime import UTC, datetime, timedelta

import pytest

from common.principal import (
    MOST_REMEMBERED,
    SIGNATURE_LIFETIME,
    InvalidPrincipal,
    Kind,
    Principal,
    Signer,
    Verifier,
    sign,
    verify,
)
from tests.support.eventually import eventually

KEY = b"a key of at least thirty-two bytes"
ADA = Principal("wsp_1", Kind.API_KEY, "key_1", frozenset({"meetings:read"}))


def test_a_principal_is_signed_once_for_many_calls() -> None:
    signer = Signer(KEY, "edge")

    assert signer.sign(ADA) == signer.sign(ADA)
    assert verify(signer.sign(ADA), KEY).via == "edge"


def test_another_scope_is_another_token() -> None:
    signer = Signer(KEY, "edge")
    more = Principal("wsp_1", Kind.API_KEY, "key_1", frozenset({"meetings:write"}))

    assert verify(signer.sign(ADA), KEY).scopes == {"meetings:read"}
    assert verify(signer.sign(more), KEY).scopes == {"meetings:write"}


def test_what_was_verified_is_known_again() -> None:
    verifier = Verifier(KEY)
    token = sign(ADA, KEY, via="edge")

    assert verifier.verify(token) is verifier.verify(token)


async def test_a_known_token_still_expires() -> None:
    verifier = Verifier(KEY)
    nearly = datetime.now(UTC) - SIGNATURE_LIFETIME + timedelta(seconds=0.3)
    token = sign(ADA, KEY, via="edge", now=nearly)
    assert verifier.verify(token).id == "key_1"

    def is_refused() -> bool:
        try:
            verifier.verify(token)
        except InvalidPrincipal:
            return True
        return False

    await eventually(is_refused)


def test_a_forged_token_is_refused_again_and_again() -> None:
    verifier = Verifier(KEY)
    raw = bytearray(base64.urlsafe_b64decode(sign(ADA, KEY, via="edge")))
    raw[-1] ^= 1
    forged = base64.urlsafe_b64encode(raw).decode()

    for _ in range(2):
        with pytest.raises(InvalidPrincipal):
            verifier.verify(forged)


def test_only_so_many_are_remembered() -> None:
    verifier = Verifier(KEY)
    first = sign(ADA, KEY, via="edge")
    kept = verifier.verify(first)
    for number in range(MOST_REMEMBERED):
        verifier.verify(sign(Principal("wsp_1", Kind.API_KEY, f"k{number}"), KEY, via="edge"))

    assert verifier.verify(first) is not kept
