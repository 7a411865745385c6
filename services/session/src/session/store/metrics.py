"""Rows of metrics: the newest figures of a session, or its sealed ones."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from common.db import Transaction
from session.domain.metrics import Metrics, ParticipantMetrics
from session.domain.participants import Role
from session.domain.rooms import Heard


class MetricsRows(Transaction):
    async def put_metrics(self, session_id: str, metrics: Metrics) -> None:
        """Write the newest figures; sealed ones are not written over."""
        participants = [asdict(one) | {"role": one.role.value} for one in metrics.participants]
        counts = {
            count: {who: asdict(one) for who, one in heard.items()}
            for count, heard in metrics.counts.items()
        }
        await self.run(
            """
            insert into metrics (workspace_id, session_id, sealed, formula_version, participants,
                counts, update_time)
            values (:w, :session, :sealed, :version, cast(:participants as jsonb),
                cast(:counts as jsonb), :updated)
            on conflict (session_id) do update set sealed = :sealed, formula_version = :version,
                participants = cast(:participants as jsonb),
                counts = cast(:counts as jsonb), update_time = :updated
            where not metrics.sealed""",
            w=self.caller.workspace_id,
            session=session_id,
            sealed=metrics.sealed,
            version=metrics.formula_version,
            participants=json.dumps(participants),
            counts=json.dumps(counts),
            updated=metrics.update_time,
        )

    async def find_metrics(self, session_id: str) -> Metrics | None:
        rows = await self.run(
            """
            select participants, update_time, sealed, formula_version, counts from metrics
            where session_id = :s""",
            s=session_id,
        )
        row = rows.one_or_none()
        if row is None:
            return None
        return Metrics(
            [_participant(one) for one in row.participants],
            row.update_time,
            row.sealed,
            row.formula_version,
            {
                count: {who: Heard(**one) for who, one in heard.items()}
                for count, heard in row.counts.items()
            },
        )

    async def chat_lines(self, session_id: str) -> Mapping[str, int]:
        """How many lines each participant wrote."""
        rows = await self.run(
            """
            select from_participant_id, count(*) as lines from prompts
            where session_id = :s and kind = 'CHAT' and from_participant_id <> '' group by 1""",
            s=session_id,
        )
        return {row.from_participant_id: row.lines for row in rows}


def _participant(kept: Mapping[str, Any]) -> ParticipantMetrics:
    return ParticipantMetrics(**{**kept, "role": Role(kept["role"])})
