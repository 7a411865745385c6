"""How many people a session takes, and that the media server's room is made for them."""

from typing import Any

from common.rules import violations
from convene.common.v1.meeting_pb2 import Policy as Asked
from session.domain.policies import MOST_PLACES, Policy
from session.media.janus.handles import Answer
from session.media.janus.videoroom import VideoRoom


class WrittenHandle:
    """Keeps what it is asked."""

    def __init__(self) -> None:
        self.asked: dict[str, Any] = {}

    async def ask(self, request: str, **body: object) -> Answer:
        self.asked = {"request": request, **body}
        return Answer({}, "")


async def test_a_room_takes_as_many_publishers_as_there_are_places_and_some() -> None:
    room = VideoRoom("ses_1", "key", Policy(max_participants=12).places)
    handle = WrittenHandle()
    room.handle = handle  # type: ignore[assignment]

    await room.create()

    assert (handle.asked["request"], handle.asked["publishers"]) == ("create", 12 + 10)


def test_more_places_than_a_room_has_are_refused_by_name() -> None:
    assert violations(Asked(max_participants=MOST_PLACES)) == []
    (broken,) = violations(Asked(max_participants=MOST_PLACES + 1))
    assert broken.field == "max_participants"
    assert str(MOST_PLACES) in broken.message


def test_a_meeting_from_before_the_limit_has_no_more_than_it() -> None:
    assert Policy(max_participants=1000).places == MOST_PLACES
