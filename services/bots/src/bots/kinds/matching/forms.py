"""Whether two words are forms of one: plural and singular, present and past, never a relative."""

from functools import lru_cache
from itertools import takewhile
from typing import Final

from snowballstemmer import stemmer

# What an English form may end in beyond the letters that it shares with another.
_ENDINGS: Final = frozenset({"", "s", "es", "e", "ed", "d", "ing", "y", "ies", "ied", "ying"})
# Base: its other forms.
_IRREGULAR: Final = """
    be:is,are,am,was,were,been,being have:has,had do:does,did,done go:goes,went,gone
    say:said get:got,gotten make:made know:knew,known think:thought take:took,taken see:saw,seen
    come:came find:found give:gave,given tell:told feel:felt leave:left keep:kept
    begin:began,begun show:shown hear:heard run:ran bring:brought write:wrote,written sit:sat
    stand:stood lose:lost pay:paid meet:met set:set learn:learnt lead:led understand:understood
    speak:spoke,spoken spend:spent grow:grew,grown win:won buy:bought send:sent
    build:built fall:fell,fallen cut:cut sell:sold teach:taught catch:caught drive:drove,driven
    break:broke,broken choose:chose,chosen rise:rose,risen hold:held draw:drew,drawn
    steal:stole,stolen hide:hid,hidden forget:forgot,forgotten forgive:forgave,forgiven fight:fought
    seek:sought shoot:shot throw:threw,thrown wear:wore,worn wake:woke,woken swear:swore,sworn
    ride:rode,ridden shake:shook,shaken sleep:slept stick:stuck strike:struck sweep:swept
    tear:tore,torn freeze:froze,frozen blow:blew,blown bite:bitten bend:bent feed:fed hang:hung
    light:lit slide:slid swim:swam,swum forbid:forbade,forbidden override:overrode,overridden
    oversee:oversaw,overseen uphold:upheld undergo:underwent,undergone prove:proven burn:burnt
    spell:spelt spill:spilt dream:dreamt beat:beaten bear:bore,borne foresee:foresaw,foreseen
    diagnosis:diagnoses thesis:theses hypothesis:hypotheses index:indices appendix:appendices
    bind:bound lend:lent mean:meant deal:dealt bet:bet cost:cost hit:hit hurt:hurt put:put
    quit:quit shut:shut split:split eat:ate,eaten drink:drank,drunk sing:sang,sung ring:rang,rung
    fly:flew,flown withdraw:withdrew,withdrawn undertake:undertook,undertaken
    overcome:overcame become:became mistake:mistook,mistaken
    die:dying,died lie:lying,lied,lay,lain tie:tying,tied
    man:men woman:women child:children person:people foot:feet tooth:teeth mouse:mice
    wife:wives life:lives knife:knives half:halves shelf:shelves thief:thieves
    analysis:analyses basis:bases crisis:crises criterion:criteria datum:data"""
_STEMMED: Final = {
    "da": "danish", "de": "german", "es": "spanish", "fi": "finnish", "fr": "french",
    "hu": "hungarian", "it": "italian", "nl": "dutch", "no": "norwegian", "pt": "portuguese",
    "ro": "romanian", "ru": "russian", "sv": "swedish", "tr": "turkish",
}  # fmt: skip
# Plurals that the stemmer knows with their accents only.
_PLURALS: Final = {
    "pt": (("oes", "ao"), ("aes", "ao"), ("ais", "al"), ("eis", "el"), ("ns", "m")),
    "es": (("ces", "z"),),
}
SHORTEST_PLURAL: Final = 5
_ENGLISH: Final = stemmer("english")


def _bases() -> dict[str, str]:
    bases: dict[str, str] = {}
    for entry in _IRREGULAR.split():
        base, forms = entry.split(":")
        bases |= dict.fromkeys(forms.split(","), base)
    return bases


_BASES: Final = _bases()


def base_of(word: str, language: str) -> str:
    """A key that all forms of *word* share. Other words may share it: ask ``are_forms`` too."""
    if language in _STEMMED:
        return _stem(word, language)
    return _english_stem(_BASES.get(word, word))


@lru_cache(maxsize=50_000)
def are_forms(one: str, other: str, language: str) -> bool:
    """Whether both are forms of one word."""
    if one == other:
        return True
    if base_of(one, language) != base_of(other, language):
        return False
    if language in _STEMMED:
        return True
    one, other = _BASES.get(one, one), _BASES.get(other, other)
    same = takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False))
    shared = len(list(same))
    return _ends_as_form(one, shared) and _ends_as_form(other, shared)


def _ends_as_form(word: str, shared: int) -> bool:
    rest = word[shared:]
    # A consonant is doubled before an ending: plan, planned.
    doubled = rest[1:] if shared and rest[:1] == word[shared - 1] else rest
    return rest in _ENDINGS or doubled in _ENDINGS


@lru_cache(maxsize=20_000)
def _english_stem(word: str) -> str:
    stem: str = _ENGLISH.stemWord(word)
    return stem


@lru_cache(maxsize=20_000)
def _stem(word: str, language: str) -> str:
    for ending, singular in _PLURALS.get(language, ()):
        if len(word) > SHORTEST_PLURAL and word.endswith(ending):
            word = word.removesuffix(ending) + singular
            break
    stem: str = stemmer(_STEMMED[language]).stemWord(word)
    return stem
