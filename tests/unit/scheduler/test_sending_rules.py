"""When a message is tried again, when a server rests, and what a mail setting means."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from common.capabilities import Standing
from scheduler.channels.equipment import NO_MAIL, MailSettings, post_of
from scheduler.channels.rendering import Renderer
from scheduler.domain.breakers import LONGEST_REST_SECONDS, OPENS_AFTER, Breaker
from scheduler.domain.mailservers import BadMailUrl, MailServer, Security, parse_mail_url
from scheduler.domain.notices import NoticeKind, NoticeState
from scheduler.domain.sending import (
    JITTER,
    LONGEST_RETRY_AFTER,
    SCHEDULE,
    Outcome,
    Verdict,
    after_attempt,
    expired,
    retry_delay,
)
from scheduler.domain.zones import packaged_zones
from tests.support.notices import a_notice

NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)
AGAIN = Outcome(Verdict.AGAIN, "busy")


@pytest.mark.parametrize("attempts", range(1, 12))
def test_each_retry_waits_as_the_schedule_says_or_a_little_longer(attempts: int) -> None:
    planned = SCHEDULE[min(attempts, len(SCHEDULE)) - 1]

    assert retry_delay(attempts, AGAIN, jitter=0).total_seconds() == planned
    latest = retry_delay(attempts, AGAIN, jitter=0.999).total_seconds()
    assert planned < latest < planned * (1 + JITTER)


def test_a_retry_waits_as_long_as_it_is_asked_to_within_reason() -> None:
    asked = Outcome(Verdict.AGAIN, retry_after=7200)
    absurd = Outcome(Verdict.AGAIN, retry_after=10**9)

    assert retry_delay(1, asked, jitter=0) == timedelta(hours=2)
    assert retry_delay(1, absurd, jitter=0) == LONGEST_RETRY_AFTER


@pytest.mark.parametrize(
    ("outcome", "state"),
    [
        (Outcome(Verdict.SENT), NoticeState.SENT),
        (AGAIN, NoticeState.QUEUED),
        (Outcome(Verdict.REFUSED), NoticeState.FAILED),
    ],
)
def test_an_attempt_leads_where_its_outcome_says(outcome: Outcome, state: NoticeState) -> None:
    notice = a_notice(state=NoticeState.SENDING, attempts=1, expires_at=NOW + timedelta(days=1))

    assert after_attempt(notice, outcome, NOW, jitter=0).state is state


def test_no_attempt_is_put_off_past_its_time() -> None:
    notice = a_notice(
        state=NoticeState.SENDING, attempts=1, expires_at=NOW + timedelta(seconds=SCHEDULE[0])
    )

    after = after_attempt(notice, AGAIN, NOW, jitter=0)

    assert (after.state, after.detail) == (
        NoticeState.FAILED,
        "it could not be sent in time: busy",
    )


@pytest.mark.parametrize("kind", NoticeKind)
def test_what_is_too_late_is_dropped_where_nobody_misses_it(kind: NoticeKind) -> None:
    fleeting = {NoticeKind.REMINDER, NoticeKind.LIVE}

    after = expired(a_notice(kind=kind, state=NoticeState.SENDING))

    assert after.state is (NoticeState.DROPPED if kind in fleeting else NoticeState.FAILED)


def test_a_reminder_that_was_tried_and_failed_is_told_of() -> None:
    tried = a_notice(kind=NoticeKind.REMINDER, state=NoticeState.SENDING, detail="busy")

    assert expired(tried).state is NoticeState.FAILED


def test_a_breaker_rests_longer_after_each_failure_and_lets_one_probe_through() -> None:
    breaker, now, rests = Breaker(), 100.0, []
    for _ in range(OPENS_AFTER - 1):
        breaker = breaker.after(now, is_outage=True)
        assert breaker.width(now, 0, 8) == 8
    for _ in range(8):
        breaker = breaker.after(now, is_outage=True)
        assert breaker.width(now, 0, 8) == 0
        rests.append(breaker.rests_until - now)
        now = breaker.rests_until
        assert breaker.width(now, 0, 8) == 1
        assert breaker.width(now, 1, 8) == 0

    assert all(one <= next_one for one, next_one in pairwise(rests))
    assert rests[-1] == LONGEST_REST_SECONDS
    assert breaker.after(now, is_outage=False) == Breaker()


@pytest.mark.parametrize(
    ("url", "place"),
    [
        ("smtp://mail", MailServer("mail", 25, Security.NONE)),
        ("smtp://127.0.0.1:2525/", MailServer("127.0.0.1", 2525, Security.NONE)),
        (
            "smtp+starttls://bo%40example.com:p%3Aw%2F@mail.example",
            MailServer("mail.example", 587, Security.STARTTLS, "bo@example.com", "p:w/"),
        ),
        ("smtps://u:p@[::1]:4650", MailServer("::1", 4650, Security.TLS, "u", "p")),
        ("file:///var/mails%20out", Path("/var/mails out")),
    ],
)
def test_a_mail_url_names_a_server_or_a_folder(url: str, place: MailServer | Path) -> None:
    assert parse_mail_url(url) == place


@pytest.mark.parametrize(
    "url",
    [
        "mail.example:25",
        "http://mail.example",
        "smtp://",
        "smtp://mail:port",
        "smtp://mail:99999",
        "smtp://mail/inbox",
        "smtp+starttls://hunter2@mail",
        "smtp://u:hunter2@mail",
        "file://folder",
        "file:///",
    ],
)
def test_a_mail_url_that_means_nothing_says_how_to_write_it_and_shows_no_secret(url: str) -> None:
    with pytest.raises(BadMailUrl) as refused:
        parse_mail_url(url)

    assert "smtp+starttls://user:password@host:587" in str(refused.value)
    assert "hunter2" not in str(refused.value)


def test_a_password_is_not_shown_where_a_server_is() -> None:
    server = parse_mail_url("smtps://u:hunter2@mail.example")

    assert "hunter2" not in f"{server} {server!r}"


@pytest.mark.parametrize(
    ("settings", "standing", "told"),
    [
        (MailSettings(), Standing.NOT_CONFIGURED, NO_MAIL),
        (MailSettings("smtp://mail"), Standing.MISCONFIGURED, "SCHEDULER_MAIL_FROM"),
        (MailSettings("", "a@b.example"), Standing.MISCONFIGURED, "SCHEDULER_MAIL_URL"),
        (MailSettings("smtp://mail", "nobody"), Standing.MISCONFIGURED, "SCHEDULER_MAIL_FROM"),
        (
            MailSettings("smtp://mail", "a@b.example", "x"),
            Standing.MISCONFIGURED,
            "SCHEDULER_MAIL_REPLY_TO",
        ),
        (MailSettings("gopher://mail", "a@b.example"), Standing.MISCONFIGURED, "scheme"),
        (MailSettings("smtp://mail", "a@b.example"), Standing.CONFIGURED, "mail:25"),
    ],
)
def test_email_says_how_it_stands_and_what_to_set(
    settings: MailSettings, standing: Standing, told: str
) -> None:
    capability = post_of(settings, Renderer(packaged_zones())).capability

    assert capability.standing is standing
    assert told in capability.detail
