"""Whether two words are forms of one: plural and singular, present and past, never a relative."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
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
_PLURAL_ENDINGS: Final = {"es": ("s", "es"), "pt": ("s", "es"), "fr": ("s",), "de": ("en", "s")}
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
    "de": re.compile(
        r"(?:(?:(?<!gezw)(?<!gedr)(?<!gekl)(?<!gesch[lw])(?<!gespr)ung|keit|heit|schaft)(?:en|s)?"
        r"|(?:lich|bar|los)(?:e[rnsm]?)?)$"
    ),
}
# A vowel that Spanish verbs have instead of their own where it is stressed.
_STRESSED: Final = re.compile(r"(ue|ie)(?=[^aeiou]+$)")
# How a verb's stem is written before another vowel: pague, pago; busque, busca; parezco, parece.
_SOUNDS_BEFORE_A: Final = {"gu": "g", "qu": "c", "zc": "c", "z": "c", "j": "g", "\u00e7": "c"}
_KEPT_SOUND: Final = re.compile(r"(?:gu|qu|zc|z|j)$")
_GERMAN_PREFIX: Final = (
    "(?:ab|an|auf|aus|bei|ein|mit|nach|vor|zuruck|zusammen|zu|weg|fest|los|her|hin|um|durch|wieder)"
)
_PARTICIPLE: Final = re.compile(
    rf"^({_GERMAN_PREFIX}?)(?:ge|(?<=\w)zu)(?=\w{{4}})(\w+(?:t|n|te|ne)[nmrs]?)$"
)
_PREFIXES: Final = {
    "de": re.compile(rf"^(?:{_GERMAN_PREFIX}?(?:be|ver|er|ent|emp|zer|uber|unter|ge|miss)?)$"),
    "es": re.compile(
        r"^(?:a|ab|abs|ad|ante|com|con|contra|de|des|dis|em|en|entre|ex|im|in|inter|man|ob|o|per"
        r"|pos|pre|pro|re|so|sobre|su|sub|super|sus|tras|trans)?$"
    ),
    "pt": re.compile(
        r"^(?:a|abs|ante|com|con|contra|de|des|dis|em|en|entre|ex|im|in|inter|man|ob|per|pos|pre"
        r"|pro|re|satis|sobre|su|sub|super|sus|trans)?$"
    ),
}
_VERB_ENDINGS: Final = {
    "de": "en n e t et st est te ten test tet ete eten end",
    "es": (
        "ar er ir r o as a es e i amos emos imos ais eis is an en n ando iendo yendo endo"
        " ado ada ados adas ido ida idos idas"
        " aste iste io aron ieron yeron eron asteis aba abas abamos aban ia ias iamos ian"
        " are ere ire aras eras iras ara era ira aremos eremos iremos aran eran iran"
        " aria eria iria arian erian irian arias eramos iera ieras"
        " ieran ieramos iese iesen ase asen"
    ),
    "pt": (
        "ar er ir or o as a es e i amos emos imos ais eis am em ando endo indo ado ada ados adas"
        " ido ida idos idas ei ou aste este iste eu iu aram eram iram ava avas avamos avam ia ias"
        " iamos iam arei erei irei ara era ira aremos eremos iremos arao erao irao aria eria iria"
        " ariam eriam iriam asse esse isse assem essem issem armos ermos irmos arem erem irem s"
    ),
}
_INFINITE: Final = {
    "de": re.compile(r"(?:en|eln|ern)$"),
    "es": re.compile(r"(?:[aei]r|ando|iendo)$"),
    "pt": re.compile(r"(?:[aei]r|por|[aeio]ndo)$"),
}
# English endings that are written in two ways, and words that another ending makes other words.
_TWO_ENDINGS: Final = tuple(
    (re.compile(ending), instead)
    for ending, instead in (
        (r"or(s?)$", r"er\1"), (r"e?[ai]ble$", "able"), (r"[ae]n(ces?|ts?|cy)$", r"en\1"),
        (r"(?<=[^aeiou])(?:ee|y)$", "y"), (r"ll(?=[aeiou])", "l"),
    )
)  # fmt: skip
_ENDING_OTHERWISE: Final = frozenset({"confidant", "confidants", "resister", "resisters"})
_SHORTEST_SPELLED: Final = 7
_SHORTEST_STEM: Final = 3
_Stems = Sequence[tuple[str, str]]
_LITTLE: Final = words("little")
_ENGLISH: Final = stemmer("english")
_VERBS: Final = ("VERB", "AUX")
_NOUNS: Final = ("NOUN", "PROPN")


def _irregular() -> tuple[Mapping[tuple[str, str], frozenset[int]], Mapping[str, _Stems]]:
    """The numbers of the words that a form may belong to, and verbs' stems with their bases."""
    groups: dict[tuple[str, str], set[int]] = defaultdict(set)
    stems: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for number, (kind, forms) in enumerate(lines_of("irregular.txt")):
        language, _, of_stems = kind.partition("-")
        if of_stems:
            base, *others = forms
            stems[language] |= {(other, base) for other in others}
            continue
        for form in forms:
            groups[language, form].add(number)
    return (
        {form: frozenset(numbers) for form, numbers in groups.items()},
        {language: tuple(sorted(pairs)) for language, pairs in stems.items()},
    )


_AGREEING, _IRREGULAR_STEMS = _irregular()


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
        if any(form in others and (not noun or form[0] == "noun") for form in _lemmas(one)):
            return True
        return _are_spelled_alike(one, other)
    return _end_as_forms(one, other, _NOUN_ENDINGS if noun else _ENDINGS)


def _are_stemmed_alike(one: str, other: str, language: str) -> bool:
    derived = _DERIVED.get(language)
    if derived is not None and bool(derived.search(one)) != bool(derived.search(other)):
        return False
    if _stem(one, language) == _stem(other, language) or _is_plural(one, other, language):
        return True
    infinite = _INFINITE.get(language)
    if infinite is None or not (infinite.search(one) or infinite.search(other)):
        return False
    return not _verb_stems(one, language).isdisjoint(_verb_stems(other, language))


def _are_spelled_alike(one: str, other: str) -> bool:
    """Whether both are one word whose ending is written in two ways: adjuster, adjustor."""
    if min(len(one), len(other)) < _SHORTEST_SPELLED or {one, other} & _ENDING_OTHERWISE:
        return False
    return one[:3] == other[:3] and _with_one_ending(one) == _with_one_ending(other)


def _with_one_ending(word: str) -> str:
    for ending, instead in _TWO_ENDINGS:
        word = ending.sub(instead, word)
    return word


def _is_plural(one: str, other: str, language: str) -> bool:
    """Whether the longer word is the shorter one with the ending of many."""
    shorter, longer = sorted((one, other), key=len)
    return len(shorter) >= _SHORTEST_STEM and longer in {
        shorter + ending for ending in _PLURAL_ENDINGS.get(language, ())
    }


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
    if language == "de":
        word = _without_ge(word)
    stem: str = stemmer(_STEMMED[language]).stemWord(word)
    return _with_one_vowel(stem) if language == "es" else stem


def _without_ge(word: str) -> str:
    """A German participle or infinitive without what stands within: eingezahlt, einzahlt."""
    participle = None if _DERIVED["de"].search(word) else _PARTICIPLE.match(word)
    return participle[1] + participle[2] if participle else word


def _with_one_vowel(stem: str) -> str:
    """A Spanish *stem* with the vowel that it has where it is not stressed."""
    return _STRESSED.sub(lambda vowel: "o" if vowel[0] == "ue" else "e", stem)


@lru_cache(maxsize=20_000)
def _verb_stems(word: str, language: str) -> frozenset[str]:
    """What stems *word* may have as a verb."""
    if language == "de":
        word = _without_ge(word)
    stems = {
        word.removesuffix(ending)
        for ending in _VERB_ENDINGS[language].split()
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST_STEM
    }
    stems |= _bases(stems, language)
    if language == "de":
        return frozenset(stems)
    return frozenset(_KEPT_SOUND.sub(_as_before_a, _with_one_vowel(stem)) for stem in stems)


def _bases(stems: Iterable[str], language: str) -> set[str]:
    """The stems that irregular *stems* belong to, behind a prefix too: mantuv, manten."""
    prefixes = _PREFIXES[language]
    return {
        stem.removesuffix(changed) + base
        for stem in stems
        for changed, base in _IRREGULAR_STEMS[language]
        if stem.endswith(changed) and prefixes.match(stem.removesuffix(changed))
    }


def _as_before_a(sound: re.Match[str]) -> str:
    return _SOUNDS_BEFORE_A[sound[0]]
