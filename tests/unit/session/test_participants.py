"""Participants: their joins, their presence, their links and tokens."""

from dataclasses import replace
from datetime import timedelta

import pytest

from common.errors import Forbidden, WrongState
from session.domain.links import (
    JoinLink,
    JoinLinkExpired,
    JoinLinkRevoked,
    JoinLinkUsed,
    LinkId,
)
from session.domain.participants import (
    ParticipantAction,
    ParticipantKind,
    ParticipantState,
    Role,
)
from session.domain.tokens import InvalidJoinToken, JoinClaims, JoinTokens
from tests.support.sessions import NOON, a_participant

MINUTE = timedelta(minutes=1)


def test_presence_is_the_sum_of_its_stretches() -> None:
    ada = a_participant().connected(1, muted=False, now=NOON)
    ada = ada.gone(ParticipantAction.DROP, NOON + MINUTE)
    ada = ada.connected(2, muted=False, now=NOON + 3 * MINUTE)

    assert ada.present_seconds(NOON + 5 * MINUTE) == 180
    assert [one.epoch for one in ada.presences] == [1, 2]
    assert ada.epoch == 2


def test_a_newer_join_closes_the_stretch_of_the_older() -> None:
    ada = a_participant().connected(1, muted=False, now=NOON)
    ada = ada.connected(2, muted=False, now=NOON + MINUTE)

    assert ada.presences[0].left == NOON + MINUTE
    assert ada.presences[1].left is None


def test_nobody_leaves_who_never_came() -> None:
    with pytest.raises(WrongState):
        a_participant().gone(ParticipantAction.LEAVE, NOON)


def test_a_banned_participant_may_not_connect() -> None:
    ada = a_participant().connected(1, muted=False, now=NOON).removed(True, NOON)
    assert ada.state is ParticipantState.REMOVED
    assert not ada.may_connect
    assert not ada.moved(ParticipantAction.JOIN).may_connect


def a_link(**changes: object) -> JoinLink:
    link = JoinLink(
        id=LinkId("lnk_1"),
        meeting_id="mtg_1",
        kind=ParticipantKind.PERSON,
        role=Role.PARTICIPANT,
        name="Ada",
        single_use=False,
        expire_time=None,
    )
    return replace(link, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("link", "refusal"),
    [
        (a_link(revoked=True), JoinLinkRevoked),
        (a_link(expire_time=NOON), JoinLinkExpired),
    ],
)
def test_a_link_that_is_over_lets_nobody_in(link: JoinLink, refusal: type[Forbidden]) -> None:
    with pytest.raises(refusal):
        link.check_usable(NOON)


def test_a_link_works_until_it_is_over() -> None:
    a_link(uses=7, expire_time=NOON + MINUTE).check_usable(NOON)
    a_link(single_use=True).check_unused()
    a_link(uses=7).check_unused()


def test_a_link_that_works_once_is_used_once() -> None:
    with pytest.raises(JoinLinkUsed):
        a_link(single_use=True, uses=1).check_unused()


def claims_until(expires: int) -> JoinClaims:
    return JoinClaims("wsp_1", "ses_1", "prt_1", 1, expires)


def test_a_join_token_reads_back_until_it_expires() -> None:
    tokens = JoinTokens(b"key")
    claims = claims_until(int(NOON.timestamp()) + 60)

    assert tokens.read(tokens.sign(claims), NOON) == claims
    with pytest.raises(InvalidJoinToken):
        tokens.read(tokens.sign(claims), NOON + MINUTE)


@pytest.mark.parametrize("token", ["", "not base64!", JoinTokens(b"x").sign(claims_until(2**40))])
def test_a_foreign_join_token_is_refused(token: str) -> None:
    with pytest.raises(InvalidJoinToken):
        JoinTokens(b"key").read(token, NOON)
