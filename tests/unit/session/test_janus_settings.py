"""Half a Janus is refused by name: nobody finds out in a meeting."""

import pytest
from pydantic import ValidationError

from session.config import Settings

NODES = "127.0.0.1:1,127.0.0.1:2"
COMPLETE = {
    "CONVENE_ENV": "dev",
    "CONVENE_INTERNAL_KEY": "k",
    "CONVENE_LINK_KEY": "k",
    "CONVENE_NATS_URL": "nats://127.0.0.1:1",
    "SESSION_DATABASE_URL": "postgresql://127.0.0.1/session",
    "SESSION_NODES": NODES,
    "SESSION_MEDIA_PLANE": "janus",
    "SESSION_JANUS": "ws://127.0.0.1:3, ws://127.0.0.1:4",
    "SESSION_JANUS_ADMIN": "http://127.0.0.1:5/admin,http://127.0.0.1:6/admin",
    "SESSION_JANUS_SECRET": "api",
    "SESSION_JANUS_ADMIN_SECRET": "admin",
    "SESSION_JANUS_ROOM_KEY": "rooms",
}


def settings(monkeypatch: pytest.MonkeyPatch, **changes: str) -> Settings:
    for name, value in (COMPLETE | changes).items():
        monkeypatch.setenv(name, value)
    return Settings()


def test_a_janus_stands_beside_each_node(monkeypatch: pytest.MonkeyPatch) -> None:
    read = settings(monkeypatch)

    assert read.janus == ("ws://127.0.0.1:3", "ws://127.0.0.1:4")
    assert read.janus_admin[1] == "http://127.0.0.1:6/admin"


def test_the_sandbox_needs_no_janus(monkeypatch: pytest.MonkeyPatch) -> None:
    changes = {name: "" for name in COMPLETE if name.startswith("SESSION_JANUS")}

    assert settings(monkeypatch, SESSION_MEDIA_PLANE="sandbox", **changes).janus == ()


@pytest.mark.parametrize("name", [one for one in COMPLETE if one.startswith("SESSION_JANUS")])
def test_what_is_missing_is_named(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ValidationError, match=f"{name} "):
        settings(monkeypatch, **{name: ""})


def test_one_janus_for_two_nodes_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ValidationError, match="SESSION_JANUS has 1 entries for 2 SESSION_NODES"):
        settings(monkeypatch, SESSION_JANUS="ws://127.0.0.1:3")


def test_a_url_of_another_kind_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ValidationError, match="http://x does not begin with ws://"):
        settings(monkeypatch, SESSION_JANUS="ws://127.0.0.1:3,http://x")
