"""A transcript in another language: as far as it was translated, and honest about the rest."""

from typing import Any

from google.protobuf import struct_pb2
from grpc import aio

from convene.artifacts.v1 import artifacts_pb2 as pb
from convene.bots.v1 import bots_pb2
from convene.bots.v1 import events_pb2 as bots_events
from tests.support.artifacts import Scene, a_segment
from tests.support.eventually import eventually
from tests.support.services import metadata


async def translate(scene: Scene, number: int, text: str, language: str = "es") -> None:
    details = struct_pb2.Struct()
    details.update({"language": language, "engine": "apertium"})
    insight = bots_pb2.Insight(
        id=f"ins_{number}_{language}",
        kind="translation",
        segment_ids=[f"seg_{number}"],
        text=text,
        details=details,
    )
    await scene.bots.announce(bots_events.InsightFound(insight=insight))


async def transcript(scene: Scene, **changes: Any) -> pb.GetTranscriptResponse:
    request = pb.GetTranscriptRequest(meeting_id=scene.meeting_id, **changes)
    return await scene.stub.GetTranscript(request, metadata=metadata(scene.caller))


async def test_a_transcript_is_told_in_a_language_as_far_as_it_was_translated(
    scene: Scene,
) -> None:
    words = [bots_pb2.Word(text="Good", end_seconds=0.4)]
    await scene.start("transcriber", "translator")
    await scene.say(a_segment(1, text="Good morning.", words=words), a_segment(2, text="Goodbye."))
    await translate(scene, 1, "Buenos días.")
    await translate(scene, 1, "Bom dia.", "pt")
    await eventually(lambda: _is_told(scene, "es", "Buenos días."))

    told, as_said = await transcript(scene, language="es"), await transcript(scene)

    assert told.language == "es"
    assert [(one.text, one.language, one.translated_by) for one in told.segments] == [
        ("Buenos días.", "es", "apertium"),
        ("Goodbye.", "en", ""),
    ]
    assert not told.segments[0].words
    assert [one.text for one in as_said.segments] == ["Good morning.", "Goodbye."]
    assert as_said.segments[0].words
    assert await transcript(scene, language="es-MX") == told
    page = await transcript(scene, language="es", format="txt")
    assert "Buenos días." in page.text
    assert "Good morning." not in page.text


async def test_a_translation_that_comes_again_takes_the_place_of_the_former(
    scene: Scene,
) -> None:
    await scene.start("transcriber")
    await scene.say(a_segment(1))
    await translate(scene, 1, "Antes.")
    await translate(scene, 1, "Después.")

    await eventually(lambda: _is_told(scene, "es", "Después."))


async def test_what_else_bots_find_is_no_translation(scene: Scene) -> None:
    await scene.start("transcriber")
    await scene.say(a_segment(1, text="Good morning."))
    other = bots_pb2.Insight(id="ins_1", kind="topic", segment_ids=["seg_1"], text="Greetings")
    await scene.bots.announce(bots_events.InsightFound(insight=other))
    await translate(scene, 1, "Buenos días.")

    await eventually(lambda: _is_told(scene, "es", "Buenos días."))
    (told,) = (await transcript(scene, language="")).segments
    assert told.text == "Good morning."


async def _is_told(scene: Scene, language: str, text: str) -> bool:
    try:
        told = await transcript(scene, language=language)
    except aio.AioRpcError:
        # The session was not heard of yet.
        return False
    return bool(told.segments) and told.segments[0].text == text
