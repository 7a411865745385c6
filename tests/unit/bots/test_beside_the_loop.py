"""What takes long is done beside the event loop: leases are kept and others served meanwhile."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest

from bots.domain.reading import Reader, Said
from bots.kinds.compliance import ComplianceReader, Feeling
from bots.kinds.keywords import KeywordReader
from bots.kinds.matching.rules import Hit, Spoken
from bots.kinds.policies.conditions import Words
from bots.kinds.policies.moments import Who
from bots.kinds.policies.rules import PolicyRule, Source
from tests.support.segments import a_segment

NOW = datetime(2026, 11, 22, tzinfo=UTC)


@dataclass
class Witness:
    """A rule that matches nothing and notes which threads ask it."""

    threads: set[int] = field(default_factory=set)

    def hits(self, spoken: Spoken) -> Iterator[Hit]:
        self.threads.add(threading.get_ident())
        return iter(())


def a_compliance(rule: Witness) -> Reader:
    made = PolicyRule(Source(), "it", Words([rule], Who()), [], False, False, 30.0)
    return ComplianceReader([made], {}, Feeling(None, "en", 3.0))


def a_keyword_reader(rule: Witness) -> Reader:
    return KeywordReader([rule])


@pytest.mark.parametrize("make", [a_compliance, a_keyword_reader])
async def test_phrases_are_looked_for_beside_the_loop(make: Callable[[Witness], Reader]) -> None:
    witness = Witness()
    reader = make(witness)

    await reader.read(Said(a_segment("one thousand phrases")), reader.state, NOW)

    assert witness.threads
    assert threading.get_ident() not in witness.threads
