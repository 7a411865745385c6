"""Rows of policies, and of what fired by them."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from bots.domain.act import Act
from bots.domain.insight import Insight
from bots.domain.policy import AppliesTo, Policy, PolicyId, PolicyNotFound, PolicyState
from bots.store import rows
from bots.store.doing import act_of
from common.db import Transaction


class PolicyRows(Transaction):
    async def get_policy(self, policy_id: str, *, lock: bool = False) -> Policy:
        """The policy, held against other writers when *lock* is set; raises ``PolicyNotFound``."""
        found = await self.run(
            f"select * from policies where id = :id {'for update' if lock else ''}", id=policy_id
        )
        row = found.one_or_none()
        if row is None:
            raise PolicyNotFound(policy_id)
        return _policy_of(row)

    async def policies_of(self, policy_ids: Sequence[str]) -> Sequence[Policy]:
        """Those of *policy_ids* that there are."""
        found = await self.run(
            "select * from policies where id = any(:ids) order by create_time, id",
            ids=list(policy_ids),
        )
        return [_policy_of(row) for row in found]

    async def policies_for(self, tags: Sequence[str]) -> Sequence[Policy]:
        """The enabled policies that come to a meeting with *tags* by themselves, oldest first."""
        found = await self.run(
            """
            select * from policies where state = 'ENABLED'
            and (all_meetings or tags && cast(:tags as text[]))
            order by create_time, id""",
            tags=list(tags),
        )
        return [_policy_of(row) for row in found]

    async def count_policies(self) -> tuple[int, int]:
        """How many policies the workspace keeps, and how many of them come by themselves."""
        # One after the other: two that are made at once would not see each other.
        await self.run(
            "select pg_advisory_xact_lock(hashtextextended(:key, 0))",
            key=f"policies {self.caller.workspace_id}",
        )
        found = await self.run(
            """
            select count(*) as kept, count(*) filter (where state = 'ENABLED'
                and (all_meetings or tags <> '{}')) as coming from policies"""
        )
        row = found.one()
        return row.kept, row.coming

    async def add_policy(self, policy: Policy) -> None:
        await self.run(
            """
            insert into policies (workspace_id, id, name, description, state, rules, all_meetings,
                                  tags, create_time, update_time)
            values (:w, :id, :name, :description, :state, cast(:rules as jsonb), :all, :tags, :at,
                    :at)""",
            w=self.caller.workspace_id,
            at=policy.create_time,
            **_columns_of(policy),
        )

    async def save_policy(self, policy: Policy) -> Policy:
        """Write a locked policy back; it gets its next version."""
        saved = await self.run(
            """
            update policies set name = :name, description = :description, state = :state,
                rules = cast(:rules as jsonb), all_meetings = :all, tags = :tags,
                version = version + 1, update_time = :at
            where id = :id returning *""",
            at=policy.update_time,
            **_columns_of(policy),
        )
        return _policy_of(saved.one())

    async def drop_policy(self, policy_id: str) -> None:
        await self.run("delete from policies where id = :id", id=policy_id)

    async def page_of_policies(
        self, after: tuple[datetime, str] | None, limit: int
    ) -> Sequence[Policy]:
        """Policies, newest first, after the one that was made then and has this id."""
        rest = "where (create_time, id) < (:at, :last)" if after else ""
        found = await self.run(
            f"select * from policies {rest} order by create_time desc, id desc limit :limit",
            limit=limit,
            **({"at": after[0], "last": after[1]} if after else {}),
        )
        return [_policy_of(row) for row in found]

    async def page_of_firings(
        self, policy_id: str, after: tuple[datetime, str] | None, limit: int
    ) -> Sequence[Insight]:
        """What a policy fired for in all meetings, newest first, after what has these keys."""
        rest = "and (create_time, id) < (:at, :last)" if after else ""
        found = await self.run(
            f"""
            select * from insights where details ->> 'policy_id' = :policy
            and details ->> 'policy_id' <> '' {rest}
            order by create_time desc, id desc limit :limit""",
            policy=policy_id,
            limit=limit,
            **({"at": after[0], "last": after[1]} if after else {}),
        )
        return [rows.insight_of(row) for row in found]

    async def acts_for(self, insight_ids: Sequence[str]) -> Sequence[Act]:
        """What was asked for because of these insights, in the order in which it was."""
        found = await self.run(
            "select * from acts where evidence -> 'insight_ids' ?| cast(:ids as text[]) "
            "order by position",
            ids=list(insight_ids),
        )
        return [act_of(row) for row in found]


def _columns_of(policy: Policy) -> dict[str, Any]:
    return {
        "id": policy.id,
        "name": policy.name,
        "description": policy.description,
        "state": policy.state.value,
        "rules": json.dumps(list(policy.rules)),
        "all": policy.applies_to.all,
        "tags": list(policy.applies_to.tags),
    }


def _policy_of(row: Any) -> Policy:
    return Policy(
        id=PolicyId(row.id),
        name=row.name,
        description=row.description,
        state=PolicyState(row.state),
        rules=row.rules,
        applies_to=AppliesTo(row.all_meetings, tuple(row.tags)),
        create_time=row.create_time,
        update_time=row.update_time,
        version=row.version,
    )
