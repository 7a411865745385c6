"""Telling by webhook: a signed request to an address of the person's own."""

from datetime import UTC, datetime
from typing import Any

import orjson

from common import telemetry
from common.addresses import AddressRules, RefusedAddress
from common.receiver import Receiver
from common.signing import signed_headers
from scheduler.channels.answers import outcome_of
from scheduler.domain.notices import Notice, NoticeKind
from scheduler.domain.sending import Dispatch, Outcome, Verdict

USER_AGENT = "Convene-Invitations/1"
_REMINDING = frozenset({NoticeKind.REMINDER, NoticeKind.LIVE})


class Webhook:
    """*key* is the suite's own, from which the workspaces' signing secrets are derived."""

    def __init__(self, receiver: Receiver, rules: AddressRules, key: bytes) -> None:
        self._receiver = receiver
        self._rules = rules
        self._key = key

    async def send(self, dispatch: Dispatch) -> Outcome:
        notice = dispatch.notice
        url = notice.recipient.address
        try:
            self._rules.check_url(url)
        except RefusedAddress as refused:
            return Outcome(Verdict.REFUSED, f"the webhook's {refused}")
        body = orjson.dumps(_body(dispatch)).decode()
        # Receivers compare the timestamp with their own clock, which a sandbox cannot move.
        now = datetime.now(UTC)
        signed = signed_headers(
            dispatch.signing.secrets(self._key, dispatch.workspace_id, now), notice.id, body, now
        )
        headers = signed | {
            "content-type": "application/json",
            "user-agent": USER_AGENT,
            "accept-encoding": "identity",
        }
        if current := telemetry.traceparent() or dispatch.traceparent:
            headers["traceparent"] = current
        return outcome_of(await self._receiver.post(url, headers, body.encode()), "the webhook")


def _body(dispatch: Dispatch) -> dict[str, Any]:
    notice = dispatch.notice
    topic = "reminder" if notice.kind in _REMINDING else "invitation"
    return {
        "id": notice.id,
        "type": f"{topic}.{notice.kind.value.lower()}",
        "created_at": dispatch.now,
        "workspace_id": dispatch.workspace_id,
        "meeting_id": notice.meeting_id,
        "data": _told(notice),
    }


def _told(notice: Notice) -> dict[str, Any]:
    letter, person = notice.letter, notice.recipient
    return {
        "invitation_id": notice.invitation_id,
        "occurrence_id": notice.occurrence_id,
        "recipient": {"name": person.name, "email": person.email, "locale": person.locale},
        "title": letter.title,
        "agenda": letter.agenda,
        "start_time": letter.start_time,
        "end_time": letter.end_time,
        "time_zone": letter.time_zone,
        "original_start_time": letter.original_start_time,
        "previous_start_time": letter.previous_start_time,
        "rrule": letter.rrule,
        "changes": letter.changes,
        "reason": letter.reason,
        "role": letter.role,
        "join_url": letter.join_url,
        "respond_url": letter.respond_url,
        "unsubscribe_url": letter.unsubscribe_url,
        "calendar": letter.calendar_text,
        "summary": letter.summary,
    }
