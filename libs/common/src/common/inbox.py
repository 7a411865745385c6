"""The inbox: a fact's row in it commits with the fact's effect, so that neither comes twice."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from common.db import Database, Transaction
from convene.common.v1.envelope_pb2 import Envelope


class AlreadyApplied(Exception):
    """This consumer has had the fact's effect before."""


@dataclass
class OnceApplied:
    """The errand of a fact: its inbox row and the aggregate's progress commit with its effect."""

    consumer: str
    envelope: Envelope
    commits: bool = False
    _joined: Transaction | None = field(default=None, init=False)

    async def join(self, tx: Transaction) -> None:
        # A transaction that came to nothing took the row with it: the next one needs it again.
        if self.joined:
            return
        self._joined = tx
        row = await tx.run(
            """
            with had as (
                insert into inbox (workspace_id, consumer, event_id) values (:w, :c, :e)
                on conflict do nothing returning 1),
            went as (
                insert into progress (workspace_id, consumer, aggregate_id, sequence)
                select :w, :c, :a, :n from had
                on conflict (consumer, aggregate_id) do update set sequence = :n
                where progress.sequence < :n returning 1)
            select count(*) from went""",
            w=self.envelope.workspace_id,
            c=self.consumer,
            e=self.envelope.id,
            a=self.envelope.aggregate_id,
            n=self.envelope.aggregate_sequence,
        )
        if not row.scalar_one():
            raise AlreadyApplied

    async def touch(self, tx: Transaction, keys: Sequence[str]) -> None:
        return

    async def finish(self, tx: Transaction) -> None:
        return

    def take(self, db: Database, tx: Transaction) -> None:
        raise AssertionError("an inbox row commits with its effect")

    @property
    def joined(self) -> bool:
        return self._joined is not None and not self._joined.undone
