"""Words in other forms, spellings and numbers are found; relatives and other numbers are not."""

import pytest

from bots.kinds.matching.rules import Phrase, Spoken

FORMS = [
    ("file a complaint", "She filed a complaint last year."),
    ("freeze the account", "The bank froze the account overnight."),
    ("break the contract", "He has broken the contract twice."),
    ("withdraw the offer", "They withdrew the offer."),
    ("conflict of interest", "We found three conflicts of interest."),
    ("leak", "Somebody leaked it."),
    ("leaves of absence", "She took a leave of absence."),
    ("side letter", "There were side letters."),
    ("wife", "our wives know"),
    ("steal the data", "someone stole the data"),
    ("launder money", "they were laundering money"),
    ("lie to the auditor", "He lied to the auditor."),
    ("lie to the auditor", "You are lying to the auditors."),
    ("forge a signature", "He forged a signature."),
    ("cook the books", "They've been cooking the books for years."),
    ("cook the books", "He cooked the book."),
    ("the market", "the markets are down"),
    ("this message", "please delete these messages"),
    ("diagnosis", "two diagnoses"),
    ("criterion", "the criteria are"),
    ("it is broken", "it's broken again"),
    ("it is broken", "it was broken"),
    ("he has left", "he's left already"),
    ("I had signed it", "I'd signed it before"),
    ("I would sign it", "I'd sign it"),
    ("I can not help", "I can't help"),
    ("do not share", "Don't share this."),
    ("they have not paid", "They haven't paid."),
    ("there is no guarantee", "there's no guarantee"),
    ("what is your password", "What's your password?"),
    ("you are fired", "You're fired!"),
    ("you are fired", "youre fired"),
    ("going to sue", "I'm gonna sue you"),
    ("want to cancel", "I wanna cancel"),
    ("let us stop", "Let's stop here"),
    ("that will be all", "That'll be all."),
    ("who is there", "Who's there?"),
    ("should have known", "I should've known"),
    ("should have known", "I shoulda known"),
]
NO_FORMS = [
    ("cook the books", "The cookbook is there."),
    ("record", "He set a recorder on the table."),
    ("manage", "The manager left."),
    ("compete", "Our competitors are cheaper."),
    ("inform", "We need information."),
    ("assign", "The assignment is due."),
    ("legal", "It is legally fine."),
    ("risk", "That's a risky move."),
    ("the contract", "the contractor came"),
    ("your account", "your accountant called"),
    ("sign", "a signal failure"),
    ("close", "what a closet"),
    ("the market", "the marketing team"),
    ("the price", "the pricing page"),
    ("the building", "the build is broken"),
    ("I can help", "I can't help"),
    ("I can", "I can't"),
    ("we will pay", "we won't pay"),
    ("it works", "it doesn't work"),
    ("my password is", "my password isn't that"),
    ("my password is", "my password's strength is low"),
    ("I agree", "I disagree"),
]
NUMBERS = [
    ("thirty days", "within 30 days"),
    ("30 days", "thirty days"),
    ("thirty-day trial", "a 30-day trial"),
    ("ninety nine percent", "99% sure"),
    ("99 percent", "ninety-nine per cent"),
    ("five hundred dollars", "It costs $500."),
    ("$500", "it costs five hundred dollars"),
    ("five million dollars", "They raised $5 million."),
    ("$5 million", "five million dollars"),
    ("1.5 million", "one point five million"),
    ("two thousand twenty four", "in 2024"),
    ("2024", "in twenty twenty-four"),
    ("nineteen ninety nine", "in 1999"),
    ("1999", "nineteen ninety-nine"),
    ("form 1099", "the form ten ninety nine"),
    ("form 1099", "form one oh nine nine"),
    ("section 230", "section two thirty"),
    ("room 101", "room one oh one"),
    ("911", "nine one one"),
    ("first quarter", "the 1st quarter"),
    ("twenty first century", "the 21st century"),
    ("21st century", "the twenty-first century"),
    ("Q3", "our Q three numbers"),
    ("Q3", "in q 3"),
    ("5G", "the five G network"),
    ("B2B", "it's B 2 B"),
    ("10,000 dollars", "ten thousand dollars"),
    ("ten thousand dollars", "$10,000"),
    ("10k", "ten thousand a month"),
    ("ten k", "10k"),
    ("COVID-19", "covid nineteen"),
    ("one in ten", "1 in 10 people"),
    ("half past two", "half past 2"),
    ("fifty fifty", "it's 50/50"),
    ("fifty fifty", "it's 50-50"),
    ("three strikes", "3 strikes"),
    ("one hundred percent", "a hundred percent"),
    ("hundred percent", "one hundred percent"),
    ("step one", "Step 1: open it"),
    ("error 404", "error four oh four"),
    ("error 404", "error four zero four"),
    ("four oh four", "404"),
    ("8 a.m.", "at eight am"),
    ("10 AM", "at ten a.m."),
    ("24 hours", "twenty-four hours"),
    ("401(k)", "four oh one k"),
    ("number one", "we are #1"),
    ("555-1234", "five five five one two three four"),
    ("six figure salary", "a 6-figure salary"),
    ("Henry VIII", "under henry eight"),
    ("Title IX", "a title nine complaint"),
    ("chapter eleven", "They filed for Chapter XI."),
    ("Rocky III", "have you seen rocky three"),
    ("phase two trial", "a phase II trial"),
    ("phase two trial", "a phase ii trial"),
    ("type one diabetes", "he has Type I diabetes"),
    ("World War I", "before world war one"),
    ("Schedule V", "that is schedule five"),
    ("IV drip", "she is on an I V drip"),
]
NO_NUMBERS = [
    ("three strikes", "33 strikes"),
    ("thirty days", "13 days"),
    ("thirty days", "130 days"),
    ("thirty days", "thirty-one days"),
    ("five hundred", "1,500 of them"),
    ("five hundred", "five hundred and twenty"),
    ("two percent", "2.5 percent"),
    ("two percent", "twenty-two percent"),
    ("twenty percent", "twenty-five percent"),
    ("911", "9,110 of them"),
    ("form 1099", "form 1098"),
    ("seven days", "24/7"),
    ("2024", "20,240 users"),
    ("$100", "$100 million"),
    ("3 percent", "0.3 percent"),
    ("World War II", "before world war one"),
    ("Title IX", "a title eleven complaint"),
    ("part one", "that's the part I liked"),
    ("can I", "can one do that"),
    ("six months", "VIM months"),
    ("version five", "my version, v after that"),
    ("Type I error", "type two errors"),
]
TOGETHER = [
    ("whistleblower", "the whistle blower told us"),
    ("whistle-blower", "the whistleblowers"),
    ("paperwork", "the paper work is done"),
    ("payroll", "pay roll is late"),
    ("deadline", "the dead line is Friday"),
    ("spreadsheet", "in the spread sheet"),
    ("stock market", "the stockmarket"),
    ("health care", "healthcare costs"),
    ("healthcare", "health care costs"),
    ("log in", "the login page"),
    ("checkout", "the check-out page"),
    ("sign-up", "the signup form"),
    ("wrongdoing", "wrong-doing at the top"),
    ("follow up", "a follow-up call"),
    ("followup", "a follow-up call"),
    ("co-pay", "your copay is ten dollars"),
    ("copay", "your co-pay"),
    ("non-disclosure agreement", "a nondisclosure agreement"),
    ("non-disclosure agreement", "the non disclosure agreements"),
    ("painkiller", "pain killers"),
    ("cybersecurity", "cyber security"),
    ("third-party vendor", "a thirdparty vendor"),
    ("first-hand account", "firsthand accounts of it"),
    ("firsthand", "I saw it first hand"),
    ("twofold", "it is two fold"),
    ("geothermal power", "geo thermal power"),
    ("biochemistry", "bio chemistry"),
    ("microservices", "a micro service"),
    ("one-click checkout", "a oneclick checkout"),
    ("backup plan", "do we have back up plans"),
    ("checkout flow", "the check out flow breaks"),
    ("turnover rate", "their turn over rates are high"),
    ("handover", "the hand over took an hour"),
    ("rollout", "our roll out is on Monday"),
    ("the layoff", "the lay off"),
    ("breakdown", "a break down, and then smoke"),
]
NO_TOGETHER = [
    ("refundable", "that's non-refundable"),
    ("compliant", "we are non compliant"),
    ("sign the contract", "please co-sign the contract"),
    ("kickback", "we kick back on Fridays"),
    ("payback", "I'll pay back the loan"),
    ("layoff", "please lay off the sugar"),
    ("notice", "there was not ice on the road"),
    ("therapist", "the rapist was caught"),
    ("manage", "a man age forty"),
    ("discount", "this count is wrong"),
    ("insight", "the goal is in sight"),
    ("together", "we came to get her"),
    ("forgive", "for give and take"),
    ("login", "he keeps a log in the kitchen"),
    ("handover", "he put a hand over his mouth"),
    ("rollout", "we roll out bread here"),
    ("turnover", "please turn over the page"),
    ("backup plan", "please back up the plan"),
    ("checkout flow", "check out how it flows"),
    ("often", "one of ten people"),
    ("weekend", "it is a weak end to it"),
]
SPELLINGS = [
    ("licence fee", "the license fee"),
    ("organisation chart", "the organization charts"),
    ("analyse the data", "we analyzed the data"),
    ("colour", "the colors"),
    ("cancelled order", "canceled orders"),
    ("travelling salesman", "traveling salesmen"),
    ("centre of gravity", "center of gravity"),
    ("paediatric ward", "the pediatric ward"),
    ("anaesthetic", "an anesthetic"),
    ("programme", "the program"),
    ("catalogue", "the catalog"),
    ("counsellor", "the counselor"),
    ("fulfil the order", "fulfill the order"),
    ("judgement", "a judgment"),
    ("behaviour", "their behaviors"),
    ("favourable terms", "favorable terms"),
    ("apologise", "they apologized"),
    ("grey market", "gray market"),
    ("résumé", "send your resume"),
    ("leukaemia", "leukemia"),
    ("traveller", "travelers"),
    ("Müller", "Mueller called"),
    ("Mueller", "Müller called"),
    ("jalapeño", "a jalapeno"),
    ("Zürich", "in Zuerich"),
]
LETTERS = [
    ("NDA", "an N. D. A., please"),
    ("NDAs", "the NDA"),
    ("GDPR", "under G D P R"),
    ("API key", "the A P I key"),
    ("api key", "the A.P.I. keys"),
    ("SSN", "my S S N is"),
    ("A/B test", "an AB test"),
    ("R&D", "our R and D budget"),
    ("R and D", "our R&D budget"),
    ("Q&A", "time for Q and A"),
    ("AI", "an A I tool"),
    ("U.S. dollars", "US dollars"),
    ("PhD", "a Ph.D. student"),
    ("EBITDA", "E B I T D A"),
]
NO_LETTERS = [
    ("NDA", "end a call"),
    ("IRS", "his eyes hers"),
    ("AI", "I aimed high"),
    ("SSN", "SSL is on"),
]


def finds(phrase: Phrase, text: str) -> bool:
    """Whether *phrase* is found in *text*."""
    return any(phrase.hits(Spoken(text.split())))


@pytest.mark.parametrize(("phrase", "text"), FORMS)
def test_any_form_of_the_words_is_found(phrase: str, text: str) -> None:
    assert finds(Phrase(phrase), text)


@pytest.mark.parametrize(("phrase", "text"), NO_FORMS)
def test_a_relative_or_a_denial_is_not_found(phrase: str, text: str) -> None:
    assert not finds(Phrase(phrase), text)


@pytest.mark.parametrize(("phrase", "text"), NUMBERS)
def test_a_number_is_found_in_words_and_in_digits(phrase: str, text: str) -> None:
    assert finds(Phrase(phrase), text)


@pytest.mark.parametrize(("phrase", "text"), NO_NUMBERS)
def test_another_number_is_not_found(phrase: str, text: str) -> None:
    assert not finds(Phrase(phrase), text)


@pytest.mark.parametrize(("phrase", "text"), TOGETHER)
def test_compounds_are_found_together_apart_and_hyphened(phrase: str, text: str) -> None:
    assert finds(Phrase(phrase), text)


@pytest.mark.parametrize(("phrase", "text"), NO_TOGETHER)
def test_the_same_letters_of_other_words_are_not_found(phrase: str, text: str) -> None:
    assert not finds(Phrase(phrase), text)


@pytest.mark.parametrize(("phrase", "text"), SPELLINGS)
def test_either_spelling_is_found(phrase: str, text: str) -> None:
    assert finds(Phrase(phrase), text)


@pytest.mark.parametrize(("phrase", "text"), LETTERS)
def test_letters_that_are_spelled_are_found(phrase: str, text: str) -> None:
    assert finds(Phrase(phrase), text)


@pytest.mark.parametrize(("phrase", "text"), NO_LETTERS)
def test_words_that_begin_with_these_letters_are_not_found(phrase: str, text: str) -> None:
    assert not finds(Phrase(phrase), text)


@pytest.mark.parametrize("said", ["9" * 5_000, "9" * 5_000 + ".5", "$" + "9" * 5_000])
def test_digits_without_end_keep_no_other_words_from_being_found(said: str) -> None:
    words = [said, "million", "is", "the", "deadline"]

    assert list(Phrase("deadline", inflected=True, fuzzy=True).hits(Spoken(words)))


def test_a_number_of_many_digits_is_found_to_the_last() -> None:
    number = "1234567890123456789"

    assert list(Phrase(number + "000000").hits(Spoken([number, "million"])))
    assert not list(Phrase(number[:-1] + "8000000").hits(Spoken([number, "million"])))
