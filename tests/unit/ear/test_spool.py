"""The spool as a whole: found again, bounded, safe from names that lead elsewhere."""

import os
import time
from pathlib import Path

import pytest

from session.media.records import RATE, Kind
from session.media.spool import (
    InvalidName,
    Spool,
    SpoolExhausted,
    TrackKey,
    TrackNotFound,
)

PLENTY = 10**9


def a_key(**changes: object) -> TrackKey:
    return TrackKey("ses_1", "prt_1", 1)._replace(**changes)  # type: ignore[arg-type]


def an_ended_track(spool: Spool, key: TrackKey, *, seconds_ago: float = 0) -> Path:
    track = spool.begin(key)
    track.write([bytes(1000)] * 100, 0)
    track.finish()
    path = track.segments[-1].path
    os.utime(path, (time.time() - seconds_ago,) * 2)
    return path


def test_tracks_are_found_again_by_the_next_process(tmp_path: Path) -> None:
    spool = Spool(tmp_path, PLENTY)
    spool.begin(a_key()).mark(Kind.SILENCE, 0, RATE)
    spool.begin(a_key(epoch=2)).mark(Kind.SILENCE, 0, RATE)
    spool.close()

    again = Spool(tmp_path, PLENTY)

    assert again.keys("ses_1") == [a_key(), a_key(epoch=2)]
    assert (again.get(a_key()).head, again.size) == (RATE, spool.size)


def test_a_track_that_ended_long_ago_is_forgotten_and_a_live_one_is_not(tmp_path: Path) -> None:
    spool = Spool(tmp_path, PLENTY)
    old = an_ended_track(spool, a_key(), seconds_ago=10_000)
    an_ended_track(spool, a_key(session_id="ses_2"))
    live = spool.begin(a_key(session_id="ses_3"))
    live.mark(Kind.SILENCE, 0, RATE)
    os.utime(live.segments[0].path, (0, 0))

    spool.sweep()

    assert not old.exists()
    assert not (tmp_path / "tracks" / "ses_1").exists()
    with pytest.raises(TrackNotFound):
        spool.get(a_key())
    assert spool.get(a_key(session_id="ses_2")).ended
    assert spool.get(a_key(session_id="ses_3")) is live


def test_over_the_limit_the_longest_ended_go_first_and_then_no_room_opens(tmp_path: Path) -> None:
    spool = Spool(tmp_path, 150_000)
    oldest = an_ended_track(spool, a_key(), seconds_ago=60)
    newer = an_ended_track(spool, a_key(session_id="ses_2"))
    with pytest.raises(SpoolExhausted):
        spool.check_room()

    spool.sweep()

    assert (oldest.exists(), newer.exists()) == (False, True)
    spool.check_room()


@pytest.mark.parametrize("name", ["", "..", "a/b", "../up", "a\0b", "a" * 200])
def test_a_name_that_is_no_folder_is_refused(tmp_path: Path, name: str) -> None:
    spool = Spool(tmp_path, PLENTY)

    with pytest.raises(InvalidName):
        spool.begin(a_key(participant_id=name))
