"""The clock: database time, moved forward for a test workspace and for nobody else."""

from common.db import Database, Transaction
from common.errors import Forbidden
from common.principal import Principal


class ClockNotMovable(Forbidden):
    def __init__(self) -> None:
        super().__init__("only a test key's workspace has a clock that can be moved")


async def move(tx: Transaction, seconds: int, key: str) -> int:
    """Move the clock of *tx*'s workspace as ``advance`` does, when *tx* commits."""
    if not tx.caller.test:
        raise ClockNotMovable
    found = await tx.run(
        """
        insert into clock_offsets (workspace_id, by_seconds, last_key)
        values (:w, :seconds, :key)
        on conflict (workspace_id) do update set
            by_seconds = clock_offsets.by_seconds
                + case when clock_offsets.last_key = :key then 0 else :seconds end,
            last_key = :key
        returning by_seconds""",
        w=tx.caller.workspace_id,
        seconds=seconds,
        key=key,
    )
    tx.armed = True
    ahead: int = found.scalar_one()
    return ahead


async def advance(db: Database, caller: Principal, seconds: int, key: str) -> int:
    """Move the workspace's clock forward by whole *seconds*; the same *key* moves it once.

    Returns how many seconds it now runs ahead. Raises ``ClockNotMovable`` outside a test
    workspace.
    """
    async with db.begin(caller, Transaction) as tx:
        return await move(tx, seconds, key)
