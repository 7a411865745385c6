"""The contracts and the gateway agree on which events are public."""

import re
from pathlib import Path

from google.protobuf.message import Message

from common.jsonshape import to_json
from gateway.consumers import HIDDEN, SOURCES, public_facts
from gateway.domain.catalogue import EVENT_TYPES

ROOT = Path(__file__).parents[2]


def test_every_public_fact_is_described_and_nothing_else_is() -> None:
    announced = {name for source in SOURCES for _, name in public_facts(source)}

    assert announced == set(EVENT_TYPES)


def test_every_public_fact_is_announced_by_its_service() -> None:
    for source in SOURCES:
        written = "".join(
            path.read_text() for path in (ROOT / "services" / source / "src").rglob("*.py")
        )
        for kind, name in public_facts(source):
            assert re.search(rf"\b{kind.DESCRIPTOR.name}\b", written), name


def test_what_is_hidden_exists() -> None:
    shown = {
        kind.DESCRIPTOR.full_name: to_json(_filled(kind()))
        for source in SOURCES
        for kind, _ in public_facts(source)
    }

    for message, paths in HIDDEN.items():
        for path in paths:
            found: object = shown[message]
            for name in path.split("."):
                assert isinstance(found, dict)
                found = found[name]


def _filled(fact: Message) -> Message:
    for field in fact.DESCRIPTOR.fields:
        if field.message_type is not None and not field.is_repeated:
            getattr(fact, field.name).SetInParent()
    return fact
