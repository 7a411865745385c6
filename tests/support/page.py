"""A join page's two peer connections, played by aiortc in the test's process."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from fractions import Fraction

import numpy as np
from aiortc import RTCPeerConnection, RTCSessionDescription
from aiortc.mediastreams import MediaStreamError, MediaStreamTrack, VideoStreamTrack
from aiortc.sdp import candidate_from_sdp
from av import AudioFrame

from common.errors import DomainError
from session.domain.rooms import Candidate, MediaLost, Offered, Side, Source, Talked
from session.media import Peer

RATE = 48_000
FRAME = RATE // 50
# Of a full scale of 1.
LOUD = 0.05


class Tone(MediaStreamTrack):
    """A steady tone, a frame every 20 ms."""

    kind = "audio"

    def __init__(self, hertz: float) -> None:
        super().__init__()
        self._wave = np.sin(2 * np.pi * hertz * np.arange(RATE) / RATE)
        self._at = 0
        self._began = 0.0

    async def recv(self) -> AudioFrame:
        loop = asyncio.get_running_loop()
        self._began = self._began or loop.time()
        await asyncio.sleep(max(0.0, self._began + self._at / RATE - loop.time()))
        places = np.arange(self._at, self._at + FRAME) % RATE
        sound = (self._wave[places] * 16_000).astype(np.int16).reshape(1, -1)
        frame = AudioFrame.from_ndarray(sound, format="s16", layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = RATE, self._at, Fraction(1, RATE)
        self._at += FRAME
        return frame


class Microphone(MediaStreamTrack):
    """Silence, a frame every 20 ms, until somebody says something into it."""

    kind = "audio"

    def __init__(self) -> None:
        super().__init__()
        self._unsaid = np.zeros(0, np.int16)
        self._at = 0
        self._began = 0.0

    def say(self, pcm: bytes, rate: int) -> None:
        """Say *pcm* (s16le, mono) of a *rate* that 48 kHz is a multiple of."""
        samples = np.frombuffer(pcm, "<i2").repeat(RATE // rate)
        self._unsaid = np.concatenate([self._unsaid, samples])

    async def recv(self) -> AudioFrame:
        loop = asyncio.get_running_loop()
        self._began = self._began or loop.time()
        await asyncio.sleep(max(0.0, self._began + self._at / RATE - loop.time()))
        sound, self._unsaid = self._unsaid[:FRAME], self._unsaid[FRAME:]
        sound = np.pad(sound, (0, FRAME - len(sound))).reshape(1, -1)
        frame = AudioFrame.from_ndarray(sound, format="s16", layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = RATE, self._at, Fraction(1, RATE)
        self._at += FRAME
        return frame


class Page:
    """What it received, by who sent it: frames of sound that could be heard, and of video.

    *sound* has the samples of the frames that could be heard, of one channel.
    """

    def __init__(self, peer: Peer) -> None:
        self.peer = peer
        self.loud: dict[str, int] = {}
        self.sound: dict[str, list[np.ndarray]] = {}
        self.seen: dict[str, int] = {}
        self.talked: list[Talked] = []
        self.offers: list[Offered] = []
        self.lost: list[MediaLost] = []
        self.is_over = False
        self._sending = RTCPeerConnection()
        self._receiving = RTCPeerConnection()
        self._forgotten: list[RTCPeerConnection] = []
        self._owners: dict[str, str] = {}
        self._consumed: set[str] = set()
        self._tasks: list[asyncio.Task[None]] = []

    async def publish(
        self, *, hertz: float = 440, video: bool = False, microphone: Microphone | None = None
    ) -> None:
        self._sending.addTrack(microphone or Tone(hertz))
        sources = {"0": Source.MICROPHONE}
        if video:
            self._sending.addTrack(VideoStreamTrack())
            sources["1"] = Source.CAMERA
        await self._offer(sources)

    async def share_screen(self) -> None:
        """Send the screen too, after ``publish`` with video."""
        self._sending.addTrack(VideoStreamTrack())
        await self._offer({"0": Source.MICROPHONE, "1": Source.CAMERA, "2": Source.SCREEN})

    async def _offer(self, sources: Mapping[str, Source]) -> None:
        await self._sending.setLocalDescription(await self._sending.createOffer())
        answer = await self.peer.publish(self._sending.localDescription.sdp, sources)
        await self._sending.setRemoteDescription(RTCSessionDescription(answer, "answer"))

    def start(self) -> None:
        self._tasks.append(asyncio.create_task(self._follow()))

    async def resume(self, peer: Peer) -> None:
        """Go on behind *peer*, with the media that still flows."""
        self.peer = peer
        self.start()

    async def begin_anew(self) -> None:
        """Close both connections and begin with new ones, as a page does that is loaded again."""
        await self._sending.close()
        await self._receiving.close()
        self.crash()

    def crash(self) -> None:
        """Forget both connections: nobody says that they are over."""
        self._forgotten += [self._sending, self._receiving]
        self._sending, self._receiving = RTCPeerConnection(), RTCPeerConnection()
        self._consumed.clear()
        self.loud.clear()

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        for connection in (*self._forgotten, self._sending, self._receiving):
            await connection.close()

    async def lost_packets(self) -> int:
        """How many packets of what it receives never came."""
        found = await self._receiving.getStats()
        return sum(one.packetsLost for one in found.values() if one.type == "inbound-rtp")

    async def _follow(self) -> None:
        async for event in self.peer.events():
            match event:
                case Offered():
                    self.offers.append(event)
                    # It may be over meanwhile, which the next events say.
                    with suppress(DomainError):
                        await self._answer(event)
                case Candidate():
                    await self._add(event)
                case Talked():
                    self.talked.append(event)
                case MediaLost():
                    self.lost.append(event)
        self.is_over = True

    async def _answer(self, offer: Offered) -> None:
        self._owners = {one.mid: one.participant_id for one in offer.tracks}
        await self._receiving.setRemoteDescription(RTCSessionDescription(offer.sdp, "offer"))
        await self._receiving.setLocalDescription(await self._receiving.createAnswer())
        await self.peer.answer(self._receiving.localDescription.sdp)
        for transceiver in self._receiving.getTransceivers():
            if transceiver.mid in self._owners and transceiver.mid not in self._consumed:
                self._consumed.add(transceiver.mid)
                work = self._consume(transceiver.mid, transceiver.receiver.track)
                self._tasks.append(asyncio.create_task(work))

    async def _consume(self, mid: str, track: MediaStreamTrack) -> None:
        with suppress(MediaStreamError):
            while True:
                frame = await track.recv()
                owner = self._owners.get(mid, "")
                if not isinstance(frame, AudioFrame):
                    self.seen[owner] = self.seen.get(owner, 0) + 1
                elif np.abs(samples := _one_channel(frame)).max() > LOUD * 32_768:
                    self.loud[owner] = self.loud.get(owner, 0) + 1
                    self.sound.setdefault(owner, []).append(samples)

    async def _add(self, told: Candidate) -> None:
        connection = self._sending if told.side is Side.PUBLISHER else self._receiving
        if not told.candidate:
            return
        candidate = candidate_from_sdp(told.candidate.removeprefix("candidate:"))
        candidate.sdpMid, candidate.sdpMLineIndex = told.sdp_mid, told.sdp_m_line_index
        await connection.addIceCandidate(candidate)


def _one_channel(frame: AudioFrame) -> np.ndarray:
    return frame.to_ndarray().reshape(-1, frame.layout.nb_channels)[:, 0]


@asynccontextmanager
async def a_page(peer: Peer) -> AsyncIterator[Page]:
    """A page that answers what it is offered while the block runs."""
    page = Page(peer)
    page.start()
    try:
        yield page
    finally:
        await page.close()
