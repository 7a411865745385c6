"""Whether two words are forms of one: plural and singular, present and past, never a relative."""

import re
from collections import defaultdict
from collections.abc import Mapping
from functools import lru_cache
from itertools import takewhile
from typing import Final

from lemminflect import getAllLemmas
from snowballstemmer import stemmer

from bots.kinds.matching.lists import lines_of, words

# What a form of a word that is in no dictionary may end in beyond the letters that it shares.
_ENDINGS: Final = frozenset({"", "s", "es", "e", "ed", "d", "ing", "y", "ies", "ied", "ying"})
_NOUN_ENDINGS: Final = frozenset({"", "s", "es", "y", "ies"})
_STEMMED: Final = {
    "da": "danish", "de": "german", "es": "spanish", "fi": "finnish", "fr": "french",
    "hu": "hungarian", "it": "italian", "nl": "dutch", "no": "norwegian", "pt": "portuguese",
    "ro": "romanian", "ru": "russian", "sv": "swedish", "tr": "turkish",
}  # fmt: skip
# Plurals that the stemmer knows with their accents only, and spellings that keep a sound.
_RESPELLED: Final[Mapping[str, tuple[tuple[str, str], ...]]] = {
    "pt": (("oes", "ao"), ("aes", "ao"), ("ais", "al"), ("eis", "el"), ("ns", "m")),
    "es": (("ces", "z"),),
}
SHORTEST_PLURAL: Final = 5
# What makes another word of a stem, no form of it.
_DERIVED: Final = {
    "es": re.compile(
        r"(?:[cs]ion(?:es)?|mientos?|dad(?:es)?|dor(?:a|es|as)?|[ae]ncias?|bles?|mente|istas?"
        r"|iv[ao]s?|[ae]ntes?)$"
    ),
    "pt": re.compile(
        r"(?:[cs](?:ao|oes)|mentos?|dades?|dor(?:a|es|as)?|[ae]ncias?|ve(?:l|is)|mente|istas?"
        r"|iv[ao]s?|[ae]ntes?)$"
    ),
    "de": re.compile(r"(?:(?:ung|keit|heit|schaft)(?:en|s)?|(?:lich|bar|los)(?:e[rnsm]?)?)$"),
}
# A vowel that Spanish verbs have instead of their own where it is stressed.
_STRESSED: Final = re.compile(r"(ue|ie)(?=[^aeiou]+$)")
_KEPT_SOUND: Final = re.compile(r"(?:gu|qu|z)$")
_GERMAN_PREFIX: Final = (
    "(?:ab|an|auf|aus|bei|ein|mit|nach|vor|zuruck|zusammen|zu|weg|fest|los|her|hin|um|durch|wieder)"
)
_PARTICIPLE: Final = re.compile(
    rf"^({_GERMAN_PREFIX}?)(?:ge|(?<=\w)zu)(?=\w{{4}})(\w+(?:t|n|te|ne)[nmrs]?)$"
)
_PREFIXES: Final = re.compile(
    rf"^(?:{_GERMAN_PREFIX}?(?:be|ver|er|ent|emp|zer|uber|unter|ge|miss)?)$"
)
_VERB_ENDINGS: Final = {
    "de": "en n e t et st est te ten test tet ete eten end",
    "es": (
        "ar er ir o as a es e amos emos imos an en aste iste io aron ieron ando iendo ado ada ados"
        " adas ido ida idos idas aba aban ia ian are era eran ara aran ira"
    ),
    "pt": (
        "ar er ir o as a es e amos emos imos am em ei ou aste iste eu iu i aram eram iram ando endo"
        " indo ado ada ados adas ido ida idos idas ava avam ia iam"
    ),
}
_INFINITE: Final = {
    "de": re.compile(r"(?:en|eln|ern)$"),
    "es": re.compile(r"(?:[aei]r|ando|iendo)$"),
    "pt": re.compile(r"(?:[aei]r|[aei]ndo)$"),
}
_SHORTEST_STEM: Final = 3
_LITTLE: Final = words("little")
_ENGLISH: Final = stemmer("english")
_VERBS: Final = ("VERB", "AUX")
_NOUNS: Final = ("NOUN", "PROPN")


def _irregular() -> tuple[Mapping[tuple[str, str], frozenset[int]], Mapping[str, str]]:
    """The numbers of the words that a form may belong to, and the bases of German stems."""
    groups: dict[tuple[str, str], set[int]] = defaultdict(set)
    stems: dict[str, str] = {}
    for number, (language, forms) in enumerate(lines_of("irregular.txt")):
        if language == "de-stem":
            base, *others = forms
            stems |= dict.fromkeys(others, base)
            continue
        for form in forms:
            groups[language, form].add(number)
    return {form: frozenset(numbers) for form, numbers in groups.items()}, stems


_AGREEING, _STRONG = _irregular()


def base_of(word: str, language: str) -> str:
    """A key that most forms of *word* share. Other words may share it: ask ``are_forms`` too."""
    return _stem(word, language) if language in _STEMMED else _english_stem(word)


@lru_cache(maxsize=20_000)
def is_known(word: str) -> bool:
    """Whether *word* is in the English dictionary."""
    return word in _LITTLE or bool(_lemmas_of(word))


@lru_cache(maxsize=20_000)
def is_noun_only(word: str) -> bool:
    """Whether *word* can be a noun in English and nothing else."""
    parts = _lemmas_of(word).keys()
    return bool(parts) and parts <= {"NOUN", "PROPN"}


@lru_cache(maxsize=50_000)
def are_forms(one: str, other: str, language: str, *, noun: bool = False) -> bool:
    """Whether both are forms of one word; of one *noun*, if that is all that they can be."""
    if one == other:
        return True
    shared = _AGREEING.get((language, one), frozenset()) & _AGREEING.get(
        (language, other), frozenset()
    )
    if shared:
        return True
    if language in _STEMMED:
        return _are_stemmed_alike(one, other, language)
    if is_known(one) and is_known(other):
        others = _lemmas(other)
        return any(form in others and (not noun or form[0] == "noun") for form in _lemmas(one))
    return _end_as_forms(one, other, _NOUN_ENDINGS if noun else _ENDINGS)


def _are_stemmed_alike(one: str, other: str, language: str) -> bool:
    derived = _DERIVED.get(language)
    if derived is not None and bool(derived.search(one)) != bool(derived.search(other)):
        return False
    if _stem(one, language) == _stem(other, language):
        return True
    infinite = _INFINITE.get(language)
    if infinite is None or not (infinite.search(one) or infinite.search(other)):
        return False
    return not _verb_stems(one, language).isdisjoint(_verb_stems(other, language))


def _end_as_forms(one: str, other: str, endings: frozenset[str]) -> bool:
    if other in (one + "s", one + "es") or one in (other + "s", other + "es"):
        return True
    if _english_stem(one) != _english_stem(other):
        return False
    same = takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False))
    shared = len(list(same))
    for word in (one, other):
        rest = word[shared:]
        # A consonant is doubled before an ending: plan, planned.
        doubled = rest[1:] if shared and rest[:1] == word[shared - 1] else rest
        if rest not in endings and doubled not in endings:
            return False
    return True


@lru_cache(maxsize=20_000)
def _lemmas(word: str) -> frozenset[tuple[str, str]]:
    """What English *word* may be a form of, as noun and as verb."""
    found = _lemmas_of(word)
    verbs = {("verb", lemma) for part in _VERBS for lemma in found.get(part, ())}
    return frozenset(verbs | {("noun", lemma) for part in _NOUNS for lemma in found.get(part, ())})


def _lemmas_of(word: str) -> Mapping[str, tuple[str, ...]]:
    """What the dictionary says, which has some words with an s that are compared with a z."""
    found: Mapping[str, tuple[str, ...]] = getAllLemmas(word)
    return found or (getAllLemmas(word.replace("iz", "is")) if "iz" in word else found)


@lru_cache(maxsize=20_000)
def _english_stem(word: str) -> str:
    stem: str = _ENGLISH.stemWord(word)
    return stem


@lru_cache(maxsize=20_000)
def _stem(word: str, language: str) -> str:
    for ending, singular in _RESPELLED.get(language, ()):
        if len(word) > SHORTEST_PLURAL and word.endswith(ending):
            word = word.removesuffix(ending) + singular
            break
    if language == "de" and (participle := _PARTICIPLE.match(word)):
        word = participle[1] + participle[2]
    stem: str = stemmer(_STEMMED[language]).stemWord(word)
    return _with_one_vowel(stem) if language == "es" else stem


def _with_one_vowel(stem: str) -> str:
    """A Spanish *stem* with the vowel that it has where it is not stressed."""
    return _STRESSED.sub(lambda vowel: "o" if vowel[0] == "ue" else "e", stem)


@lru_cache(maxsize=20_000)
def _verb_stems(word: str, language: str) -> frozenset[str]:
    """What stems *word* may have as a verb."""
    if language == "de" and (participle := _PARTICIPLE.match(word)):
        word = participle[1] + participle[2]
    stems = {
        word.removesuffix(ending)
        for ending in _VERB_ENDINGS[language].split()
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST_STEM
    }
    if language != "de":
        return frozenset(
            _KEPT_SOUND.sub(lambda sound: "g" if sound[0] == "gu" else "c", _with_one_vowel(stem))
            for stem in stems
        )
    return frozenset(stems) | {
        stem.removesuffix(changed) + base
        for stem in stems
        for changed, base in _STRONG.items()
        if stem.endswith(changed) and _PREFIXES.match(stem.removesuffix(changed))
    }
