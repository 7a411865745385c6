"""The contracts and the gateway agree on which events are public."""

from gateway.consumers import HIDDEN, SOURCES, public_facts
from gateway.domain.catalogue import EVENT_TYPES


def test_every_public_fact_is_described_and_nothing_else_is() -> None:
    announced = {name for source in SOURCES for _, name in public_facts(source)}

    assert announced == set(EVENT_TYPES)


def test_what_is_hidden_exists() -> None:
    facts = {
        kind.DESCRIPTOR.full_name: kind.DESCRIPTOR
        for source in SOURCES
        for kind, _ in public_facts(source)
    }

    for message, paths in HIDDEN.items():
        for path in paths:
            shape = facts[message]
            for name in path.split("."):
                shape = shape.fields_by_name[name].message_type
