"""Series over real gRPC and PostgreSQL: every verb, and what it refuses."""

from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime

import pytest
from google.protobuf.field_mask_pb2 import FieldMask
from grpc import StatusCode, aio

from common import rpc
from common.db import Database
from common.principal import Principal
from convene.scheduler.v1 import events_pb2 as facts
from convene.scheduler.v1 import meeting_pb2
from convene.scheduler.v1 import scheduler_pb2 as pb
from convene.scheduler.v1.scheduler_pb2_grpc import (
    SchedulerServiceStub,
    add_SchedulerServiceServicer_to_server,
)
from tests.support.planning import announced, armed_timers, move_clock, utc
from tests.support.schedulers import SchedulerHouse
from tests.support.services import metadata, served

NAME = "convene.scheduler.v1.SchedulerService"


class Api:
    """The scheduler's calls as one caller makes them."""

    def __init__(self, channel: aio.Channel, caller: Principal) -> None:
        self.stub = SchedulerServiceStub(channel)
        self.mine = metadata(caller)

    async def schedule(self, draft: meeting_pb2.MeetingDraft) -> meeting_pb2.Meeting:
        request = pb.ScheduleMeetingRequest(meeting=draft)
        return (await self.stub.ScheduleMeeting(request, metadata=self.mine)).meeting

    async def planned(self, meeting_id: str) -> Sequence[meeting_pb2.Occurrence]:
        request = pb.ListOccurrencesRequest(meeting_id=meeting_id, page_size=200)
        return (await self.stub.ListOccurrences(request, metadata=self.mine)).items

    async def update(
        self, meeting_id: str, named: Sequence[str], **changes: object
    ) -> meeting_pb2.Meeting:
        request = pb.UpdateMeetingRequest(
            meeting_id=meeting_id,
            meeting=meeting_pb2.MeetingDraft(**changes),  # type: ignore[arg-type]
            update_mask=FieldMask(paths=named),
        )
        return (await self.stub.UpdateMeeting(request, metadata=self.mine)).meeting

    async def change(
        self, one: meeting_pb2.Occurrence, etag: str = "", **changes: object
    ) -> meeting_pb2.Occurrence:
        request = pb.UpdateOccurrenceRequest(
            meeting_id=one.meeting_id,
            occurrence_id=one.id,
            occurrence=meeting_pb2.OccurrenceDraft(**changes),  # type: ignore[arg-type]
            update_mask=FieldMask(paths=list(changes)),
            etag=etag,
        )
        return (await self.stub.UpdateOccurrence(request, metadata=self.mine)).occurrence

    async def cancel(self, one: meeting_pb2.Occurrence) -> meeting_pb2.Occurrence:
        request = pb.CancelOccurrenceRequest(meeting_id=one.meeting_id, occurrence_id=one.id)
        return (await self.stub.CancelOccurrence(request, metadata=self.mine)).occurrence

    async def split(self, one: meeting_pb2.Occurrence, **changes: object) -> meeting_pb2.Meeting:
        request = pb.SplitMeetingRequest(
            meeting_id=one.meeting_id,
            occurrence_id=one.id,
            meeting=meeting_pb2.MeetingDraft(**changes),  # type: ignore[arg-type]
            update_mask=FieldMask(paths=list(changes)),
        )
        return (await self.stub.SplitMeeting(request, metadata=self.mine)).meeting

    async def preview(self, **fields: object) -> pb.PreviewOccurrencesResponse:
        request = pb.PreviewOccurrencesRequest(**fields)  # type: ignore[arg-type]
        return await self.stub.PreviewOccurrences(request, metadata=self.mine)


@pytest.fixture
async def api(db: Database, scheduler: SchedulerHouse, caller: Principal) -> AsyncIterator[Api]:
    """It is noon of 1 March 2030, a Friday."""
    await move_clock(db, caller, utc("2030-03-01T12:00:00"))
    servicer = rpc.Servicer(add_SchedulerServiceServicer_to_server, scheduler.rpc, NAME)
    async with served(servicer) as channel:
        yield Api(channel, caller)


def weekly(count: int = 5, **changes: object) -> meeting_pb2.MeetingDraft:
    """Mondays at nine in Lisbon, from 11 March 2030 on; the clock goes forward on the 31st."""
    fields: dict[str, object] = {
        "title": "Training",
        "start_time": "2030-03-11T09:00:00",
        "time_zone": "Europe/Lisbon",
        "duration_seconds": 3600,
        "recurrence": {"rrule": f"FREQ=WEEKLY;COUNT={count}"},
    }
    return meeting_pb2.MeetingDraft(**(fields | changes))  # type: ignore[arg-type]


def starts(found: Sequence[meeting_pb2.Occurrence]) -> list[str]:
    return [f"{one.start_time.ToDatetime(UTC):%m-%d %H:%M}" for one in found]


def states(found: Sequence[meeting_pb2.Occurrence]) -> list[str]:
    names = meeting_pb2.OccurrenceState
    return [names.Name(one.state).removeprefix("OCCURRENCE_STATE_") for one in found]


async def refusal(call: object) -> tuple[StatusCode, str]:
    with pytest.raises(aio.AioRpcError) as refused:
        await call  # type: ignore[misc]
    return refused.value.code(), refused.value.details() or ""


async def test_a_series_keeps_its_local_time_over_a_clock_change(api: Api) -> None:
    meeting = await api.schedule(weekly())
    found = await api.planned(meeting.id)
    assert starts(found) == [
        "03-11 09:00",
        "03-18 09:00",
        "03-25 09:00",
        "04-01 08:00",
        "04-08 08:00",
    ]
    assert [one.civil_time[11:] for one in found] == ["09:00:00"] * 5
    assert meeting.recurrence.gap_policy == meeting_pb2.GAP_POLICY_SHIFT_FORWARD
    assert meeting.recurrence.overlap_policy == meeting_pb2.OVERLAP_POLICY_SKIP
    assert [one.id for one in meeting.next_occurrences] == [one.id for one in found]


async def test_a_series_of_which_all_is_planned_for_now_is_looked_at_again(
    api: Api, db: Database
) -> None:
    rare = await api.schedule(weekly(recurrence={"rrule": "FREQ=YEARLY"}))
    assert len(rare.next_occurrences) == 2
    await api.schedule(weekly(2))
    extensions = [key for key in await armed_timers(db) if key.startswith("series-extend")]
    assert extensions == [f"series-extend {rare.id}"]


async def test_an_endless_series_shows_the_next_ten(api: Api) -> None:
    meeting = await api.schedule(weekly(recurrence={"rrule": "FREQ=DAILY"}))
    assert len(meeting.next_occurrences) == 10


@pytest.mark.parametrize(
    ("recurrence", "complaint"),
    [
        ({"rrule": "FREQ=MINUTELY"}, "HOURLY is the most frequent"),
        ({"rrule": "FREQ=FORTNIGHTLY"}, "known are YEARLY"),
        ({"rrule": "COUNT=3"}, "needs a FREQ"),
        ({"rrule": "FREQ=DAILY;BYEASTER=1"}, "BYEASTER, which is unknown"),
        ({"rrule": "FREQ=DAILY;COUNT=3;UNTIL=20301231"}, "COUNT and UNTIL"),
        ({"rrule": "FREQ=DAILY;UNTIL=20301231T090000"}, "UNTIL=20301231T090000Z"),
        ({"rrule": "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"}, "gives no instant"),
        ({"rrule": "FREQ=HOURLY;BYMONTH=2;BYMONTHDAY=30"}, "gives no instant"),
        ({"rrule": "FREQ=DAILY;UNTIL=20290101"}, "gives no instant"),
        ({"rrule": "FREQ=WEEKLY;BYDAY=2MO"}, "a number in BYDAY"),
        ({"rrule": "FREQ=WEEKLY;BYMONTHDAY=2"}, "BYMONTHDAY"),
        ({"rrule": "FREQ=DAILY;BYSETPOS=1"}, "BYSETPOS"),
        ({"rrule": "FREQ=DAILY;COUNT=0"}, "from 1 to 10000"),
        ({"rrule": "FREQ=DAILY;COUNT=99999"}, "from 1 to 10000"),
        ({}, "needs an rrule or rdates"),
        ({"rdates": ["2030-03-10T09:00:00"]}, "rdates[0] is before start_time"),
    ],
)
async def test_a_rule_that_cannot_be_is_refused_with_its_remedy(
    api: Api, recurrence: dict[str, object], complaint: str
) -> None:
    code, message = await refusal(api.schedule(weekly(recurrence=recurrence)))
    assert code is StatusCode.INVALID_ARGUMENT
    assert complaint in message


async def test_a_recurrence_without_a_start_is_refused(api: Api) -> None:
    draft = meeting_pb2.MeetingDraft(title="When?", recurrence={"rrule": "FREQ=DAILY"})
    call = api.stub.CreateMeeting(pb.CreateMeetingRequest(meeting=draft), metadata=api.mine)
    assert "repeats a start_time" in (await refusal(call))[1]


async def test_a_preview_tells_of_gap_fold_and_overlap_and_keeps_nothing(
    api: Api, db: Database
) -> None:
    shown = await api.preview(
        start_time="2030-03-30T01:30:00",
        time_zone="Europe/Lisbon",
        duration_seconds=90_000,
        recurrence={"rrule": "FREQ=DAILY;COUNT=3", "rdates": ["2030-10-27T01:30:00"]},
    )
    notes = [
        [meeting_pb2.OccurrenceNote.Name(n).removeprefix("OCCURRENCE_NOTE_") for n in one.notes]
        for one in shown.items
    ]
    assert notes == [
        [],
        ["GAP_SHIFTED", "OVERLAPS_PREVIOUS"],
        ["OVERLAPS_PREVIOUS"],
        ["FOLD_FIRST"],
    ]
    assert shown.items[1].civil_time == "2030-03-31T01:30:00"
    assert shown.items[1].start_time.ToDatetime() == datetime.fromisoformat("2030-03-31T01:30:00")
    assert await announced(db, facts.MeetingCreated) == []


async def test_a_previewed_gap_that_is_skipped_has_no_instant(api: Api) -> None:
    shown = await api.preview(
        start_time="2030-03-31T01:30:00",
        time_zone="Europe/Lisbon",
        recurrence={"rrule": "FREQ=DAILY;COUNT=1", "gap_policy": "GAP_POLICY_SKIP"},
    )
    assert [one.HasField("start_time") for one in shown.items] == [False, True]


async def test_the_pages_of_a_preview_are_the_whole(api: Api) -> None:
    """Hourly over a gap, where two stand at one instant."""
    fields = {
        "start_time": "2030-03-30T20:00:00",
        "time_zone": "Europe/Lisbon",
        "recurrence": {"rrule": "FREQ=HOURLY;COUNT=12"},
    }
    whole = await api.preview(page_size=366, **fields)
    joined: list[meeting_pb2.PreviewedOccurrence] = []
    token = ""
    while True:
        page = await api.preview(page_size=3, page_token=token, **fields)
        joined += page.items
        token = page.next_page_token
        if not token:
            break
    assert len(whole.items) == 13
    assert joined == list(whole.items)


@pytest.mark.parametrize("token", ["bm9uc2Vuc2U=", "WyIwMDAxLTAxLTAxVDAwOjAwOjAwWiIsIDFd", "xx"])
async def test_a_page_token_that_no_preview_gave_is_refused(api: Api, token: str) -> None:
    call = api.preview(
        start_time="2030-03-30T20:00:00", time_zone="Europe/Lisbon", page_token=token
    )
    assert (await refusal(call))[0] is StatusCode.INVALID_ARGUMENT


async def test_a_dry_run_shows_what_would_be_planned(api: Api) -> None:
    request = pb.ScheduleMeetingRequest(meeting=weekly(), dry_run=True)
    dry = (await api.stub.ScheduleMeeting(request, metadata=api.mine)).meeting
    assert [one.civil_time for one in dry.next_occurrences] == [
        f"2030-{day}T09:00:00" for day in ("03-11", "03-18", "03-25", "04-01", "04-08")
    ]
    assert (dry.id, {one.id for one in dry.next_occurrences}) == ("", {""})


async def test_a_moved_occurrence_keeps_its_name_and_its_original_start(
    api: Api, db: Database
) -> None:
    first, second, *_ = await api.planned((await api.schedule(weekly())).id)
    moved = await api.change(second, start_time="2030-03-19T14:00:00", duration_seconds=1800)
    assert starts([moved]) == ["03-19 14:00"]
    assert (moved.id, moved.moved, moved.duration_seconds) == (second.id, True, 1800)
    assert moved.original_start_time == second.start_time
    assert (moved.end_time.seconds - moved.start_time.seconds, first.moved) == (1800, False)
    (fact,) = await announced(db, facts.MeetingUpdated)
    (change,) = fact.occurrence_changes
    assert (list(fact.fields), change.kind) == (["occurrences"], facts.OCCURRENCE_CHANGE_KIND_MOVED)
    assert (change.old_start_time, change.start_time) == (second.start_time, moved.start_time)

    back = await api.change(moved, start_time="")
    assert (back.start_time, back.moved) == (second.start_time, False)


async def test_one_occurrence_may_have_texts_of_its_own(api: Api) -> None:
    first, second, *_ = await api.planned((await api.schedule(weekly())).id)
    changed = await api.change(second, title="Exam", agenda="Chapters 1 to 3")
    assert (changed.title, changed.agenda, changed.moved) == ("Exam", "Chapters 1 to 3", False)
    assert first.title == "Training"


async def test_a_stale_change_of_an_occurrence_is_refused(api: Api) -> None:
    first, *_ = await api.planned((await api.schedule(weekly())).id)
    changed = await api.change(first, etag=first.etag, title="Exam")
    assert changed.etag != first.etag
    code, _ = await refusal(api.change(first, etag=first.etag, title="Test"))
    assert code is StatusCode.ABORTED


@pytest.mark.parametrize(
    ("start_time", "code"),
    [
        ("2030-02-01T09:00:00", StatusCode.INVALID_ARGUMENT),
        ("2030-03-18T09:00:00", StatusCode.ALREADY_EXISTS),
    ],
)
async def test_an_occurrence_moves_neither_into_the_past_nor_onto_another(
    api: Api, start_time: str, code: StatusCode
) -> None:
    first, *_ = await api.planned((await api.schedule(weekly())).id)
    assert (await refusal(api.change(first, start_time=start_time)))[0] is code
    assert (await api.planned(first.meeting_id))[0] == first


async def test_a_cancelled_occurrence_goes_alone_and_takes_no_change(
    api: Api, db: Database
) -> None:
    meeting = await api.schedule(weekly())
    _, second, *_ = await api.planned(meeting.id)
    cancelled = await api.cancel(second)
    again = await api.cancel(second)
    assert cancelled == again
    assert states(await api.planned(meeting.id)) == ["PENDING", "CANCELLED", *["PENDING"] * 3]
    assert not [key for key in await armed_timers(db) if second.id in key]
    code, message = await refusal(api.change(second, title="Back?"))
    assert code is StatusCode.FAILED_PRECONDITION
    assert "CANCELLED" in message


async def test_an_occurrence_of_another_meeting_is_not_found(api: Api) -> None:
    mine = await api.schedule(weekly())
    other, *_ = await api.planned((await api.schedule(weekly())).id)
    request = pb.GetOccurrenceRequest(meeting_id=mine.id, occurrence_id=other.id)
    call = api.stub.GetOccurrence(request, metadata=api.mine)
    assert (await refusal(call))[0] is StatusCode.NOT_FOUND
    request.meeting_id = other.meeting_id
    found = await api.stub.GetOccurrence(request, metadata=api.mine)
    assert found.occurrence == other


async def test_an_edit_keeps_changes_where_the_original_instant_is_still_there(
    api: Api, db: Database
) -> None:
    meeting = await api.schedule(weekly())
    before = await api.planned(meeting.id)
    await api.change(before[1], start_time="2030-03-19T14:00:00")
    await api.change(before[2], title="Exam")
    await api.cancel(before[3])

    recurrence = {"rrule": "FREQ=WEEKLY;BYDAY=MO,WE;COUNT=8"}
    await api.update(meeting.id, ["recurrence"], recurrence=recurrence)
    after = await api.planned(meeting.id)
    kept = {one.id: one for one in after}
    assert starts([kept[before[1].id]]) == ["03-19 14:00"]
    assert kept[before[2].id].title == "Exam"
    assert states([kept[before[3].id]]) == ["CANCELLED"]
    assert before[4].id not in {one.id for one in after if one.civil_time > "2030-04-04"}
    assert len(after) == 8
    update = (await announced(db, facts.MeetingUpdated))[-1]
    assert list(update.fields) == ["recurrence"]
    kinds = [facts.OccurrenceChangeKind.Name(one.kind)[23:] for one in update.occurrence_changes]
    assert sorted(kinds) == ["ADDED"] * 4 + ["REMOVED"]


async def test_another_hour_makes_every_occurrence_anew(api: Api) -> None:
    meeting = await api.schedule(weekly())
    before = await api.planned(meeting.id)
    await api.change(before[1], start_time="2030-03-19T14:00:00")
    await api.update(meeting.id, ["start_time"], start_time="2030-03-11T10:00:00")
    after = await api.planned(meeting.id)
    assert starts(after)[:2] == ["03-11 10:00", "03-18 10:00"]
    assert not {one.id for one in before} & {one.id for one in after}


async def test_another_length_changes_those_that_have_none_of_their_own(api: Api) -> None:
    meeting = await api.schedule(weekly(3))
    before = await api.planned(meeting.id)
    await api.change(before[1], duration_seconds=900)
    await api.update(meeting.id, ["duration_seconds"], duration_seconds=7200)
    after = await api.planned(meeting.id)
    assert [one.end_time.seconds - one.start_time.seconds for one in after] == [7200, 900, 7200]
    assert [one.id for one in after] == [one.id for one in before]


async def test_an_edit_leaves_what_was_as_it_was(
    api: Api, db: Database, scheduler: SchedulerHouse, caller: Principal
) -> None:
    meeting = await api.schedule(weekly())
    first, *_ = await api.planned(meeting.id)
    await scheduler.occurrences.cancel(caller, meeting.id, first.id, "")  # type: ignore[arg-type]
    await move_clock(db, caller, utc("2030-03-20T12:00:00"))
    await api.update(meeting.id, ["recurrence"], recurrence={"rrule": "FREQ=WEEKLY;BYDAY=TU"})
    after = await api.planned(meeting.id)
    assert (after[0].id, states(after)[0]) == (first.id, "CANCELLED")
    assert starts(after)[1:3] == ["03-26 09:00", "04-02 08:00"]


async def test_a_series_without_its_recurrence_is_a_single_meeting(api: Api) -> None:
    meeting = await api.schedule(weekly())
    single = await api.update(meeting.id, ["recurrence"])
    assert not single.HasField("recurrence")
    assert starts(await api.planned(meeting.id)) == ["03-11 09:00"]


async def test_another_title_leaves_the_occurrences_alone(api: Api, db: Database) -> None:
    meeting = await api.schedule(weekly())
    before = await api.planned(meeting.id)
    await api.update(meeting.id, ["title"], title="Course")
    after = await api.planned(meeting.id)
    assert [one.id for one in after] == [one.id for one in before]
    (update,) = await announced(db, facts.MeetingUpdated)
    assert len(update.occurrence_changes) == 0


async def test_a_split_makes_two_meetings_of_one(api: Api, db: Database) -> None:
    old = await api.schedule(weekly())
    before = await api.planned(old.id)
    await api.change(before[3], title="Exam")
    await api.cancel(before[4])

    new = await api.split(before[2], title="Part two")

    assert starts(await api.planned(old.id)) == ["03-11 09:00", "03-18 09:00"]
    rest = await api.planned(new.id)
    assert starts(rest) == ["03-25 09:00", "04-01 08:00", "04-08 08:00"]
    assert states(rest) == ["PENDING", "PENDING", "CANCELLED"]
    assert [one.title for one in rest] == ["Part two", "Exam", "Part two"]
    assert (new.split_from, new.start_time) == (old.id, "2030-03-25T09:00:00")
    assert new.recurrence.rrule == "FREQ=WEEKLY;COUNT=3"
    shortened = await api.stub.GetMeeting(
        pb.GetMeetingRequest(meeting_id=old.id), metadata=api.mine
    )
    assert shortened.meeting.recurrence.rrule == "FREQ=WEEKLY;COUNT=2"
    assert shortened.meeting.title == "Training"
    assert len(await announced(db, facts.MeetingCreated)) == 2


async def test_a_split_of_an_endless_series_ends_the_first_part(api: Api) -> None:
    old = await api.schedule(weekly(recurrence={"rrule": "FREQ=WEEKLY"}))
    *_, third = (await api.planned(old.id))[:3]
    new = await api.split(third, start_time="2030-03-25T15:00:00")
    assert starts(await api.planned(old.id)) == ["03-11 09:00", "03-18 09:00"]
    assert starts(await api.planned(new.id))[:2] == ["03-25 15:00", "04-01 14:00"]
    assert new.recurrence.rrule == "FREQ=WEEKLY"


async def test_a_split_needs_something_before_it_and_a_place_in_the_rule(api: Api) -> None:
    draft = weekly(recurrence={"rrule": "FREQ=WEEKLY;COUNT=3", "rdates": ["2030-03-13T09:00:00"]})
    first, extra, *_ = await api.planned((await api.schedule(draft)).id)
    assert "nothing of the series comes before" in (await refusal(api.split(first)))[1]
    assert "one of recurrence.rdates" in (await refusal(api.split(extra)))[1]
    single = await api.schedule(
        meeting_pb2.MeetingDraft(
            title="Once", start_time="2030-03-11T09:00:00", time_zone="Europe/Lisbon"
        )
    )
    (only,) = await api.planned(single.id)
    code, message = await refusal(api.split(only))
    assert (code, "no series" in message) == (StatusCode.FAILED_PRECONDITION, True)


async def test_cancelling_a_series_cancels_all_that_is_to_come_with_its_timers(
    api: Api, db: Database
) -> None:
    meeting = await api.schedule(weekly(recurrence={"rrule": "FREQ=DAILY"}))
    assert len(await armed_timers(db)) > 0
    await api.stub.CancelMeeting(pb.CancelMeetingRequest(meeting_id=meeting.id), metadata=api.mine)
    assert set(states(await api.planned(meeting.id))) == {"CANCELLED"}
    assert await armed_timers(db) == []


async def test_a_deleted_series_leaves_no_timer(api: Api, db: Database) -> None:
    meeting = await api.schedule(weekly(recurrence={"rrule": "FREQ=DAILY"}))
    await api.stub.DeleteMeeting(pb.DeleteMeetingRequest(meeting_id=meeting.id), metadata=api.mine)
    assert await armed_timers(db) == []


async def test_the_last_cancelled_occurrence_completes_its_meeting(api: Api, db: Database) -> None:
    meeting = await api.schedule(weekly(2))
    for one in await api.planned(meeting.id):
        assert await announced(db, facts.MeetingCompleted) == []
        await api.cancel(one)
    assert len(await announced(db, facts.MeetingCompleted)) == 1
