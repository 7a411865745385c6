"""Whether a bot reads words is decided by when they were said, not by when they are recognised."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlalchemy import text

from bots.domain.bot import Bot
from bots.domain.reading import Happened, What
from bots.service import crew
from convene.bots.v1 import events_pb2 as facts
from convene.session.v1 import events_pb2 as session_facts
from convene.session.v1.session_pb2 import PROMPT_KIND_CHAT
from tests.support.crews import MEETING, Replica, Stage, a_caller
from tests.support.eventually import eventually
from tests.support.readers import Counter, counting, found
from tests.support.speech import opus_packets
from tests.support.tones import pause, said, tone


@dataclass
class Scene:
    """A session with bots in which Ada and Bo speak."""

    stage: Stage
    replica: Replica

    async def begins(self, *kinds: str) -> None:
        await self.stage.begins(*kinds)
        for person in ("ada", "bo"):
            await self.stage.joins(person)
        await eventually(self._is_attended)

    async def bot(self, kind: str) -> Bot:
        bots, _ = await self.replica.bots.page(a_caller(), MEETING, 10, "")
        return next(one for one in bots if one.kind == kind)

    async def pauses(self, kind: str) -> None:
        await self.replica.commands.pause(a_caller(), MEETING, (await self.bot(kind)).id)

    async def resumes(self, kind: str) -> None:
        await self.replica.commands.resume(a_caller(), MEETING, (await self.bot(kind)).id)

    async def leaves(self, kind: str) -> None:
        await self.replica.bots.leave(a_caller(), MEETING, (await self.bot(kind)).id)

    async def is_said(self, person: str, word: str, *, at: float, recognised: bool = True) -> None:
        """Have *person* say a *word* from a second on, to be recognised now or when it is freed."""
        if not recognised:
            self.replica.recogniser.held[word] = asyncio.Event()
        await self.stage.ear.rest(person, at)
        before = self.replica.recogniser.waiting
        await self.stage.ear.say(person, said(word))
        if not recognised:
            await eventually(lambda: self.replica.recogniser.waiting > before)

    async def is_noticed(self) -> None:
        """Wait until nobody is heard any longer since the session was at 10 s; Bo is silent."""
        await self.stage.ear.rest("bo", 13)

        async def is_over() -> bool:
            return (
                await self.kept("cursor_sample from tracks where participant_id = 'bo'") > 480_000
            )

        await eventually(is_over)

    async def kept(self, query: str) -> float:
        """The one number that a *query* selects."""
        async with self.stage.database.begin_system() as connection:
            return float((await connection.execute(text(f"select {query}"))).scalar_one())

    async def is_recognised(self, word: str) -> None:
        """Have a *word* be recognised that was said before."""
        self.replica.recogniser.held.pop(word).set()

    async def is_taken_over(self) -> None:
        await self.replica.die()
        self.replica = self.stage.new_replica("second")
        self.replica.start()
        await self.stage.expire_leases()

    async def ends(self) -> None:
        for person in ("ada", "bo"):
            await self.stage.ear.end(person)
        await self.stage.ends()
        await eventually(lambda: self.stage.facts(facts.CrewFlushed), ceiling=20)

    async def finds(self, kind: str, *words: str) -> None:
        """Wait until bots of this *kind* have found these *words*."""

        async def all_of_them() -> bool:
            return await found(self.stage, kind) == list(words)

        await eventually(all_of_them)

    async def has_left(self) -> None:
        await eventually(lambda: self.stage.facts(facts.BotLeft))

    async def _is_attended(self) -> bool:
        return {who for who, _ in self.stage.ear.asked} == {"ada", "bo"}


@pytest.fixture
def scene(stage: Stage, replica: Replica) -> Scene:
    return Scene(stage, replica)


def counters(monkeypatch: pytest.MonkeyPatch, *names: str) -> list[Counter]:
    made = list(counting(monkeypatch, *names))
    for one in made:
        one.sums_up = True
    return made


def what_happened(counter: Counter) -> list[What]:
    """What a bot was told besides words."""
    return [event.what for event in counter.events if isinstance(event, Happened)]


async def test_who_leaves_reads_what_was_said_before_and_nothing_that_was_said_after(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    counters(monkeypatch, "leaver", "stayer")
    await scene.begins("transcriber", "leaver", "stayer")
    await scene.is_said("ada", "alpha", at=1, recognised=False)
    await scene.stage.is_at(10, "ada", "bo")
    await scene.leaves("leaver")
    await scene.is_said("bo", "bravo", at=12)
    await scene.finds("stayer", "bravo")
    await scene.stage.ear.rest("ada", 20)
    await scene.is_recognised("alpha")
    await scene.has_left()

    assert await found(scene.stage, "leaver") == ["alpha", "1"]
    assert await found(scene.stage, "stayer") == ["bravo", "alpha"]
    assert await scene.stage.facts(facts.BotDegraded) == []


async def test_what_was_said_before_a_bot_left_is_read_at_the_replica_that_takes_over(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    leaver, _ = counters(monkeypatch, "leaver", "stayer")
    await scene.begins("transcriber", "leaver", "stayer")
    await scene.is_said("ada", "alpha", at=1, recognised=False)
    await scene.stage.is_at(10, "ada", "bo")
    await scene.leaves("leaver")
    await scene.is_taken_over()
    await scene.is_said("bo", "bravo", at=12)
    await scene.stage.ear.rest("ada", 20)
    await scene.has_left()

    assert await found(scene.stage, "leaver") == ["alpha", "1"]
    assert (leaver.words, leaver.closings) == (["alpha"], 1)


async def test_the_last_that_leaves_still_reads_its_words_at_the_replica_that_takes_over(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    counters(monkeypatch, "leaver")
    await scene.begins("leaver")
    await scene.is_said("ada", "alpha", at=1, recognised=False)
    await scene.stage.is_at(10, "ada", "bo")
    await scene.leaves("leaver")
    await scene.is_taken_over()
    await scene.is_said("bo", "bravo", at=12)
    await scene.stage.ear.rest("ada", 20)
    await scene.has_left()

    assert await found(scene.stage, "leaver") == ["alpha", "1"]
    assert scene.replica.recogniser.heard == ["alpha"]


async def test_the_last_that_leaves_reads_a_sentence_up_to_the_moment_it_was_told(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    (leaver,) = counters(monkeypatch, "leaver")
    await scene.begins("leaver")
    await scene.stage.ear.rest("ada", 7.5)
    await scene.stage.is_at(10, "bo")
    speech = opus_packets(pause(0.5) + tone("alpha", 4.0) + tone("bravo", 6.0) + pause(1.0))
    await scene.stage.ear.say("ada", speech[:50])
    await scene.leaves("leaver")
    await scene.is_noticed()
    await scene.stage.ear.say("ada", speech[50:])
    await scene.has_left()

    assert (leaver.words, (await found(scene.stage, "leaver"))[-1]) == (["alpha"], "1")
    assert await scene.kept("end_seconds from segments") == (await scene.bot("leaver")).deaf_since


async def test_who_leaves_does_not_wait_for_somebody_who_talks_on(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    leaver, _ = counters(monkeypatch, "leaver", "stayer")
    await scene.begins("leaver", "stayer")
    await scene.stage.ear.rest("ada", 9)
    await scene.stage.is_at(10, "bo")
    await scene.leaves("leaver")
    await scene.stage.ear.say("ada", opus_packets(pause(0.5) + tone("alpha", 6.0)))
    await scene.stage.ear.rest("bo", 20)
    await scene.has_left()
    await scene.stage.ear.say("ada", opus_packets(pause(1.0)))
    await scene.finds("stayer", "alpha")

    assert (leaver.words, leaver.closings) == ([], 1)


async def test_words_that_are_never_recognised_keep_nobody_from_leaving(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(crew, "LEAVE_WITHIN", timedelta(seconds=0.3))
    counters(monkeypatch, "leaver", "stayer")
    await scene.begins("leaver", "stayer")
    await scene.is_said("ada", "alpha", at=1, recognised=False)
    await scene.stage.is_at(10, "ada", "bo")
    await scene.leaves("leaver")
    await scene.has_left()

    (degraded,) = await scene.stage.facts(facts.BotDegraded)
    assert degraded.reason == "it left before it had read everything"


async def test_a_transcriber_that_leaves_writes_down_what_was_said_before(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    counters(monkeypatch, "stayer")
    await scene.begins("transcriber", "stayer")
    await scene.is_said("ada", "alpha", at=1, recognised=False)
    await scene.stage.is_at(10, "ada", "bo")
    await scene.leaves("transcriber")
    await scene.is_said("bo", "bravo", at=12)
    await scene.finds("stayer", "bravo")
    await scene.stage.ear.rest("ada", 20)
    await scene.is_recognised("alpha")
    await scene.has_left()

    assert await scene.stage.transcript() == ["alpha"]


async def test_who_leaves_reads_no_chat_that_is_written_after_whatever_it_is_told(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    leaver, stayer = counters(monkeypatch, "leaver", "stayer")
    await scene.begins("leaver", "stayer")
    await scene.is_said("ada", "alpha", at=1, recognised=False)
    await scene.stage.is_at(10, "ada", "bo")
    await scene.leaves("leaver")
    await scene.resumes("leaver")
    chat = session_facts.PromptSent(text="psst")
    chat.prompt.kind = PROMPT_KIND_CHAT
    await scene.stage.tell(chat)
    for person in ("ada", "bo"):
        await scene.stage.ear.rest(person, 20)
    await scene.is_recognised("alpha")
    await scene.finds("stayer", "alpha")
    await scene.has_left()

    assert (what_happened(stayer)[-1], what_happened(leaver)[-1]) == (What.CHAT, What.CLOSING)
    assert What.CHAT not in what_happened(leaver)


@pytest.mark.parametrize("is_killed", [False, True])
async def test_a_paused_bot_reads_what_was_said_before_though_it_is_recognised_later(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, is_killed: bool
) -> None:
    counters(monkeypatch, "counter", "other")
    await scene.begins("counter", "other")
    await scene.is_said("ada", "alpha", at=1, recognised=False)
    await scene.stage.is_at(10, "ada", "bo")
    await scene.pauses("counter")
    if is_killed:
        await scene.is_taken_over()
    else:
        await scene.is_recognised("alpha")

    await scene.finds("counter", "alpha")


@pytest.mark.parametrize("is_killed", [False, True])
async def test_a_bot_does_not_read_what_was_said_in_its_pause_though_it_is_recognised_later(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, is_killed: bool
) -> None:
    counters(monkeypatch, "counter", "other")
    await scene.begins("counter", "other")
    await scene.stage.is_at(10, "ada", "bo")
    await scene.pauses("counter")
    await scene.is_said("ada", "alpha", at=12, recognised=False)
    await scene.stage.is_at(20, "ada", "bo")
    await scene.resumes("counter")
    await scene.is_said("bo", "bravo", at=22)
    if is_killed:
        await scene.is_taken_over()
    else:
        await scene.is_recognised("alpha")
    await scene.ends()

    assert await found(scene.stage, "counter") == ["bravo", "1"]
    assert sorted(await found(scene.stage, "other")) == ["2", "alpha", "bravo"]


async def test_the_transcript_has_what_was_said_outside_of_its_pauses(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    counters(monkeypatch, "counter")
    await scene.begins("counter", "transcriber")
    await scene.is_said("ada", "alpha", at=1, recognised=False)
    await scene.stage.is_at(10, "ada", "bo")
    await scene.pauses("transcriber")
    await scene.is_said("bo", "bravo", at=12, recognised=False)
    await scene.stage.is_at(20, "ada", "bo")
    await scene.resumes("transcriber")
    for word in ("alpha", "bravo"):
        await scene.is_recognised(word)
    await scene.is_said("bo", "charlie", at=22)
    await scene.ends()

    assert sorted(await scene.stage.transcript()) == ["alpha", "charlie"]
    assert sorted(await found(scene.stage, "counter")) == ["3", "alpha", "bravo", "charlie"]


@pytest.mark.parametrize("is_killed", [False, True])
async def test_what_was_said_before_everybody_paused_is_written_down_and_nothing_after_is_heard(
    scene: Scene, is_killed: bool
) -> None:
    await scene.begins("transcriber")
    await scene.is_said("ada", "alpha", at=1, recognised=False)
    await scene.stage.is_at(10, "ada", "bo")
    await scene.pauses("transcriber")
    await scene.is_noticed()
    await scene.is_said("bo", "bravo", at=15)
    if is_killed:
        await scene.is_taken_over()
    else:
        await scene.is_recognised("alpha")
    await eventually(lambda: scene.stage.facts(facts.TranscriptSegment))
    await scene.stage.is_at(20, "ada", "bo")
    await scene.resumes("transcriber")
    await scene.is_said("bo", "charlie", at=22)
    await scene.ends()

    assert await scene.stage.transcript() == ["alpha", "charlie"]
    assert scene.replica.recogniser.heard == ["alpha", "charlie"]


async def test_speech_that_reaches_into_a_pause_is_neither_read_nor_kept_nor_shown(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    counters(monkeypatch, "counter", "other")
    await scene.begins("counter", "other", "transcriber")
    await scene.stage.is_at(10, "bo")
    await scene.stage.ear.rest("ada", 9)
    for kind in ("counter", "transcriber"):
        await scene.pauses(kind)
    await scene.stage.ear.say("ada", opus_packets(pause(0.5) + tone("alpha", 2.0) + pause(1.0)))
    await scene.finds("other", "alpha")
    await scene.stage.is_at(20, "bo")
    await scene.stage.ear.rest("ada", 18)
    for kind in ("counter", "transcriber"):
        await scene.resumes(kind)
    shown = len(scene.replica.partials.shown)
    await scene.stage.ear.say("ada", opus_packets(pause(0.5) + tone("bravo", 3.0) + pause(1.0)))
    await scene.is_said("bo", "charlie", at=22)
    await scene.ends()

    assert await found(scene.stage, "counter") == ["charlie", "1"]
    assert await scene.stage.transcript() == ["charlie"]
    assert "bravo" not in [one.segment.text for one in scene.replica.partials.shown[shown:]]
    assert sorted(await found(scene.stage, "other")) == ["3", "alpha", "bravo", "charlie"]


async def test_words_that_nobody_was_to_hear_are_nowhere(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    counters(monkeypatch, "counter")
    await scene.begins("counter")
    await scene.is_said("ada", "alpha", at=9, recognised=False)
    await scene.stage.joined_ago(9.8)
    await scene.pauses("counter")
    await scene.is_recognised("alpha")
    await scene.stage.is_at(20, "ada", "bo")
    await scene.resumes("counter")
    await scene.is_said("bo", "charlie", at=22)
    await scene.finds("counter", "charlie")

    assert scene.replica.recogniser.heard == ["alpha", "charlie"]
    assert await scene.stage.kept("segments") == 1
