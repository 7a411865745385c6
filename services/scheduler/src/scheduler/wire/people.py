"""Who is asked and who is told, between the domain and the contract."""

from collections.abc import Iterable
from typing import TypeVar

from convene.common.v1 import meeting_pb2 as shared
from convene.scheduler.v1 import invitation_pb2, meeting_pb2
from scheduler.domain.definitions import Invitee, Stakeholder, WebPush
from scheduler.domain.invitations import Invitation, Response
from scheduler.domain.people import address_key, shown_address, shown_web_push

Person = TypeVar("Person", meeting_pb2.Invitee, meeting_pb2.Stakeholder)


def role_of(value: shared.Role, default: str) -> str:
    return shared.Role.Name(value).removeprefix("ROLE_") if value else default


def offsets_of(seconds: Iterable[int]) -> tuple[int, ...]:
    """Lengths of time before a start: each once, the longest first."""
    return tuple(sorted(set(seconds), reverse=True))


def invitee_of(given: meeting_pb2.Invitee) -> Invitee:
    pushed = given.web_push
    return Invitee(
        given.name,
        given.email,
        role_of(given.role, "PARTICIPANT"),
        _channel(given.channel, "NONE"),
        given.locale,
        given.address,
        WebPush(pushed.endpoint, pushed.p256dh, pushed.auth)
        if given.HasField("web_push")
        else None,
        offsets_of(given.reminders_seconds),
    )


def invitee_to_wire(one: Invitee) -> meeting_pb2.Invitee:
    return meeting_pb2.Invitee(
        name=one.name,
        email=one.email,
        role=f"ROLE_{one.role}",
        channel=f"CHANNEL_{one.channel}",
        locale=one.locale,
        address=shown_address(one.address),
        web_push=_push_to_wire(one),
        reminders_seconds=one.reminders_seconds,
    )


def stakeholder_of(given: meeting_pb2.Stakeholder) -> Stakeholder:
    channel = _channel(given.channel, "EMAIL")
    return Stakeholder(given.name, given.email, channel, given.address, given.locale)


def stakeholder_to_wire(one: Stakeholder) -> meeting_pb2.Stakeholder:
    return meeting_pb2.Stakeholder(
        name=one.name,
        email=one.email,
        channel=f"CHANNEL_{one.channel}",
        address=shown_address(one.address),
        locale=one.locale,
    )


def shown_people(draft: meeting_pb2.MeetingDraft) -> meeting_pb2.MeetingDraft:
    """*draft* without what is secret of its people's addresses."""
    shown = meeting_pb2.MeetingDraft()
    shown.CopyFrom(draft)
    for invitee in shown.invitees:
        _hide(invitee)
    for stakeholder in shown.stakeholders:
        _hide(stakeholder)
    return shown


def keep_secrets(
    before: meeting_pb2.MeetingDraft, after: meeting_pb2.MeetingDraft
) -> meeting_pb2.MeetingDraft:
    """*after*, where an address that was sent back as it is shown stays what it was."""
    kept = meeting_pb2.MeetingDraft()
    kept.CopyFrom(after)
    invitees = {address_key(one.email): one for one in before.invitees}
    for invitee in kept.invitees:
        _keep(invitees.get(address_key(invitee.email)), invitee)
    stakeholders = {address_key(one.email): one for one in before.stakeholders}
    for stakeholder in kept.stakeholders:
        _keep(stakeholders.get(address_key(stakeholder.email)), stakeholder)
    return kept


def _hide(one: Person) -> None:
    one.address = shown_address(one.address)
    if isinstance(one, meeting_pb2.Invitee) and one.HasField("web_push"):
        shown = shown_web_push(WebPush(one.web_push.endpoint))
        one.web_push.CopyFrom(meeting_pb2.WebPush(endpoint=shown.endpoint if shown else ""))


def _keep(before: Person | None, after: Person) -> None:
    if before is None:
        return
    shown = type(before)()
    shown.CopyFrom(before)
    _hide(shown)
    if after.address == shown.address:
        after.address = before.address
    if not isinstance(before, meeting_pb2.Invitee) or not isinstance(after, meeting_pb2.Invitee):
        return
    assert isinstance(shown, meeting_pb2.Invitee)
    if after.HasField("web_push") and after.web_push == shown.web_push:
        after.web_push.CopyFrom(before.web_push)


def response_of(value: invitation_pb2.InvitationResponse) -> Response:
    name = invitation_pb2.InvitationResponse.Name(value)
    return Response(name.removeprefix("INVITATION_RESPONSE_"))


def response_to_wire(response: Response) -> invitation_pb2.InvitationResponse:
    return getattr(invitation_pb2, f"INVITATION_RESPONSE_{response.value}")  # type: ignore[no-any-return]


def invitation_to_wire(one: Invitation, join_url: str) -> invitation_pb2.Invitation:
    """*one* as callers see it; *join_url* is empty for those who may not read links."""
    person = one.person
    return invitation_pb2.Invitation(
        id=one.id,
        meeting_id=one.meeting_id,
        name=person.name,
        email=person.email,
        role=f"ROLE_{person.role}",
        channel=f"CHANNEL_{person.channel}",
        locale=person.locale,
        address=shown_address(person.address),
        web_push=_push_to_wire(person),
        reminders_seconds=person.reminders_seconds,
        response=response_to_wire(one.answer.response),
        response_comment=one.answer.comment,
        respond_time=one.answer.time,
        occurrence_responses=[
            invitation_pb2.OccurrenceResponse(
                occurrence_id=name,
                response=response_to_wire(answer.response),
                comment=answer.comment,
                respond_time=answer.time,
            )
            for name, answer in sorted(one.occurrence_answers.items())
        ],
        join_url=join_url,
        create_time=one.create_time,
    )


def _push_to_wire(one: Invitee) -> meeting_pb2.WebPush | None:
    shown = shown_web_push(one.web_push)
    return meeting_pb2.WebPush(endpoint=shown.endpoint) if shown else None


def _channel(value: meeting_pb2.Channel, default: str) -> str:
    return meeting_pb2.Channel.Name(value).removeprefix("CHANNEL_") if value else default
