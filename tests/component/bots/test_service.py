"""The service as it is run: its own process, broker and recogniser; only the ear is written."""

import asyncio
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from google.protobuf.message import Message
from nats.js import JetStreamContext

from common import bus
from common.announcing import partition_of
from common.ids import new_id
from convene.bots.v1 import events_pb2 as facts
from convene.common.v1.envelope_pb2 import Envelope
from convene.session.v1 import events_pb2 as session_facts
from convene.session.v1.session_pb2 import PARTICIPANT_KIND_PERSON
from convene_cli.nats import NatsServer
from tests.support.crews import KEY, MEETING, SESSION, WORKSPACE, migrated
from tests.support.ear import WrittenEar
from tests.support.servers import Database, MakeDatabase
from tests.support.services import sqlalchemy_url
from tests.support.speech import opus_packets, people_of, track_of, word_error_rate

LINES = people_of("planning")["Bo"][:2]


def environment(
    database: Database, broker: NatsServer, models: Path, objects: Path
) -> Mapping[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "CONVENE_ENV": "dev",
        "CONVENE_NATS_URL": broker.url,
        "CONVENE_INTERNAL_KEY": KEY.decode(),
        "CONVENE_LINK_KEY": "l" * 32,
        "CONVENE_REPLICA": "bots-1",
        "CONVENE_MODELS": str(models),
        "BOTS_LISTEN": "127.0.0.1:0",
        "BOTS_DATABASE_URL": sqlalchemy_url(database.app_url),
        "ARTIFACTS_STORE_URL": f"file://{objects}",
    }


@asynccontextmanager
async def serving(env: Mapping[str, str]) -> AsyncIterator[Process]:
    """The service, serving; asked to stop when the block ends."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bots", env=env, stderr=PIPE
    )
    assert process.stderr is not None
    said = b""
    try:
        while b'"event":"serving"' not in said:
            said = await process.stderr.readline()
            assert said, "the service ended before it served"
        # Whoever leaves the pipe full makes the service wait.
        draining = asyncio.create_task(process.stderr.read())
        yield process
        process.send_signal(signal.SIGTERM)
        await process.wait()
        await draining
    finally:
        if process.returncode is None:
            process.kill()
            await process.communicate()


def letters(ear_address: str) -> list[bus.Letter]:
    """What the session service says of a session that Bo speaks in."""
    starting = session_facts.SessionStarting()
    starting.snapshot.bots.add(kind="transcriber").config.update({"language": "en"})
    joined = session_facts.ParticipantJoined(ear_address=ear_address, offset_seconds=0.0)
    joined.participant.id = "prt_bo"
    joined.participant.name = "Bo"
    joined.participant.epoch = 1
    joined.participant.kind = PARTICIPANT_KIND_PERSON
    ending = session_facts.SessionEnding(session_id=SESSION)
    ending.drain_deadline.FromJsonString("2100-01-01T00:00:00Z")
    told: list[Message] = [
        starting, session_facts.SessionStarted(session_id=SESSION), joined, ending,
    ]  # fmt: skip
    return [_letter(number, fact) for number, fact in enumerate(told, start=1)]


def _letter(sequence: int, fact: Message) -> bus.Letter:
    envelope = Envelope(
        id=new_id("evt"),
        message=fact.DESCRIPTOR.full_name,
        workspace_id=WORKSPACE,
        aggregate_id=SESSION,
        aggregate_sequence=sequence,
        meeting_id=MEETING,
        session_id=SESSION,
        payload=fact.SerializeToString(),
    )
    return bus.letter_for(envelope, partition_of(SESSION))


async def told_on(js: JetStreamContext) -> AsyncIterator[Envelope]:
    """The bots' facts as they reach the stream."""
    subscription = await js.subscribe("convene.bots.v1.>", ordered_consumer=True)
    while True:
        message = await subscription.next_msg(timeout=60)
        yield Envelope.FromString(message.data)


async def test_people_are_transcribed_from_a_session_on_the_bus_to_segments_on_the_bus(
    database: MakeDatabase,
    own_nats_server: NatsServer,
    ear: WrittenEar,
    whisper_model: Path,
    tmp_path: Path,
) -> None:
    env = environment(await database("bots", migrated), own_nats_server, whisper_model, tmp_path)
    await ear.say("prt_bo", opus_packets(track_of(LINES)))
    await ear.end("prt_bo")

    async with serving(env) as process, bus.connected(own_nats_server.url, "tests") as client:
        js = client.jetstream()
        await bus.declare_stream(js, "session")
        await bus.publish(client, "session", letters(ear.address))
        heard: list[Envelope] = []
        async for envelope in told_on(js):
            heard.append(envelope)
            if envelope.message == facts.CrewFlushed.DESCRIPTOR.full_name:
                break

    assert process.returncode == 0
    name = facts.TranscriptSegment.DESCRIPTOR.full_name
    segments = [
        facts.TranscriptSegment.FromString(one.payload).segment
        for one in heard
        if one.message == name
    ]
    text = " ".join(segment.text for segment in segments)
    assert word_error_rate([" ".join(line.text for line in LINES)], [text]) < 0.15
    first = segments[0].words[0].start_seconds
    assert abs(first - LINES[0].at_seconds) < 0.6
    assert [one.aggregate_sequence for one in heard] == list(range(1, len(heard) + 1))
