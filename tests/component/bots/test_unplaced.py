"""What an autoscaler counts: the sessions that no replica works for."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from bots.store import CREW, Store
from common.db import Transaction
from common.leases import Leases
from tests.support.crews import SESSION, Stage
from tests.support.services import a_caller


async def counted(stage: Stage) -> list[str]:
    async with stage.database.begin_system() as connection:
        found = await connection.execute(
            text("select session_id from unplaced_runs order by create_time")
        )
        return [row.session_id for row in found]


async def unplaced(stage: Stage) -> list[str]:
    """What replicas would take, which is what the autoscaler must count."""
    return [name.removeprefix(CREW) for name in await Store(stage.database).unplaced()]


async def test_a_session_counts_until_a_replica_takes_it_and_again_once_that_is_dead(
    stage: Stage,
) -> None:
    await stage.begins("transcriber")
    await stage.begins("transcriber", session="ses_2")
    assert await counted(stage) == [SESSION, "ses_2"] == await unplaced(stage)

    await Leases(stage.database, "first").acquire(CREW + SESSION)
    assert await counted(stage) == ["ses_2"] == await unplaced(stage)

    await stage.expire_leases()
    assert await counted(stage) == [SESSION, "ses_2"] == await unplaced(stage)


async def test_a_session_without_bots_counts_for_nothing(stage: Stage) -> None:
    await stage.begins()

    assert await counted(stage) == [] == await unplaced(stage)


async def test_a_session_that_ends_counts_until_its_words_are_flushed(stage: Stage) -> None:
    await stage.begins("transcriber")
    await stage.joins("ada")
    await stage.ends()
    assert await counted(stage) == [SESSION] == await unplaced(stage)

    async with stage.database.begin_system() as connection:
        await connection.execute(text("update crews set state = 'FLUSHED'"))
    assert await counted(stage) == [] == await unplaced(stage)


async def test_the_login_of_the_service_cannot_look_past_its_workspace_through_it(
    stage: Stage,
) -> None:
    with pytest.raises(DBAPIError, match="permission denied for view unplaced_runs"):
        await looked(stage)


async def looked(stage: Stage) -> None:
    async with stage.database.begin(a_caller(), Transaction) as tx:
        await tx.run("select * from unplaced_runs")
