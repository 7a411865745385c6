"""Signatures that the stock library verifies."""

import base64
from datetime import UTC, datetime

import pytest
from standardwebhooks import Webhook
from standardwebhooks.webhooks import WebhookVerificationError

from common.signing import new_secret, signed_headers

BODY = '{"title":"Kick-off à été"}'


def test_a_secret_has_32_random_bytes() -> None:
    first, second = new_secret(), new_secret()

    assert first.startswith("whsec_")
    assert len(base64.b64decode(first.removeprefix("whsec_"))) == 32
    assert first != second


def test_each_of_two_secrets_verifies_and_a_third_does_not() -> None:
    secrets = [new_secret(), new_secret()]

    headers = signed_headers(secrets, "evt_1", BODY, datetime.now(UTC))

    for secret in secrets:
        Webhook(secret).verify(BODY.encode(), headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(new_secret()).verify(BODY.encode(), headers)


@pytest.mark.parametrize("changed", [BODY + " ", BODY.replace("é", "e"), ""])
def test_a_changed_body_does_not_verify(changed: str) -> None:
    secret = new_secret()
    headers = signed_headers([secret], "evt_1", BODY, datetime.now(UTC))

    with pytest.raises(WebhookVerificationError):
        Webhook(secret).verify(changed.encode(), headers)
