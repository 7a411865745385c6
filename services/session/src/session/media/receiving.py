"""The UDP port on which media nodes send people's sound and pictures."""

import asyncio
import socket
import struct
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Protocol

import structlog

from common.errors import AlreadyExists
from session.media.rtp import NotRtp, Packet, parse

log = structlog.get_logger()

# Keeps a second of a hundred people's sound while the process does something else.
RECEIVE_BUFFER_BYTES = 4 * 1024 * 1024
LARGEST_DATAGRAM = 2048
# The others of this process get their turn after so many.
MOST_AT_ONCE = 500
# More often full turns in a row are more than the buffer holds.
MOST_TURNS = 20
# Datagrams are fetched so often: one by one each would cost a turn of the event loop.
FETCH_SECONDS = 0.01
# What is heard reaches readers in steps of five packets.
TICK_SECONDS = 0.1
REPORT_SECONDS = 60.0
# The media node is beside the ear: where it listens everywhere, this is the way.
ANYWHERE = frozenset({"0.0.0.0", "::", ""})
BESIDE = "127.0.0.1"
# Has the kernel say when each datagram came, to the nanosecond; Python has no name for it.
SO_TIMESTAMPNS = 35
STAMP = struct.Struct("@qq")
STAMP_BYTES = socket.CMSG_SPACE(STAMP.size)


class SsrcTaken(AlreadyExists):
    def __init__(self, ssrc: int) -> None:
        super().__init__(f"ssrc {ssrc} belongs to another join; choose another one", ssrc=ssrc)


class Sink(Protocol):
    """One join's streams."""

    def take(self, packet: Packet, arrived: float) -> None:
        """Take a packet that arrived at a time of ``loop.time()``."""
        ...

    def pass_time(self, arrived: float) -> None:
        """Let time pass until then."""
        ...


class Receiver:
    """Gives every RTP packet to the sink of its SSRC; others are counted and dropped."""

    def __init__(self, host: str, port: int) -> None:
        self.received = 0
        self.unknown = 0
        self.malformed = 0
        self._socket = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, _UDP)
        self._socket.setblocking(False)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER_BYTES)
        if sys.platform == "linux":
            self._socket.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
        self._socket.bind((host, port))
        address = self._socket.getsockname()
        self.host: str = BESIDE if host in ANYWHERE else address[0]
        self.port: int = address[1]
        self._sinks: dict[int, Sink] = {}
        self._everybody: set[Sink] = set()
        # Whatever came until then was taken.
        self._until = asyncio.get_running_loop().time()

    def check_free(self, ssrcs: set[int], sink: Sink | None) -> None:
        """Raise ``SsrcTaken`` when another than *sink* hears one of *ssrcs*."""
        for ssrc in ssrcs:
            if self._sinks.get(ssrc, sink) is not sink:
                raise SsrcTaken(ssrc)

    def hear(self, ssrcs: set[int], sink: Sink) -> None:
        """Let *sink* have exactly the packets of *ssrcs*, and feel time pass."""
        self.forget(sink)
        self._everybody.add(sink)
        self._sinks.update(dict.fromkeys(ssrcs, sink))

    def forget(self, sink: Sink) -> None:
        """Let *sink* have no packets and no time."""
        self._everybody.discard(sink)
        self._sinks = {ssrc: one for ssrc, one in self._sinks.items() if one is not sink}

    def catch_up(self) -> None:
        """Take what came until now, before it would belong to somebody else."""
        for _ in range(MOST_TURNS):
            if not self._fetch():
                return

    async def fetch_often(self) -> None:
        """Take what has come, again and again."""
        while True:
            # A full turn leaves more behind: go on as soon as the others had theirs.
            pause = FETCH_SECONDS if self._sinks else TICK_SECONDS
            await asyncio.sleep(0 if self._fetch() else pause)

    async def tick_often(self) -> None:
        """Let everybody feel time pass, as far as all that came meanwhile was taken."""
        while True:
            await asyncio.sleep(TICK_SECONDS)
            self._fetch()
            for sink in tuple(self._everybody):
                try:
                    sink.pass_time(self._until)
                except Exception as error:
                    self._give_up(sink, error)

    async def report_often(self) -> None:
        """Log what nobody wanted, when there was some."""
        seen = 0
        while True:
            await asyncio.sleep(REPORT_SECONDS)
            if self.unknown + self.malformed > seen:
                seen = self.unknown + self.malformed
                log.warning("datagrams dropped", unknown=self.unknown, malformed=self.malformed)

    def close(self) -> None:
        self._socket.close()

    def _fetch(self) -> bool:
        """Take what has come; whether there may be more."""
        now = asyncio.get_running_loop().time()
        wall = time.time() - now
        receive = self._socket.recvmsg
        for _ in range(MOST_AT_ONCE):
            try:
                datagram, notes, _, _ = receive(LARGEST_DATAGRAM, STAMP_BYTES)
                packet = parse(datagram)
            except BlockingIOError:
                self._until = now
                return False
            except NotRtp:
                self.malformed += 1
                continue
            except OSError as error:
                log.error("not received", error=str(error))
                return False
            self.received += 1
            # A wall clock that was set meanwhile is believed no further than what we know.
            self._until = min(max(_stamp(notes, now + wall) - wall, self._until), now)
            self._give(packet, self._until)
        return True

    def _give(self, packet: Packet, arrived: float) -> None:
        sink = self._sinks.get(packet.ssrc)
        if sink is None:
            self.unknown += 1
            return
        try:
            sink.take(packet, arrived)
        except Exception as error:
            self._give_up(sink, error)

    def _give_up(self, sink: Sink, error: Exception) -> None:
        """One broken stream takes no other with it."""
        log.error("join heard no more", exc_info=error)
        self.forget(sink)


def _stamp(notes: Sequence[tuple[int, int, bytes]], now: float) -> float:
    """When a datagram came, in seconds since 1970; *now* where the kernel does not say."""
    for level, kind, content in notes:
        if (level, kind) == (socket.SOL_SOCKET, SO_TIMESTAMPNS) and len(content) == STAMP.size:
            seconds, nanoseconds = STAMP.unpack(content)
            return float(seconds + nanoseconds / 1e9)
    return now


_UDP = socket.SOCK_DGRAM | socket.SOCK_CLOEXEC


@asynccontextmanager
async def receiving(listen: str) -> AsyncIterator[Receiver]:
    """Receive on ``host:port`` while the block runs."""
    host, _, port = listen.rpartition(":")
    receiver = Receiver(host.strip("[]"), int(port))
    try:
        async with asyncio.TaskGroup() as tasks:
            running = [
                tasks.create_task(receiver.fetch_often()),
                tasks.create_task(receiver.tick_often()),
                tasks.create_task(receiver.report_often()),
            ]
            try:
                yield receiver
            finally:
                for task in running:
                    task.cancel()
    finally:
        receiver.close()
