"""What says nothing is passed over; where a sentence or clause ends, a phrase does too."""

import pytest

from bots.kinds.matching.rules import Phrase, Spoken

FILLED = [
    ("guaranteed returns", "guaranteed, you know, returns"),
    ("guaranteed returns", "guaranteed you know returns"),
    ("guaranteed returns", "guaranteed, like, returns"),
    ("guaranteed returns", "guaranteed, let me think, returns"),
    ("guaranteed returns", "guaranteed, how should I put it, returns"),
    ("guaranteed returns", "guaranteed, what's the word, returns"),
    ("guaranteed returns", "guaranteed, sort of, returns"),
    ("guaranteed returns", "guaranteed... returns"),
    ("guaranteed returns", "guaranteed, erm, well, returns"),
    ("guaranteed returns", "guaranteed uh, um, returns"),
    ("guaranteed returns", "guaranteed, sorry, guaranteed returns"),
    ("guaranteed returns", "guaranteed ret- returns"),
    ("guaranteed returns", "guaran- guaranteed returns"),
    ("guaranteed returns", "guaranteed, what do you call it, returns"),
    ("guaranteed returns", "guaranteed, as I said, returns"),
    ("guaranteed returns", "guaranteed, to be honest, returns"),
    ("guaranteed returns", "guaranteed, hmm, returns"),
    ("wire the money", "wire the, the, the money"),
    ("wire the money", "wire the, no wait, the money"),
    ("wire the money", "wire, I mean, the money"),
    ("wire the money", "wire the mon- the money"),
    ("wire the money", "wire the, sorry, wire the money"),
    ("keep it between us", "keep it, keep it between, between us"),
    ("keep it between us", "keep it, if you like, between us"),
    ("thank you for coming today", "thank you for, thank you for coming today"),
    ("bye bye", "Bye bye, all!"),
    ("no no", "no no, stop"),
    ("like and subscribe", "please like and subscribe"),
    ("as you know", "as you know, it is late"),
    ("I mean it", "I mean it, really"),
    ("day to day", "the day-to-day work"),
    ("again and again", "again and again"),
    ("are you sure", "Tell me, are you, uh, sure?"),
    ("can you hear me", "Hello, can you, um, hear me?"),
    ("do you know the code", "So, do you know, erm, the code?"),
    ("what was the word", "Sorry, what was, uh, the word?"),
    ("are you sure", "are you, you know, uh, sure"),
]
NOT_FILLED = [
    ("bye bye", "Bye, see you."),
]
CLAUSES = [
    ("guaranteed returns", "Delivery is guaranteed; returns are not."),
    ("guaranteed returns", "It's guaranteed, returns and all."),
    ("wire the money", "If it's the wire, the money is late."),
    ("end the call", "In the end, the call was fine."),
    ("call me back", "Give me a call. Me, back then, I did."),
    ("free trial", "It's free \u2013 trial and error."),
    ("stop the recording", "When you stop, the recording is saved."),
    ("no problem", "No, problem is the cable."),
    ("not working", "If not, working hours apply."),
    ("can he drive", "Look, if he can he, um, should. Drive on."),
    ("is it broken", "Well, is it, broken glass, um, or paper?"),
]
ADDRESSES = [
    ("thank you everyone", "Thank you, everyone!"),
    ("good morning everybody", "Good morning, everybody."),
    ("goodbye all", "Goodbye, all."),
    ("okay let's start", "Okay, let's start."),
    ("so that's it", "So, that's it."),
    ("class dismissed", "Class dismissed!"),
    ("bye everyone", "Bye, everyone."),
    ("right that's it", "Right, that's it."),
    ("meeting closed", "Meeting closed."),
]


def finds(phrase: Phrase, text: str) -> bool:
    """Whether *phrase* is found in *text*."""
    return any(phrase.hits(Spoken(text.split())))


@pytest.mark.parametrize(("phrase", "text"), FILLED)
def test_fillers_asides_and_false_starts_may_stand_between(phrase: str, text: str) -> None:
    assert finds(Phrase(phrase), text)


@pytest.mark.parametrize(("phrase", "text"), NOT_FILLED)
def test_what_is_said_once_is_not_said_twice(phrase: str, text: str) -> None:
    assert not finds(Phrase(phrase), text)


@pytest.mark.parametrize(("phrase", "text"), CLAUSES)
def test_a_phrase_does_not_go_on_over_the_end_of_a_clause(phrase: str, text: str) -> None:
    assert not finds(Phrase(phrase), text)


@pytest.mark.parametrize(("phrase", "text"), ADDRESSES)
def test_a_comma_before_who_is_spoken_to_ends_nothing(phrase: str, text: str) -> None:
    assert finds(Phrase(phrase), text)
