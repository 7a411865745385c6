"""Personal data is found where it is real, written or spelled out, and hidden in what is told."""

import pytest

from bots.kinds.matching.rules import Spoken
from bots.kinds.policies.personal import Personal, masked


def found(sort: str, text: str) -> list[str]:
    words = text.split()
    spoken = Spoken(words)
    return [" ".join(words[hit.first : hit.last + 1]) for hit in Personal(sort).hits(spoken)]


@pytest.mark.parametrize(
    ("sort", "text", "what"),
    [
        ("email", "write to bo@example.com, please", "bo@example.com,"),
        ("email", "it is bo dot low at example dot com thanks", "bo dot low at example dot com"),
        ("card", "it is 4111 1111 1111 1111 thanks", "4111 1111 1111 1111"),
        ("card", "the number is 5500-0000-0000-0004.", "5500-0000-0000-0004."),
        (
            "card",
            "four one one one one one one one one one one one one one one one",
            "four one one one one one one one one one one one one one one one",
        ),
        ("iban", "pay GB29 NWBK 6016 1331 9268 19 today", "GB29 NWBK 6016 1331 9268 19"),
        ("iban", "IBAN DE89370400440532013000.", "DE89370400440532013000."),
        ("us_ssn", "mine is 123-45-6789", "123-45-6789"),
        (
            "us_ssn",
            "my social security number is one two three four five six seven eight nine",
            "social security number is one two three four five six seven eight nine",
        ),
        ("phone", "call +351 912 345 678 today", "+351 912 345 678"),
        ("phone", "call (555) 010-9999 or not", "(555) 010-9999"),
    ],
)
def test_personal_data_is_found_with_the_words_that_say_it(sort: str, text: str, what: str) -> None:
    assert found(sort, text) == [what]


@pytest.mark.parametrize(
    ("sort", "text"),
    [
        ("email", "we meet at the dot on the map"),
        ("email", "example.com at noon"),
        ("card", "order 4111 1111 1111 1112 was sent"),
        ("card", "0000 0000 0000 0000"),
        ("iban", "GB29 NWBK 6016 1331 9268 18"),
        ("us_ssn", "000-12-3456"),
        ("us_ssn", "987-65-4321"),
        ("phone", "it is 4111 1111 1111 1111"),
        ("phone", "in 2024 and 2025"),
    ],
)
def test_what_only_looks_like_personal_data_is_not_found(sort: str, text: str) -> None:
    assert found(sort, text) == []


def test_what_is_told_of_personal_data_shows_two_letters_of_it() -> None:
    assert masked("4111-1111 1111 1111") == "••••-•••• •••• ••11"
