"""What a browser may offer to send."""

from collections.abc import Mapping

import pytest

from session.domain.rooms import InvalidDescription, Source
from session.media.janus.offers import check_offer

AUDIO = ("audio", "sendonly")
VIDEO = ("video", "sendrecv")
HEARD, SEEN, SHARED = Source.MICROPHONE, Source.CAMERA, Source.SCREEN


def an_offer(*sections: tuple[str, str], port: int = 9) -> str:
    """A description whose sections have the mids 0, 1, ..."""
    lines = ["v=0", "o=- 1 2 IN IP4 127.0.0.1"]
    for mid, (kind, direction) in enumerate(sections):
        lines += [f"m={kind} {port} UDP/TLS/RTP/SAVPF 111", f"a=mid:{mid}", f"a={direction}"]
    return "\r\n".join([*lines, ""])


@pytest.mark.parametrize(
    ("sdp", "sources"),
    [
        (an_offer(), {}),
        (an_offer(AUDIO, VIDEO, VIDEO), {"0": HEARD, "1": SEEN, "2": SHARED}),
        # What is not sent any more needs no name.
        (an_offer(AUDIO, ("video", "inactive")), {"0": HEARD}),
        (an_offer(AUDIO, ("audio", "recvonly")), {"0": HEARD}),
        (an_offer(VIDEO, port=0), {}),
        ("no description at all", {}),
    ],
)
def test_each_track_once_and_by_its_name_is_taken(sdp: str, sources: Mapping[str, Source]) -> None:
    check_offer(sdp, sources)


@pytest.mark.parametrize(
    ("sdp", "sources", "why"),
    [
        (an_offer(AUDIO, AUDIO), {"0": HEARD, "1": HEARD}, "only one"),
        (an_offer(AUDIO, AUDIO), {"0": HEARD}, "without its source"),
        (an_offer(AUDIO), {"0": SEEN}, "is audio, which no CAMERA is"),
        (an_offer(VIDEO), {"0": HEARD}, "is video, which no MICROPHONE is"),
        (an_offer(VIDEO, VIDEO), {"0": SHARED, "1": SHARED}, "only one"),
    ],
)
def test_what_would_be_heard_and_not_recorded_is_refused(
    sdp: str, sources: Mapping[str, Source], why: str
) -> None:
    with pytest.raises(InvalidDescription, match=why):
        check_offer(sdp, sources)
