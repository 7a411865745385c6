"""Languages by their BCP 47 tags: what is well-formed, and which language counts."""

import pytest

from common.languages import language_of


@pytest.mark.parametrize(
    ("tag", "code"),
    [
        ("en", "en"),
        ("EN", "en"),
        ("en-GB", "en"),
        ("pt-br", "pt"),
        ("es-419", "es"),
        ("zh-Hant-TW", "zh"),
        ("zh-yue-HK", "yue"),
        ("zh-YUE-Hant", "yue"),
        ("zh-cmn-Hans", "zh"),
        ("zh-wuu", "zh"),
        ("ar-arb", "ar"),
        ("AR-ARB-EG", "ar"),
        ("ms-zsm", "ms"),
        ("sw-swh-TZ", "sw"),
        ("de-AT-1996", "de"),
        ("sl-rozaj-biske", "sl"),
        ("ca-valencia", "ca"),
        ("en-US-u-ca-gregory-nu-latn", "en"),
        ("en-x-pirate", "en"),
        ("haw-US", "haw"),
        ("klingon", "klingon"),
        ("nb-NO", "no"),
        ("iw", "he"),
    ],
)
def test_a_well_formed_tag_is_of_a_language(tag: str, code: str) -> None:
    assert language_of(tag) == code


@pytest.mark.parametrize(
    "tag",
    [
        "", "e", "7", "en_GB", "en-", "-en", "en--GB", "en GB", "en\n", "en-GB-US", "en-u", "en-x",
        "x-pirate", "english-language-of-england", "en-ABCDEFGHI", "ên", "e\u017f",
    ],
)  # fmt: skip
def test_a_malformed_tag_is_of_none(tag: str) -> None:
    assert language_of(tag) is None
