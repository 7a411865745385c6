"""A crew outlives its replica: each segment is there exactly once, whoever wrote it."""

from common.leases import Lease
from convene.bots.v1 import events_pb2 as facts
from tests.support.crews import Replica, Stage
from tests.support.eventually import eventually
from tests.support.tones import PITCHES, said

WORDS = list(PITCHES)[:5]


async def flushed(stage: Stage) -> list[str]:
    await eventually(lambda: stage.facts(facts.CrewFlushed))
    return await stage.transcript()


async def begun(stage: Stage) -> None:
    """A session in which Ada has said half of the words."""
    await stage.begins("transcriber")
    await stage.joins("ada")
    await stage.ear.say("ada", said(*WORDS)[:250])


async def test_a_crew_that_is_killed_is_taken_over_without_loss_or_repetition(
    stage: Stage, replica: Replica
) -> None:
    await begun(stage)
    await eventually(lambda: len(replica.recogniser.heard) >= 2)
    await replica.die()
    await stage.ear.say("ada", said(*WORDS)[250:])
    await stage.ear.end("ada")
    await stage.ends()
    second = stage.new_replica("second")
    second.start()
    await stage.expire_leases()

    assert await flushed(stage) == WORDS
    assert len(await stage.facts(facts.BotJoined)) == 1
    assert len(second.recogniser.heard) < len(WORDS)


async def test_a_crew_killed_in_the_middle_of_a_word_hears_it_again(
    stage: Stage, replica: Replica
) -> None:
    replica.recogniser.free.clear()
    await begun(stage)
    await eventually(lambda: stage.facts(facts.BotJoined))
    await replica.die()
    await stage.ear.say("ada", said(*WORDS)[250:])
    await stage.ear.end("ada")
    await stage.ends()
    stage.new_replica("second").start()
    await stage.expire_leases()

    assert await flushed(stage) == WORDS


async def test_a_crew_that_is_stopped_hands_over_at_once(stage: Stage, replica: Replica) -> None:
    await begun(stage)
    await eventually(lambda: replica.recogniser.heard)
    await replica.stop()
    stage.new_replica("second").start()
    await stage.ear.say("ada", said(*WORDS)[250:])
    await stage.ear.end("ada")
    await stage.ends()

    assert await flushed(stage) == WORDS


async def test_a_replica_that_does_not_know_it_was_replaced_writes_nothing(
    stage: Stage, replica: Replica
) -> None:
    async def believes(lease: Lease) -> bool:
        return True

    async def takes_nothing(name: str) -> Lease | None:
        return None

    replica.leases.renew = believes  # type: ignore[method-assign]
    replica.leases.is_dead = True
    replica.recogniser.free.clear()
    await begun(stage)
    await eventually(lambda: replica.recogniser.waiting)
    # Once it learns of its loss it could take the crew again, ahead of the second.
    replica.leases.acquire = takes_nothing  # type: ignore[method-assign]
    await stage.expire_leases()
    second = stage.new_replica("second")
    second.start()
    await eventually(lambda: second.recogniser.heard)
    replica.recogniser.free.set()
    await stage.ear.say("ada", said(*WORDS)[250:])
    await stage.ear.end("ada")
    await stage.ends()

    assert await flushed(stage) == WORDS


async def test_two_replicas_share_a_session_without_a_word_twice(stage: Stage) -> None:
    for name in ("first", "second"):
        stage.new_replica(name).start()
    await begun(stage)
    await stage.ear.say("ada", said(*WORDS)[250:])
    await stage.ear.end("ada")
    await stage.ends()

    assert await flushed(stage) == WORDS
    assert (await stage.told()).count("CrewFlushed") == 1
