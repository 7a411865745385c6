"""A call with a key, over real gRPC and PostgreSQL: one effect and one answer, however often."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest
from grpc import StatusCode, aio
from sqlalchemy import text

from common import rpc
from common.db import Database, Transaction
from common.errors import InvalidInput
from common.principal import Principal
from tests.support.eventually import eventually
from tests.support.probe import a_probe, ask
from tests.support.services import a_caller, metadata, served


class Rooms:
    """A service whose calls each announce one fact, in one transaction or in two."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self.crash_after_first = False
        self.gate = asyncio.Event()
        self.gate.set()
        self.begun = 0

    async def write(self, words: str) -> str:
        """One effect, one transaction; what it answers is never the same twice."""
        async with self._db.begin(rpc.caller(), Transaction) as tx:
            await self._note(tx, words)
            self.begun += 1
            await self.gate.wait()
            if words == "refuse":
                raise InvalidInput("refused")
        return f"answer {self.begun}"

    async def twice(self, words: str) -> str:
        """Two transactions; the steps are keyed, as those of every longer call have to be."""
        async with self._db.begin(rpc.caller(), Transaction) as tx:
            await self._note(tx, f"{words} first")
        async with self._db.begin(rpc.caller(), Transaction) as tx:
            if self.crash_after_first:
                raise RuntimeError("the process dies here")
            await self._note(tx, f"{words} second")
        return "both"

    async def _note(self, tx: Transaction, name: str) -> None:
        await tx.run(
            """
            insert into progress (workspace_id, consumer, aggregate_id, sequence)
            values (:w, 'notes', :name, 1)
            on conflict (consumer, aggregate_id) do update set sequence = progress.sequence + 1""",
            w=tx.caller.workspace_id,
            name=f"{tx.caller.workspace_id} {name}",
        )

    async def noted(self, caller: Principal) -> dict[str, int]:
        """How often each effect was committed."""
        async with self._db.begin(caller, Transaction) as tx:
            found = await tx.run("select aggregate_id, sequence from progress")
            return {row.aggregate_id.split(" ", 1)[1]: row.sequence for row in found}


@pytest.fixture
def rooms(db: Database) -> Rooms:
    return Rooms(db)


@pytest.fixture
async def channel(rooms: Rooms) -> AsyncIterator[aio.Channel]:
    answers = {"Write": rooms.write, "Also": rooms.twice, "Open": rooms.write}
    async with served(a_probe(answers)) as one:
        yield one


async def insisting(channel: aio.Channel, caller: Principal, key: str) -> tuple[str, int]:
    """The answer, asked for until it comes, and how often it was still in flight."""
    refused = 0
    while True:
        try:
            answer = await ask(channel, "Write", metadata=metadata(caller, key))
        except aio.AioRpcError as error:
            if error.code() is not StatusCode.ABORTED:
                raise
            refused += 1
            await asyncio.sleep(0.02)
        else:
            return answer, refused


async def test_sixteen_calls_at_once_have_one_effect_and_one_answer(
    db: Database, rooms: Rooms, channel: aio.Channel
) -> None:
    caller = a_caller()
    other = Rooms(db)
    other.begun = 100
    async with AsyncExitStack() as stack:
        second = await stack.enter_async_context(served(a_probe(other.write)))
        found = await asyncio.gather(
            *(insisting((channel, second)[n % 2], caller, "k") for n in range(16))
        )

    assert len({answer for answer, _ in found}) == 1
    assert await rooms.noted(caller) == {"hello": 1}


async def test_a_call_in_flight_is_said_to_be_and_when_to_come_back(
    rooms: Rooms, channel: aio.Channel
) -> None:
    rooms.gate.clear()
    mine = metadata(a_caller(), "k")
    first = asyncio.create_task(ask(channel, "Write", metadata=mine))
    await eventually(lambda: rooms.begun == 1)

    with pytest.raises(aio.AioRpcError) as refused:
        await ask(channel, "Write", metadata=mine)

    assert refused.value.code() is StatusCode.ABORTED
    rooms.gate.set()
    assert await first == await ask(channel, "Write", metadata=mine)


async def test_another_request_with_the_same_key_is_refused(
    rooms: Rooms, channel: aio.Channel
) -> None:
    caller = a_caller()
    await ask(channel, "Write", "one", metadata=metadata(caller, "k"))

    with pytest.raises(aio.AioRpcError) as refused:
        await ask(channel, "Write", "other", metadata=metadata(caller, "k"))

    assert refused.value.code() is StatusCode.INVALID_ARGUMENT
    assert await rooms.noted(caller) == {"one": 1}


async def test_a_call_that_was_refused_stores_nothing_under_its_key(
    rooms: Rooms, channel: aio.Channel
) -> None:
    caller = a_caller()
    for words in ("refuse", "a text that is longer than its rule allows"):
        with pytest.raises(aio.AioRpcError):
            await ask(channel, "Write", words, metadata=metadata(caller, "k"))

    await ask(channel, "Write", "fine", metadata=metadata(caller, "k"))

    assert await rooms.noted(caller) == {"fine": 1}


async def test_a_key_means_nothing_in_another_workspace_for_another_caller_or_method(
    rooms: Rooms, channel: aio.Channel
) -> None:
    mine = a_caller()
    colleague = a_caller(workspace_id=mine.workspace_id, id="key_2")
    for caller in (mine, colleague, a_caller()):
        await ask(channel, "Write", metadata=metadata(caller, "k"))
    await ask(channel, "Open", metadata=metadata(mine, "k"))

    assert await rooms.noted(mine) == {"hello": 3}


async def test_a_retry_after_a_crash_between_two_transactions_completes_the_work(
    rooms: Rooms, channel: aio.Channel
) -> None:
    caller = a_caller()
    rooms.crash_after_first = True
    with pytest.raises(aio.AioRpcError):
        await ask(channel, "Also", metadata=metadata(caller, "k"))
    assert await rooms.noted(caller) == {"hello first": 1}

    rooms.crash_after_first = False
    answers = [await ask(channel, "Also", metadata=metadata(caller, "k")) for _ in range(2)]

    assert answers == ["both", "both"]
    assert await rooms.noted(caller) == {"hello first": 2, "hello second": 1}


async def test_a_caller_who_goes_away_in_the_middle_leaves_nothing_and_may_ask_again(
    rooms: Rooms, channel: aio.Channel
) -> None:
    caller = a_caller()
    rooms.gate.clear()
    with pytest.raises(aio.AioRpcError):
        await ask(channel, "Write", metadata=metadata(caller, "k"), timeout=0.3)
    rooms.gate.set()

    await insisting(channel, caller, "k")

    assert await rooms.noted(caller) == {"hello": 1}


async def test_a_key_without_visible_letters_is_refused(channel: aio.Channel) -> None:
    with pytest.raises(aio.AioRpcError) as refused:
        await ask(channel, "Write", metadata=metadata(a_caller(), "x" * 256))
    assert refused.value.code() is StatusCode.INVALID_ARGUMENT


async def test_answers_are_kept_across_a_restart_of_the_service(db: Database) -> None:
    caller, answers = a_caller(), []
    for begun in (0, 10):
        rooms = Rooms(db)
        rooms.begun = begun
        async with served(a_probe(rooms.write)) as channel:
            answers.append(await ask(channel, "Write", metadata=metadata(caller, "k")))
    async with db.begin_system() as connection:
        kept = (await connection.execute(text("select count(*) from idempotency"))).scalar_one()

    assert answers == ["answer 1", "answer 1"]
    assert kept == 1
