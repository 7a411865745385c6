"""Room at a recogniser: a bounded queue in which partials step back for everything else."""

import pytest

from bots.engines.recognition import Busy
from bots.engines.room import Room


def a_room(most: int = 2, *, partials: bool = True) -> Room:
    return Room(most, partials=partials, whose="the ear", remedy="come back later")


def test_as_many_requests_get_in_as_there_is_room_for_and_the_next_is_told_what_helps() -> None:
    room = a_room(2)

    with room.place(partial=False), room.place(partial=False):
        assert room.taken == 2
        with (
            pytest.raises(
                Busy, match="the ear has 2 requests and room for 2: come back"
            ) as refusal,
            room.place(partial=False),
        ):
            pass

    assert (refusal.value.retry_after, refusal.value.facts["pending"]) == (1.0, "2")


def test_a_place_is_free_again_when_its_holder_leaves_or_fails() -> None:
    room = a_room(1)

    with pytest.raises(ValueError, match="no audio"), room.place(partial=False):
        raise ValueError("no audio")
    with room.place(partial=False):
        pass

    assert room.taken == 0


def test_who_is_refused_takes_no_place() -> None:
    room = a_room(1)

    with room.place(partial=False):
        with pytest.raises(Busy), room.place(partial=False):
            pass
        assert room.taken == 1


def test_a_partial_gets_in_only_where_nobody_else_is() -> None:
    room = a_room(2)

    with room.place(partial=True):
        assert room.taken == 1
    with (
        room.place(partial=False),
        pytest.raises(Busy, match="room for 1"),
        room.place(partial=True),
    ):
        pass


def test_others_get_in_beside_a_partial() -> None:
    room = a_room(2)

    with room.place(partial=True), room.place(partial=False):
        assert room.taken == 2


def test_where_no_partials_are_taken_an_empty_room_refuses_them_too() -> None:
    room = a_room(2, partials=False)

    with pytest.raises(Busy), room.place(partial=True):
        pass
    with room.place(partial=False):
        assert room.taken == 1
