"""What counts as said: the phrase in its forms and spellings, and nothing that only looks alike."""

import time

import pytest

from bots.kinds.matching.rules import Pattern, Phrase, Rule, Spoken

HITS = [
    ("off the record", "This is, um, off the, uh, the record."),
    ("off-the-record", "can we go off the record"),
    ("this line is open", "this line's open"),
    ("we are late", "we, you know, are late"),
    ("go to the bank", "go to, go to the bank"),
    ("never pay twice", "Never. Pay. Twice."),
    ("twenty percent", "about 20 per cent of it"),
    ("guaranteed returns", "guaranteed re- returns"),
    ("eight point five percent", "it is 8.5% now"),
    ("two million", "2,000,000 of them"),
    ("i would not sign", "I'd not sign"),
    ("sign the contract", "sign, so to speak, the contract"),
    ("the twentieth", "on the 20th"),
    ("gatekeeper list", "the gatekeeper list"),
    ("bread winner", "the breadwinners"),
    ("403b", "a 403(b) plan"),
    ("fourth floor", "the 4th floor"),
    ("launch on the nineteenth of March", "to launch on the 19th of March"),
    ("the twenty-first of May", "on the 21st of May"),
    ("the 32nd floor", "the thirty second floor"),
    ("the hundred and first time", "the hundred and first time"),
    ("let us begin", "lets begin"),
    ("end the meeting", "Let us END the meeting!"),
    ("close the deal", "we closed the deals"),
    ("pay in cash", "he paid in cash"),
    ("plan ahead", "planning ahead"),
    ("guaranteed returns", "a guarantee return"),
    ("policies", "the policy"),
    ("client's money", "that is the clients\u2019 money"),
    ("can not say", "I can't say"),
    ("we are done here", "I think we're done here."),
    ("twenty four hours", "in 24 hours"),
    ("one hundred percent", "I'm 100% sure"),
    ("100 percent", "a hundred percent"),
    ("NDA", "sign the N.D.A. first"),
    ("NDA", "sign the n d a first"),
    ("email", "send me an e-mail"),
    ("sign up", "you can sign-up there"),
    ("favourite colour", "my favorite color"),
    ("naïve", "that is naive"),
    ("Dr Smith", "ask Dr. Smith about it"),
    ("informed consent", "in formed consent"),
    ("court dismissed", "the court dis missed it"),
]
MISSES = [
    ("off the record", "a copy of the record"),
    ("off the record", "Turn it off. The record shows otherwise."),
    ("stop recording", "the recording stopped"),
    ("import data", "important data"),
    ("universe", "the university"),
    ("organ", "the organization"),
    ("policy", "the police"),
    ("rat", "a good rating"),
    ("ten", "a tennis match"),
    ("the twentieth of May", "on the twenty-first of May"),
    ("first of May", "on the twenty-first of May"),
    ("the nineteenth", "at 19"),
    ("end the meeting", "end this meeting"),
    ("end the meeting", "at the end of the meeting"),
    ("insider information", "in cider information"),
    ("outage", "out age"),
    ("informed", "in formed"),
]
MISHEARD = [
    ("insider information", "I have in cider information"),
    ("side effects", "sight effects"),
    ("their account", "there account"),
    ("per seat pricing", "purse seat pricing"),
    ("date of birth", "your data of birth"),
    ("IBAN", "my eye ban"),
]
NOT_MISHEARD = [
    ("off the record", "a copy of the record"),
    ("price", "the prize"),
    ("last call", "a lost call"),
    ("mute your microphone", "move your microphone"),
    ("insider information", "consider information"),
    ("cash on hand", "cats on hand"),
    ("contract", "please contact us"),
    ("conversation", "nature conservation"),
    ("insurance", "an assurance"),
    ("account number", "the amount number"),
]


def hits(rule: Rule, text: str) -> list[str]:
    """The words that *rule* finds in *text*."""
    words = text.split()
    return [" ".join(words[hit.first : hit.last + 1]) for hit in rule.hits(Spoken(words))]


@pytest.mark.parametrize(("phrase", "text"), HITS)
def test_a_phrase_is_found_however_it_is_written(phrase: str, text: str) -> None:
    assert len(hits(Phrase(phrase), text)) == 1


@pytest.mark.parametrize(("phrase", "text"), MISSES)
def test_what_only_looks_like_a_phrase_is_not_found(phrase: str, text: str) -> None:
    assert hits(Phrase(phrase), text) == []


@pytest.mark.parametrize(("phrase", "text"), MISHEARD)
def test_what_a_recogniser_may_mishear_is_found_where_that_is_wanted(
    phrase: str, text: str
) -> None:
    assert len(hits(Phrase(phrase, fuzzy=True), text)) == 1
    assert hits(Phrase(phrase), text) == []


@pytest.mark.parametrize(("phrase", "text"), NOT_MISHEARD)
def test_another_word_that_sounds_a_little_alike_is_not_found(phrase: str, text: str) -> None:
    assert hits(Phrase(phrase, fuzzy=True), text) == []


def test_other_forms_are_found_only_where_they_are_wanted() -> None:
    assert hits(Phrase("close the deal", inflected=False), "we closed the deal") == []


def hits_as_written(phrase: str, text: str) -> list[str]:
    """What is found of a phrase whose words are to be said as they stand."""
    return hits(Phrase(phrase, inflected=False), text)


@pytest.mark.parametrize(
    ("phrase", "text"),
    [
        ("wire the money", "WIRE the money."),
        ("follow-up", "a follow up"),
        ("follow up", "Follow-up?"),
        ("café", "the Cafe"),
        ("that's all", "Thats all!"),
        ("24/7", "it is 24-7"),
    ],
)
def test_words_as_they_stand_may_differ_in_case_accents_and_punctuation(
    phrase: str, text: str
) -> None:
    assert len(hits_as_written(phrase, text)) == 1


@pytest.mark.parametrize(
    ("phrase", "text"),
    [
        ("wire the money", "wire, um, the money"),
        ("wire the money", "wire the, the money"),
        ("do not share", "don't share"),
        ("twenty percent", "20 percent"),
        ("colour", "color"),
        ("database", "data base"),
    ],
)
def test_words_as_they_stand_differ_in_nothing_else(phrase: str, text: str) -> None:
    assert hits_as_written(phrase, text) == []
    assert len(hits(Phrase(phrase), text)) == 1


def test_a_phrase_is_found_as_often_as_it_is_said() -> None:
    assert hits(Phrase("no way"), "No way! There is no way.") == ["No way!", "no way."]


def test_forms_of_other_languages_are_known() -> None:
    assert hits(Phrase("garantía", language="es"), "con las garantías") == ["garantías"]


def test_a_hit_says_how_it_was_found() -> None:
    def match(phrase: str, text: str) -> str:
        return next(Phrase(phrase, fuzzy=True).hits(Spoken(text.split()))).match

    assert match("sign here", "sign here") == "exact"
    assert match("sign here", "signed here") == "inflected"
    assert match("sign here", "sign hear") == "fuzzy"


def test_a_pattern_is_found_with_the_words_that_it_touches() -> None:
    pattern = Pattern(r"\b\d{3}-\d{2}-\d{4}\b|account \w+")

    found = hits(pattern, "My Account Number is 123-45-6789, yes")

    assert found == ["Account Number", "123-45-6789,"]


def test_no_pattern_costs_more_than_the_text_is_long() -> None:
    words = ["a" * 40] * 50
    begun = time.process_time()

    hits(Pattern(r"(a+)+$|(a|a)*b|(a*)*c"), " ".join(words))

    assert time.process_time() - begun < 2.0
