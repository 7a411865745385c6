"""Languages as people name them: by tags such as `pt-BR`, of which the language is what counts."""

import re
from collections.abc import Mapping
from typing import Final

# RFC 5646, section 2.1, but for the tags that were registered before it. A language of its own
# that is written behind the one it belongs to (`zh-yue`) is an extension.
_TAG: Final = re.compile(
    r"""(?P<language>[a-z]{2,3}(-(?P<extension>[a-z]{3})(-[a-z]{3}){0,2})?|[a-z]{4,8})
        (-[a-z]{4})?                             # script
        (-([a-z]{2}|[0-9]{3}))?                  # region
        (-([a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*     # variants
        (-[a-wyz0-9](-[a-z0-9]{2,8})+)*          # extensions
        (-x(-[a-z0-9]{1,8})+)?                   # of private use
        """,
    re.ASCII | re.IGNORECASE | re.VERBOSE,
)
# The extensions that recognisers and translators tell from the language they belong to; others
# are a kind of it, as Standard Arabic is (`ar-arb`).
_APART: Final = frozenset({"yue"})
# The languages that tags name otherwise than recognisers and translators do.
_OTHERWISE: Final[Mapping[str, str]] = {
    "cmn": "zh", "fil": "tl", "in": "id", "iw": "he", "jv": "jw", "nb": "no",
}  # fmt: skip


def language_of(tag: str) -> str | None:
    """The ISO 639 code of the language of *tag*, a BCP 47 tag; None where it is malformed."""
    found = _TAG.fullmatch(tag)
    if found is None:
        return None
    code, extension = found["language"].lower(), (found["extension"] or "").lower()
    code = extension if extension in _APART else code.partition("-")[0]
    return _OTHERWISE.get(code, code)
