"""Templates and the meetings made from them, over real gRPC and PostgreSQL."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from google.protobuf.field_mask_pb2 import FieldMask
from google.protobuf.json_format import MessageToDict
from grpc import StatusCode, aio

from common import rpc
from common.addresses import AddressRules
from common.db import Database
from common.principal import Principal
from convene.common.v1.meeting_pb2 import MeetingSnapshot
from convene.scheduler.v1 import meeting_pb2, scheduler_pb2
from convene.scheduler.v1 import templates_pb2 as pb
from convene.scheduler.v1.scheduler_pb2_grpc import (
    SchedulerServiceStub,
    add_SchedulerServiceServicer_to_server,
)
from convene.scheduler.v1.templates_pb2_grpc import (
    TemplateServiceStub,
    add_TemplateServiceServicer_to_server,
)
from convene.session.v1.session_pb2 import Session
from scheduler.domain.templates import TemplateId
from scheduler.rpc.templates import TemplateRpc
from scheduler.service.templates import Templates
from scheduler.store import Store
from tests.support.schedulers import UNKNOWN_KIND, OtherServices, a_scheduler
from tests.support.services import a_caller, metadata, served

SCHEDULER = "convene.scheduler.v1.SchedulerService"
TEMPLATES = "convene.scheduler.v1.TemplateService"
MEETING: dict[str, Any] = {
    "title": "Onboarding",
    "agenda": "Hello",
    "duration_seconds": 900,
    "host_roles": [{"email": "ada@example.com", "role": "ROLE_HOST"}],
    "tags": ["a", "b"],
    "metadata": {"team": "x", "kind": "new"},
    "custom_fields": {"tier": "gold", "deep": {"one": 1}},
    "policy": {"lobby": True, "no_show_seconds": 60},
}

SECRET = "https://example.com/s3cret"
BROWSER = {
    "endpoint": "https://push.x.org/s3cret",
    "p256dh": "B" + "A" * 86,
    "auth": "A" * 22,
}


class Sessions:
    """Stands in for the session service."""

    async def start(self, caller: Principal, snapshot: MeetingSnapshot) -> Session:
        return Session(id="ses_1", meeting_id=snapshot.meeting_id)


class Desk:
    """Somebody who keeps templates and makes meetings from them."""

    def __init__(self, channel: aio.Channel, caller: Principal) -> None:
        self.templates = TemplateServiceStub(channel)
        self.meetings = SchedulerServiceStub(channel)
        self.mine = metadata(caller)

    async def make(self, name: str = "Onboarding", **changes: Any) -> pb.Template:
        draft = {"name": name, "meeting": MEETING | changes}
        answer = await self.templates.CreateTemplate(
            pb.CreateTemplateRequest(template=draft), metadata=self.mine
        )
        return answer.template

    async def change(self, template: pb.Template, **fields: Any) -> pb.Template:
        request = pb.UpdateTemplateRequest(
            template_id=template.id,
            template=fields,
            update_mask=FieldMask(paths=list(fields)),
            etag=template.etag,
        )
        return (await self.templates.UpdateTemplate(request, metadata=self.mine)).template

    async def meeting(self, template: pb.Template, **draft: Any) -> meeting_pb2.Meeting:
        request = scheduler_pb2.CreateMeetingRequest(template_id=template.id, meeting=draft)
        return (await self.meetings.CreateMeeting(request, metadata=self.mine)).meeting


@pytest.fixture
async def channel(db: Database) -> AsyncIterator[aio.Channel]:
    async with served(
        rpc.Servicer(
            add_SchedulerServiceServicer_to_server, a_scheduler(db, Sessions()).rpc, SCHEDULER
        ),
        rpc.Servicer(
            add_TemplateServiceServicer_to_server,
            TemplateRpc(Templates(Store(db), AddressRules()), OtherServices()),
            TEMPLATES,
        ),
    ) as served_channel:
        yield served_channel


@pytest.fixture
def desk(channel: aio.Channel, caller: Principal) -> Desk:
    return Desk(channel, caller)


async def refusal_of(call: Any) -> tuple[StatusCode, str]:
    with pytest.raises(aio.AioRpcError) as refused:
        await call
    return refused.value.code(), refused.value.details() or ""


async def test_a_template_reads_back_changes_and_goes(desk: Desk) -> None:
    made = await desk.make()
    renamed = await desk.change(made, name="Welcome")
    read = await desk.templates.GetTemplate(
        pb.GetTemplateRequest(template_id=made.id), metadata=desk.mine
    )
    assert read.template == renamed
    assert (renamed.name, renamed.meeting, made.id[:4]) == ("Welcome", made.meeting, "tpl_")
    code, _ = await refusal_of(desk.change(made, name="Stale"))
    assert code is StatusCode.ABORTED
    delete = pb.DeleteTemplateRequest(template_id=made.id, etag=renamed.etag)
    await desk.templates.DeleteTemplate(delete, metadata=desk.mine)
    code, message = await refusal_of(desk.meeting(made))
    assert (code, message) == (StatusCode.NOT_FOUND, f"no template {made.id}")


async def test_secrets_of_addresses_are_never_shown_and_stay_when_they_are_sent_back(
    desk: Desk, db: Database, caller: Principal
) -> None:
    people: dict[str, Any] = {
        "invitees": [
            {"email": "bo@x.org", "channel": "CHANNEL_WEBHOOK", "address": SECRET},
            {"email": "cy@x.org", "channel": "CHANNEL_PUSH", "web_push": BROWSER},
            {"email": "di@x.org", "channel": "CHANNEL_PUSH", "address": "ntfy://s3cret"},
        ],
        "stakeholders": [{"email": "bo@x.org", "channel": "CHANNEL_WEBHOOK", "address": SECRET}],
    }
    made = await desk.make(**people)
    read = await desk.templates.GetTemplate(
        pb.GetTemplateRequest(template_id=made.id), metadata=desk.mine
    )
    page = await desk.templates.ListTemplates(pb.ListTemplatesRequest(), metadata=desk.mine)
    changed = await desk.change(made, meeting=made.meeting)
    for shown in (made, read.template, page.items[0], changed):
        assert "s3cret" not in str(shown)
        assert shown.meeting.invitees[0].address == "https://***"
        assert shown.meeting.invitees[1].web_push.endpoint == "https://push.x.org/***"

    async with Store(db).begin(caller) as tx:
        kept = (await tx.template(TemplateId(made.id))).draft
    assert kept["invitees"][0]["address"] == kept["stakeholders"][0]["address"] == SECRET
    assert kept["invitees"][1]["web_push"] == BROWSER


async def test_a_template_names_no_bot_that_could_not_come(desk: Desk) -> None:
    code, message = await refusal_of(desk.make(bots=[{"kind": UNKNOWN_KIND}]))

    assert (code, message) == (StatusCode.INVALID_ARGUMENT, f"no bot kind {UNKNOWN_KIND!r}")


async def test_pages_show_every_template_once(desk: Desk) -> None:
    made = [await desk.make(f"{number}") for number in range(5)]
    seen: list[str] = []
    token = ""
    while True:
        page = await desk.templates.ListTemplates(
            pb.ListTemplatesRequest(page_size=2, page_token=token), metadata=desk.mine
        )
        seen += [one.id for one in page.items]
        if not (token := page.next_page_token):
            break
        await desk.make("later")
    assert seen == [one.id for one in reversed(made)]


async def test_a_meeting_has_what_its_draft_leaves_to_the_template(desk: Desk) -> None:
    meeting = await desk.meeting(await desk.make())
    assert (meeting.title, meeting.agenda, meeting.duration_seconds) == ("Onboarding", "Hello", 900)
    assert [one.email for one in meeting.host_roles] == ["ada@example.com"]
    assert (meeting.policy.lobby, meeting.policy.all_left_seconds) == (True, 60)


async def test_what_a_draft_says_wins_and_tags_metadata_fields_and_policy_are_joined(
    desk: Desk,
) -> None:
    meeting = await desk.meeting(
        await desk.make(),
        title="Mine",
        host_roles=[{"email": "bo@example.com", "role": "ROLE_HOST"}],
        tags=["b", "c"],
        metadata={"kind": "old", "user": "7"},
        custom_fields={"deep": {"two": 2}},
        policy={"no_show_seconds": 90, "lobby": False},
    )
    assert (meeting.title, meeting.agenda) == ("Mine", "Hello")
    assert [one.email for one in meeting.host_roles] == ["bo@example.com"]
    assert list(meeting.tags) == ["a", "b", "c"]
    assert dict(meeting.metadata) == {"team": "x", "kind": "old", "user": "7"}
    assert MessageToDict(meeting.custom_fields) == {"tier": "gold", "deep": {"two": 2}}
    assert (meeting.policy.lobby, meeting.policy.no_show_seconds) == (False, 90)


async def test_a_changed_template_changes_no_meeting_made_from_it(desk: Desk) -> None:
    template = await desk.make()
    meeting = await desk.meeting(template)
    await desk.change(template, meeting=MEETING | {"title": "Other", "tags": []})
    read = await desk.meetings.GetMeeting(
        scheduler_pb2.GetMeetingRequest(meeting_id=meeting.id), metadata=desk.mine
    )
    assert read.meeting == meeting
    assert (await desk.meeting(template)).title == "Other"


async def test_a_start_and_a_schedule_take_a_template_too(desk: Desk) -> None:
    template = await desk.make()
    started = await desk.meetings.StartMeeting(
        scheduler_pb2.StartMeetingRequest(template_id=template.id), metadata=desk.mine
    )
    scheduled = await desk.meetings.ScheduleMeeting(
        scheduler_pb2.ScheduleMeetingRequest(
            template_id=template.id,
            meeting=meeting_pb2.MeetingDraft(start_time="2080-01-01T09:00:00", time_zone="UTC"),
        ),
        metadata=desk.mine,
    )
    assert started.meeting_created
    assert (scheduled.meeting.title, list(scheduled.meeting.tags)) == ("Onboarding", ["a", "b"])


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("start_time", "2080-01-01T09:00:00"),
        ("external_refs", [{"system": "s", "type": "t", "id": "1"}]),
    ],
)
async def test_a_template_does_not_say_what_is_of_one_meeting_alone(
    desk: Desk, field: str, value: Any
) -> None:
    code, message = await refusal_of(desk.make(**{field: value}))
    assert code is StatusCode.INVALID_ARGUMENT
    assert message.startswith(field)


async def test_template_and_draft_together_are_not_more_than_a_meeting_takes(desk: Desk) -> None:
    template = await desk.make(tags=[f"t{number}" for number in range(40)])
    code, message = await refusal_of(desk.meeting(template, tags=[f"d{n}" for n in range(11)]))
    assert code is StatusCode.INVALID_ARGUMENT
    assert message.startswith("tags: ")


async def test_a_draft_without_a_template_needs_its_title_still(desk: Desk) -> None:
    request = scheduler_pb2.CreateMeetingRequest(meeting=meeting_pb2.MeetingDraft(agenda="x"))
    code, message = await refusal_of(desk.meetings.CreateMeeting(request, metadata=desk.mine))
    assert (code, message.split(":")[0]) == (StatusCode.INVALID_ARGUMENT, "meeting.title")


async def test_a_template_of_another_workspace_is_not_found(
    desk: Desk, channel: aio.Channel
) -> None:
    template = await desk.make()
    code, _ = await refusal_of(Desk(channel, a_caller()).meeting(template, title="Mine"))
    assert code is StatusCode.NOT_FOUND
