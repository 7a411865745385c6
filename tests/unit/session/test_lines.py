"""What a page is told goes down a line that waits for nobody."""

import pytest

from convene.session.v1.signal_pb2 import Pong, SignalResponse
from session.service.signalling.lines import Line, ReaderTooSlow


def a_pong(number: int) -> SignalResponse:
    return SignalResponse(pong=Pong(sent_ms=number))


async def test_everything_is_told_in_order_up_to_the_goodbye() -> None:
    line = Line()
    line.tell(a_pong(1))
    line.part("LEFT", "bye")
    line.tell(a_pong(2))

    told = [response async for response in line.told()]

    assert [one.WhichOneof("response") for one in told] == ["pong", "goodbye"]


async def test_a_reader_that_is_too_slow_is_cut_off() -> None:
    line = Line(most=2)
    for number in range(3):
        line.tell(a_pong(number))

    assert line.is_over
    with pytest.raises(ReaderTooSlow):
        async for _ in line.told():
            pass
