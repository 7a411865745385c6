"""One way to write a word: without case and accents, contractions apart, one of two spellings."""

import re
import unicodedata
from functools import lru_cache
from typing import Final

_CONTRACTIONS: Final = {
    "en": {
        "cannot": "can not", "can't": "can not", "won't": "will not", "shan't": "shall not",
        "ain't": "is not", "gonna": "going to", "wanna": "want to", "gotta": "got to",
        "tryna": "trying to", "gimme": "give me", "lemme": "let me", "kinda": "kind of",
        "sorta": "sort of", "outta": "out of", "lotta": "lot of", "hafta": "have to",
        "dunno": "do not know", "c'mon": "come on", "y'all": "you all", "'em": "them",
        "'n'": "and", "'n": "and",
        "cuz": "because", "cos": "because", "'cause": "because", "til": "until", "'til": "until",
        "thru": "through", "ok": "okay", "d'you": "do you", "'bout": "about", "gotcha": "got you",
        "coulda": "could have", "shoulda": "should have", "woulda": "would have",
        "musta": "must have", "let's": "let us", "ya": "you", "'cos": "because",
        # A recogniser loses apostrophes.
        "lets": "let us", "thats": "that's", "whats": "what's", "im": "i am", "ive": "i have",
        "youre": "you are", "theyre": "they are", "dont": "do not", "doesnt": "does not",
        "didnt": "did not", "isnt": "is not", "arent": "are not", "cant": "can not",
        "wont": "will not", "aint": "is not",
        "wasnt": "was not", "werent": "were not", "hasnt": "has not", "havent": "have not",
        "hadnt": "had not", "wouldnt": "would not", "couldnt": "could not",
        "shouldnt": "should not", "mustnt": "must not",
        "youve": "you have", "weve": "we have", "theyve": "they have", "youll": "you will",
        "theyll": "they will", "itll": "it will", "hes": "he's", "shes": "she's",
        "heres": "here's", "theres": "there's", "wheres": "where's", "whos": "who's",
    },
    "es": {"pa": "para", "pal": "para el", "del": "de el", "al": "a el"},
    "pt": {
        "pra": "para", "pro": "para o", "pras": "para as", "pros": "para os", "ta": "esta",
        "to": "estou", "tou": "estou", "tava": "estava", "ce": "voce", "vamo": "vamos",
        "do": "de o", "da": "de a", "dos": "de os", "das": "de as", "no": "em o", "na": "em a",
        "nos": "em os", "nas": "em as", "ao": "a o", "aos": "a os",
    },
    "de": {
        "im": "in dem", "ins": "in das", "am": "an dem", "ans": "an das", "zum": "zu dem",
        "zur": "zu der", "vom": "von dem", "beim": "bei dem", "hab": "habe", "is": "ist",
        "nich": "nicht", "nix": "nichts", "'nen": "einen", "'ne": "eine",
        "wars": "war's", "gehts": "geht's", "gibts": "gibt's", "hats": "hat's", "ists": "ist's",
    },
}  # fmt: skip
_ENDINGS: Final = (
    ("n't", " not"), ("'re", " are"), ("'ll", " will"), ("'ve", " have"), ("'m", " am"),
    ("'d", " would"),
)  # fmt: skip
# What a contraction may stand for besides.
ALSO: Final = {"would": frozenset({"had", "did"}), "is": frozenset({"has"})}
_SIGNS: Final = {
    "%": " percent ", "&": " and ", "@": " at ", "$": " dollar ", "€": " euro ", "£": " pound ",
    "+": " plus ", "#": " number ", "/": " ", "_": " ", "\u2019": "'", "\u2018": "'", "`": "'",
    "\u02bc": "'", "\u2013": "-", "\u2011": "-", "\u2014": " ",
}  # fmt: skip
_SAID: Final = str.maketrans(_SIGNS)
# What people, and recognisers, write for a contraction that sounds the same.
_CONTRACTED_ALIKE: Final = {"your": ("youre",), "their": ("theyre",), "whose": ("whos",)}
_SPELLINGS: Final = {
    "licence": "license", "defence": "defense", "offence": "offense", "pretence": "pretense",
    "practise": "practice", "adviser": "advisor", "advisers": "advisors", "cheque": "check",
    "cheques": "checks", "grey": "gray", "tyre": "tire", "tyres": "tires", "kerb": "curb",
    "enrolment": "enrollment", "fulfil": "fulfill", "enrol": "enroll", "skilful": "skillful",
    "instalment": "installment", "instalments": "installments", "mum": "mom", "whilst": "while",
    "ageing": "aging", "jewellery": "jewelry", "aluminium": "aluminum", "draught": "draft",
    "plough": "plow", "sceptical": "skeptical", "maths": "math", "storey": "story",
    "counsellor": "counselor", "counsellors": "counselors", "traveller": "traveler",
    "travellers": "travelers", "jeweller": "jeweler", "jewellers": "jewelers",
    "marvellous": "marvelous", "pyjamas": "pajamas",
    "disc": "disk", "discs": "disks", "towards": "toward", "amongst": "among", "dollars": "dollar",
    "euros": "euro", "pounds": "pound", "prozent": "percent",
}  # fmt: skip
# British and American endings: what the one has instead of the other.
_SPELLED: Final = tuple(
    (re.compile(pattern), instead)
    for pattern, instead in (
        (r"^(\w{3,})our(s|ed|ing|ite|ites|able|al|er|ers)?$", r"\1or\2"),
        (r"(?<=\w{3})is(e|es|ed|ing|er|ers|ation|ations)$", r"iz\1"),
        (r"(?<=\w{2})ys(e|es|ed|ing|er|ers)$", r"yz\1"),
        (r"(?<=\w{2})([tb])re(s?)$", r"\1er\2"),
        (r"(?<=\w{2})logue(s?)$", r"log\1"), (r"(?<=\w{3})mme(s?)$", r"m\1"),
        (r"dgement(s?)$", r"dgment\1"),
        (r"(?<=[nhpgk])ae(?=[smdoc])", "e"), (r"^oe(?=s)", "e"), (r"(?<=n|v)oe(?=a|u)", "e"),
        (r"(?<=rrh)oe(?=a)", "e"), (r"lph(ur)", r"lf\1"),
    )
)  # fmt: skip
_GERMAN_SPELLED: Final = re.compile(r"ae|oe|(?<![aeq])ue")
_UMLAUT: Final = {"\u00e4": "ae", "\u00f6": "oe", "\u00fc": "ue"}


def plain(text: str) -> str:
    """*text* in lower case and without accents."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in decomposed if not unicodedata.combining(sign))


def with_umlauts_spelled(text: str) -> str:
    """*text* in lower case, its umlauts as two letters; nothing where it has none."""
    text = unicodedata.normalize("NFC", text.casefold())
    if not any(sign in _UMLAUT for sign in text):
        return ""
    return plain("".join(_UMLAUT.get(sign, sign) for sign in text))


def with_signs_said(text: str) -> str:
    """*text* with its signs as words: "%" as percent."""
    if text.isalnum():
        return text
    return text.translate(_SAID)


@lru_cache(maxsize=20_000)
def expanded(word: str, language: str, *, s_is: bool) -> tuple[str, ...]:
    """The words that plain *word* stands for; *s_is* reads 's as a verb or pronoun."""
    word = _CONTRACTIONS.get(language, {}).get(word, word)
    if language == "en":
        word = _with_endings_apart(word)
        if word.endswith("in'") and len(word) > 4:
            word = word.removesuffix("'") + "g"
    if s_is and word.endswith("'s"):
        word = word.removesuffix("'s") + (" es" if language == "de" else " is")
    texts = (_spelling(text.replace("'", ""), language) for text in word.split())
    return tuple(text for text in texts if text)


def is_apostrophe_lost(word: str, contraction: str) -> bool:
    """Whether *word* is written for the *contraction*, without its apostrophe: your, you're."""
    return contraction in _CONTRACTED_ALIKE.get(word, ())


def _with_endings_apart(word: str) -> str:
    """*word* with what is contracted at its end apart, also where that is two: they'd've."""
    for ending, instead in _ENDINGS:
        if word.endswith(ending) and word != ending:
            return _with_endings_apart(word.removesuffix(ending)) + instead
    return word


def _spelling(text: str, language: str) -> str:
    """One spelling for words that have two."""
    if language == "de":
        text = _GERMAN_SPELLED.sub(lambda two: two[0][0], text)
    if text in _SPELLINGS:
        return _SPELLINGS[text]
    if language != "en" or len(text) < 5:
        return text
    for pattern, instead in _SPELLED:
        text = pattern.sub(instead, text)
    return text
