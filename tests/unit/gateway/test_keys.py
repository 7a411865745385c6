"""What a key may do and give, and until when."""

from datetime import UTC, datetime, timedelta

import pytest

from gateway.domain.keys import (
    ApiKey,
    ApiKeyExpired,
    ApiKeyRevoked,
    ScopeNotHeld,
    UnknownScope,
    check_grant,
    check_usable,
    twin_of,
)

NOW = datetime(2026, 1, 1, tzinfo=UTC)
KNOWN = ("meetings:read", "meetings:write")


def a_key(**changes: object) -> ApiKey:
    fields: dict[str, object] = {
        "id": "key_1",
        "workspace_id": "wsp_1",
        "acts_in": "wsp_1",
        "name": "ci",
        "prefix": "cnv_live_abcd",
        "hash": "0" * 64,
        "scopes": (),
        "test": False,
        "expire_time": None,
        "create_time": NOW,
    }
    return ApiKey(**(fields | changes))  # type: ignore[arg-type]


def test_a_key_without_scopes_has_every_scope() -> None:
    assert a_key().granted == {"*"}
    assert a_key(scopes=("*", "meetings:read")).granted == {"*"}
    assert a_key(scopes=("meetings:read",)).granted == {"meetings:read"}


def test_a_key_works_until_it_expires() -> None:
    key = a_key(expire_time=NOW + timedelta(seconds=1))

    check_usable(key, NOW)
    with pytest.raises(ApiKeyExpired):
        check_usable(key, NOW + timedelta(seconds=1))


def test_a_revoked_key_does_not_work() -> None:
    with pytest.raises(ApiKeyRevoked):
        check_usable(a_key().after_revocation(), NOW)


def test_a_key_gives_only_scopes_that_it_has() -> None:
    check_grant(["meetings:read"], ["meetings:read"], KNOWN)
    check_grant([], ["*"], KNOWN)
    check_grant(["*"], ["*"], KNOWN)
    with pytest.raises(ScopeNotHeld):
        check_grant(["*"], ["meetings:read"], KNOWN)
    with pytest.raises(ScopeNotHeld):
        check_grant(["meetings:write"], ["meetings:read"], KNOWN)


def test_a_limited_key_cannot_ask_for_every_scope_by_naming_none() -> None:
    with pytest.raises(ScopeNotHeld):
        check_grant([], ["meetings:read"], KNOWN)


def test_a_scope_that_nothing_asks_for_is_refused() -> None:
    with pytest.raises(UnknownScope, match="meetings:read"):
        check_grant(["meeting:read"], ["*"], KNOWN)


def test_the_workspace_of_test_keys_is_another_and_always_the_same() -> None:
    assert twin_of("wsp_1") == twin_of("wsp_1")
    assert len({twin_of("wsp_1"), twin_of("wsp_2"), "wsp_1", "wsp_2"}) == 4
