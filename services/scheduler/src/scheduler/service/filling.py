"""A draft laid over its template: what the draft says wins."""

from google.protobuf.message import Message

from common.rpc import InvalidField
from common.rules import violations
from convene.common.v1.meeting_pb2 import Policy
from convene.scheduler.v1.meeting_pb2 import MeetingDraft

# These grow together; every other field that a draft gives takes the template's place whole.
JOINED = ("tags", "metadata", "custom_fields", "policy")


def filled(template: MeetingDraft, draft: MeetingDraft) -> MeetingDraft:
    """The draft with what *template* has beside it; raises ``InvalidField`` if that is too much."""
    whole = MeetingDraft()
    whole.CopyFrom(template)
    given = MeetingDraft()
    given.CopyFrom(draft)
    for name in JOINED:
        given.ClearField(name)
    _take(whole, given)
    whole.tags.extend(tag for tag in draft.tags if tag not in template.tags)
    whole.metadata.update(draft.metadata)
    for name, value in draft.custom_fields.fields.items():
        whole.custom_fields.fields[name].CopyFrom(value)
    if draft.HasField("policy"):
        policy = Policy()
        policy.CopyFrom(draft.policy)
        _take(whole.policy, policy)
    if found := violations(whole):
        raise InvalidField(found)
    return whole


def _take(whole: Message, given: Message) -> None:
    """Have every field that is *given* take the place of the one in *whole*."""
    for field, _ in given.ListFields():
        whole.ClearField(field.name)
    whole.MergeFrom(given)
