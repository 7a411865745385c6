"""Which secrets of a workspace sign its webhooks to people, and when."""

from datetime import UTC, datetime, timedelta

from scheduler.domain.signing import FIRST_SECRET, ROTATION_GRACE, Signing, webhook_secret

KEY = b"key"
NOW = datetime(2030, 7, 3, tzinfo=UTC)


def test_each_workspace_and_each_version_has_a_secret_of_its_own() -> None:
    secrets = {webhook_secret(KEY, one, two) for one in ("wsp_1", "wsp_2") for two in (0, 1, 11)}
    secrets.add(webhook_secret(b"other key", "wsp_1"))

    assert len(secrets) == 7
    assert all(one.startswith("whsec_") for one in secrets)


def test_a_workspace_that_never_asked_has_one_secret() -> None:
    assert FIRST_SECRET.secrets(KEY, "wsp_1", NOW) == [webhook_secret(KEY, "wsp_1")]


def test_the_secret_before_signs_too_for_a_day() -> None:
    signing = Signing(2, NOW)
    newest, before = webhook_secret(KEY, "wsp_1", 2), webhook_secret(KEY, "wsp_1", 1)

    last = NOW + ROTATION_GRACE - timedelta(seconds=1)
    assert signing.secrets(KEY, "wsp_1", last) == [newest, before]
    assert signing.secrets(KEY, "wsp_1", NOW + ROTATION_GRACE) == [newest]
