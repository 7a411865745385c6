"""Words that a recogniser writes wrongly are found where they can be nothing else."""

import pytest

from bots.kinds.matching.rules import Phrase, Spoken

NO_WORDS = [
    ("confidential", "that is confidencial"),
    ("affidavit", "a signed affadavit"),
    ("sexual harassment", "a sexual harrassment case"),
    ("fixed-rate mortgage", "a fixed rate morgage"),
    ("unfair dismissal", "an unfair dismissel"),
    ("motion to adjourn", "a motion to ajourn"),
    ("plagiarism", "accused of plagerism"),
    ("mitochondria", "the mitocondria is small"),
    ("opioid", "he was on opiods"),
    ("net promoter score", "our net promotor score"),
    ("claims adjuster", "the claims adjustor came"),
    ("cancellation fee", "no cancelation fees"),
    ("warranty claim", "a warrantee claim"),
    ("carbon monoxide", "a carbon monoxyde alarm"),
    ("food poisoning", "two got food poisening"),
]
IN_PIECES = [
    ("Kubernetes", "years of cuber netties in production"),
    ("syllabus", "the silla bus"),
    ("court adjourned", "court a journed"),
    ("Postgres", "all in post gress now"),
    ("GitHub", "push it to git hub"),
    ("RabbitMQ", "the rabbit M Q queue"),
    ("LinkedIn", "I saw it on linked in"),
    ("linked in", "I saw it on LinkedIn"),
    ("PowerPoint", "a power point deck"),
]
CONTRACTED = [
    ("they would have known", "They'd've known by then."),
    ("you're on mute", "Dana, your on mute."),
    ("their system", "they're system is down"),
]
OTHERS = [
    ("hypertension", "he has hypotension"),
    ("photosynthesis", "these are photosynthetic bacteria"),
    ("authenticated", "an unauthenticated call"),
    ("talk to you next week", "I'll talk to Yuna next week."),
    ("gas leak", "a leek and some gas"),
    ("Redis", "the red is nice"),
    ("IBAN", "I ban phones here"),
    ("confident", "a confidant of hers"),
    ("well-being", "Well, being late is bad."),
    ("McDonald", "on the Mc, Donald said"),
    ("you're on mute", "your mute button"),
]
MISHEARD = [
    ("chlamydia", "she tested for clamidia"),
    ("Zendesk", "all in send desk now"),
    ("hypotenuse", "the hypothenuse is the longest"),
    ("schizophrenia", "diagnosed with skitsofrenia"),
    ("Alzheimer's disease", "she has all timers disease"),
    ("bankruptcy", "he filed for bank rupt see"),
    ("subpoena", "we got a suppena"),
    ("naloxone", "do you carry nalokson"),
    ("stock options", "we have stalk options"),
    ("steel beams", "the steal beams are late"),
    ("Stephen Brown", "that's Steven Browne"),
    ("Mr. Schwartz", "ask Mr. Shwarts"),
]
NOT_MISHEARD = [
    ("colour", "Keller repairs the roof"),
    ("overtime", "the page was green every time"),
    ("firmware", "I want a firm where somebody helps"),
    ("hyperglycemia", "it was hypoglycemia"),
    ("Zendesk", "can you send the desk back"),
    ("intrastate", "an interstate carrier"),
    ("insulin", "the insulation is thin"),
    ("affidavit", "he asked after David yesterday"),
    ("hypotenuse", "the hypothesis is hard"),
    ("Kubernetes", "a thesis on cybernetics"),
]


def is_found(phrase: str, text: str, *, fuzzy: bool = False) -> bool:
    """Whether *phrase* is found in *text*."""
    return any(Phrase(phrase, fuzzy=fuzzy).hits(Spoken(text.split())))


@pytest.mark.parametrize(("phrase", "text"), NO_WORDS)
def test_what_is_no_word_is_read_as_the_word_that_it_can_be(phrase: str, text: str) -> None:
    assert is_found(phrase, text)


@pytest.mark.parametrize(("phrase", "text"), IN_PIECES)
def test_a_word_is_found_in_pieces_that_are_no_words_or_that_its_capitals_show(
    phrase: str, text: str
) -> None:
    assert is_found(phrase, text)


@pytest.mark.parametrize(("phrase", "text"), CONTRACTED)
def test_contractions_are_found_twice_over_and_without_their_apostrophe(
    phrase: str, text: str
) -> None:
    assert is_found(phrase, text)


@pytest.mark.parametrize(("phrase", "text"), OTHERS)
def test_words_that_say_something_else_are_not_taken_for_wrong_writing(
    phrase: str, text: str
) -> None:
    assert not is_found(phrase, text)


@pytest.mark.parametrize(("phrase", "text"), MISHEARD)
def test_names_and_words_are_found_as_they_are_misheard_where_that_is_wanted(
    phrase: str, text: str
) -> None:
    assert is_found(phrase, text, fuzzy=True)


@pytest.mark.parametrize(("phrase", "text"), NOT_MISHEARD)
def test_opposites_and_clauses_that_sound_alike_are_not_misheard(phrase: str, text: str) -> None:
    assert not is_found(phrase, text, fuzzy=True)


@pytest.mark.parametrize(
    ("phrase", "text"),
    [
        ("buy one get one free", "Buy one, get one free, until Sunday."),
        ("first come first served", "It's first come, first served."),
        ("ready, set, go", "Ready set go!"),
    ],
)
def test_a_comma_is_no_part_of_words_that_are_to_be_said_as_they_stand(
    phrase: str, text: str
) -> None:
    assert any(Phrase(phrase, inflected=False).hits(Spoken(text.split())))


def test_words_as_they_stand_are_not_found_over_the_end_of_a_sentence() -> None:
    spoken = Spoken(["The", "level", "was", "low.", "Sugar", "was", "fine."])

    assert not any(Phrase("low sugar", inflected=False).hits(spoken))
