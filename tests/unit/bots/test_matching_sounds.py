"""What a recogniser mishears is found where that is wanted; words a little alike are not."""

import pytest

from bots.kinds.matching.rules import Phrase, Spoken

MISHEARD = [
    ("statute of limitations", "the statue of limitations"),
    ("due diligence", "do diligence on them"),
    ("power of attorney", "a power of a tourney"),
    ("bear market", "a bare market"),
    ("principal amount", "the principle amount"),
    ("hedge fund", "a hedge found"),
    ("Ponzi scheme", "a ponsy scheme"),
    ("Ponzi scheme", "a Ponzy scheme"),
    ("prescription", "a perscription"),
    ("insider trading", "inside her trading"),
    ("insider trading", "in sider trading"),
    ("deductible", "the deductable"),
    ("past performance", "pass performance is no guarantee"),
    ("side effects", "side affects"),
    ("credit card", "my credit cart"),
    ("embezzlement", "embezelment"),
    ("fiduciary duty", "fidutiary duty"),
    ("cryptocurrency", "crypto currency"),
    ("collateral", "co lateral"),
    ("compliance", "complyance"),
    ("subpoena", "a sub poena"),
    ("whistleblower", "wistleblower"),
    ("mortgage", "a morgage"),
    ("antibiotics", "anti biotics"),
    ("confidential", "confidental"),
    ("your honor", "you're honor"),
    ("miner's rights", "minor's rights"),
    ("plain text password", "plane text password"),
    ("two factor", "too factor"),
    ("four weeks", "for weeks"),
    ("wait and see", "weight and see"),
    ("security breach", "security breech"),
    ("waive the fee", "wave the fee"),
    ("accept the terms", "except the terms"),
    ("board meeting", "bored meeting"),
    ("HIPAA", "the hippa rules"),
    ("Xanax", "some zanax"),
    ("diabetes", "diabetis"),
    ("pneumonia", "neumonia"),
    ("ibuprofen", "ibuprofin"),
    ("rebate", "a re bate"),
    ("customer churn", "customer chern"),
    ("escrow", "es crow"),
    ("meeting adjourned", "meeting ajourned"),
    ("profit sharing", "prophet sharing"),
    ("buy the dip", "by the dip"),
    ("write it off", "right it off"),
    ("the whole truth", "the hole truth"),
    ("knock and wait", "nock and wait"),
    ("IBAN", "my eye ban"),
    ("terms and conditions", "terms an conditions"),
    ("terms and conditions", "terms in conditions"),
    ("medal ceremony", "metal ceremony"),
]
OTHERS = [
    ("price", "the prize"),
    ("compliant", "a complaint"),
    ("trial", "a trail"),
    ("insider trading", "cider trading"),
    ("contract", "contact me"),
    ("refund", "a fund"),
    ("bribe", "a tribe"),
    ("fraud", "a frog"),
    ("merger", "the murder"),
    ("leak", "a lake"),
    ("deposit the check", "dispose of the check"),
    ("sign the form", "find the form"),
    ("close the deal", "lose the deal"),
    ("wire the money", "hire the money"),
    ("stop recording", "start recording"),
    ("end the meeting", "attend the meeting"),
    ("end the call", "send the call"),
    ("mute yourself", "move yourself"),
    ("pay in cash", "pay in crash"),
    ("secret formula", "sacred formula"),
    ("social security", "special security"),
    ("guaranteed income", "granted income"),
    ("escalate the issue", "isolate the issue"),
    ("account number", "amount number"),
    ("off the record", "of the record"),
    ("lawsuit", "a swimsuit"),
    ("patient data", "patent data"),
    ("final exam", "vinyl exam"),
    ("lab results", "lap results"),
    ("back pain", "pack pain"),
    ("loan terms", "long terms"),
    ("cold call", "gold call"),
    ("new quarter", "new quota"),
    ("fire the team", "hire the team"),
    ("reset the device", "recent device"),
    ("discharge", "this charge"),
    ("bankrupt", "bank robbed"),
]


def finds(phrase: Phrase, text: str) -> bool:
    """Whether *phrase* is found in *text*."""
    return any(phrase.hits(Spoken(text.split())))


@pytest.mark.parametrize(("phrase", "text"), MISHEARD)
def test_what_is_misheard_is_found(phrase: str, text: str) -> None:
    assert finds(Phrase(phrase, fuzzy=True), text)


@pytest.mark.parametrize(("phrase", "text"), OTHERS)
def test_another_word_is_not_found(phrase: str, text: str) -> None:
    assert not finds(Phrase(phrase, fuzzy=True), text)
