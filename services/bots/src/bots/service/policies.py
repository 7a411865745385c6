"""What callers do with policies: keep them, change them, and see what fired by them."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from bots.domain.act import Act
from bots.domain.insight import Insight
from bots.domain.policy import (
    AppliesTo,
    InvalidRule,
    Policy,
    PolicyId,
    PolicyState,
    TooManyComing,
    TooManyPolicies,
)
from bots.kinds.policies.checking import check_rules
from bots.service.briefing import check_brought
from bots.store import Store
from common.errors import InvalidPageToken
from common.ids import new_id
from common.pages import keys_of, page_size, token_for
from common.principal import Principal

MOST_POLICIES_KEPT: Final = 200
# Enabled ones that come to meetings by themselves: any of them may come to the same.
MOST_COMING: Final = 20
LARGEST_RULES_BYTES: Final = 64 * 1024


@dataclass(frozen=True, slots=True)
class Draft:
    """What a caller writes of a policy."""

    name: str
    description: str
    state: PolicyState
    rules: Sequence[Mapping[str, Any]]
    applies_to: AppliesTo


@dataclass(frozen=True, slots=True)
class Firing:
    """A rule that fired, and what was asked for because of it."""

    insight: Insight
    acts: Sequence[Act]


class Policies:
    def __init__(self, store: Store) -> None:
        self._store = store

    async def create(self, caller: Principal, draft: Draft) -> Policy:
        """Raises ``InvalidRule``, ``TooManyPolicies`` or ``TooManyComing``."""
        # Patterns take a while to be made, and others are served meanwhile.
        await asyncio.to_thread(check_kept, draft.rules)
        async with self._store.begin(caller) as tx:
            kept, coming = await tx.count_policies()
            if kept >= MOST_POLICIES_KEPT:
                raise TooManyPolicies(MOST_POLICIES_KEPT)
            made = Policy(
                PolicyId(new_id("pol")),
                draft.name,
                draft.description,
                draft.state,
                draft.rules,
                draft.applies_to,
                tx.now,
                tx.now,
            )
            if made.comes_by_itself and coming >= MOST_COMING:
                raise TooManyComing(MOST_COMING)
            await tx.add_policy(made)
            return made

    async def get(self, caller: Principal, policy_id: str) -> Policy:
        """Raises ``PolicyNotFound``."""
        async with self._store.begin(caller) as tx:
            return await tx.get_policy(policy_id)

    async def page(self, caller: Principal, size: int, token: str) -> tuple[Sequence[Policy], str]:
        """The policies, newest first, and the next page's token."""
        limit = page_size(size)
        async with self._store.begin(caller) as tx:
            found = await tx.page_of_policies(_place_of(token), limit + 1)
        if len(found) <= limit:
            return found, ""
        last = found[limit - 1]
        return found[:limit], token_for(last.create_time.isoformat(), last.id)

    async def update(
        self, caller: Principal, policy_id: str, draft: Draft, named: Sequence[str], etag: str
    ) -> Policy:
        """Change the *named* fields. Raises ``PolicyNotFound``, ``EtagMismatch``, ``InvalidRule``.

        A session that has begun keeps the version that it began with.
        """
        changes = {name: getattr(draft, name) for name in {one.split(".")[0] for one in named}}
        await asyncio.to_thread(check_kept, changes.get("rules", ()))
        async with self._store.begin(caller) as tx:
            before = await tx.get_policy(policy_id, lock=True)
            before.check_etag(etag)
            after = replace(before, **changes)
            if after == before:
                return before
            if after.comes_by_itself > before.comes_by_itself:
                _, coming = await tx.count_policies()
                if coming >= MOST_COMING:
                    raise TooManyComing(MOST_COMING)
            return await tx.save_policy(replace(after, update_time=tx.now))

    async def delete(self, caller: Principal, policy_id: str, etag: str) -> None:
        """What fired by it stays. Raises ``PolicyNotFound`` or ``EtagMismatch``."""
        async with self._store.begin(caller) as tx:
            policy = await tx.get_policy(policy_id, lock=True)
            policy.check_etag(etag)
            await tx.drop_policy(policy_id)

    async def firings(
        self, caller: Principal, policy_id: str, size: int, token: str
    ) -> tuple[Sequence[Firing], str]:
        """What a policy fired for, newest first, and the next page's token.

        Raises ``PolicyNotFound`` for one that is not there and never fired.
        """
        limit = page_size(size)
        async with self._store.begin(caller) as tx:
            found = await tx.page_of_firings(policy_id, _place_of(token), limit + 1)
            if not found and not token:
                await tx.get_policy(policy_id)
            acts = await tx.acts_for([one.id for one in found[:limit]])
        firings = [
            Firing(one, [act for act in acts if one.id in act.insight_ids]) for one in found[:limit]
        ]
        if len(found) <= limit:
            return firings, ""
        last = found[limit - 1]
        return firings, token_for(last.create_time.isoformat(), last.id)


def check_kept(rules: Sequence[Mapping[str, Any]]) -> None:
    """Raise ``InvalidRule`` for rules that cannot be run, or are too many letters."""
    check_rules(rules, "rules")
    check_brought(rules, "rules")
    size = len(json.dumps(list(rules)))
    if size > LARGEST_RULES_BYTES:
        raise InvalidRule("rules", f"has {size} bytes; {LARGEST_RULES_BYTES} is the most")


def _place_of(token: str) -> tuple[datetime, str] | None:
    keys = keys_of(token, 2)
    if keys is None:
        return None
    try:
        at = datetime.fromisoformat(str(keys[0]))
    except ValueError:
        raise InvalidPageToken from None
    if at.tzinfo is None:
        raise InvalidPageToken
    return at, str(keys[1])
