"""Attendance as JSON."""

from typing import Any

from artifacts.exports.objects import encoded, moment
from convene.artifacts.v1.artifacts_pb2 import Attendee, GetAttendanceResponse
from convene.common.v1.meeting_pb2 import Role
from convene.session.v1.session_pb2 import Interval


def as_json(attendance: GetAttendanceResponse) -> bytes:
    return encoded(
        {
            "meeting_id": attendance.meeting_id,
            "session_id": attendance.session_id,
            "items": [_attendee(one) for one in attendance.items],
        }
    )


def _attendee(attendee: Attendee) -> dict[str, Any]:
    return {
        "participant_id": attendee.participant_id,
        "name": attendee.name,
        "role": Role.Name(attendee.role).removeprefix("ROLE_"),
        "intervals": [_interval(one) for one in attendee.intervals],
        "present_seconds": attendee.present_seconds,
        "speaking_seconds": attendee.speaking_seconds,
    }


def _interval(interval: Interval) -> dict[str, str]:
    return {
        "joined": moment(interval.joined),
        "left": moment(interval.left) if interval.HasField("left") else "",
    }
