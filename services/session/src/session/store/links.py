"""Rows of join links."""

from collections.abc import Sequence
from typing import Any

from common.db import Transaction
from session.domain.links import JoinLink, JoinLinkNotFound, LinkId
from session.domain.participants import ParticipantKind, Role

_COLUMNS = "id, meeting_id, kind, role, name, single_use, expire_time, revoked, uses, recast"


class LinkRows(Transaction):
    async def add_link(self, link: JoinLink) -> None:
        """Insert it; one that is there stays as it is."""
        await self.run(
            """
            insert into join_links (workspace_id, id, meeting_id, kind, role, name, single_use,
                                    expire_time, revoked, uses)
            values (:w, :id, :m, :kind, :role, :name, :once, :expires, false, 0)
            on conflict (id) do nothing""",
            w=self.caller.workspace_id,
            id=link.id,
            m=link.meeting_id,
            kind=link.kind.value,
            role=link.role.value,
            name=link.name,
            once=link.single_use,
            expires=link.expire_time,
        )

    async def save_link(self, link: JoinLink) -> None:
        await self.run(
            "update join_links set revoked = :revoked, uses = :uses where id = :id",
            id=link.id,
            revoked=link.revoked,
            uses=link.uses,
        )

    async def recast_link(self, link: JoinLink) -> None:
        """Keep that the invitation of *link* has its role now, whatever the link itself says."""
        await self.run(
            """
            insert into join_links (workspace_id, id, meeting_id, kind, role, name, single_use,
                                    revoked, uses, recast)
            values (:w, :id, :m, :kind, :role, '', false, false, 0, true)
            on conflict (id) do update set role = excluded.role, recast = true""",
            w=self.caller.workspace_id,
            id=link.id,
            m=link.meeting_id,
            kind=link.kind.value,
            role=link.role.value,
        )

    async def link(self, meeting_id: str, link_id: str) -> JoinLink:
        """The link, held until the commit; raises ``JoinLinkNotFound``."""
        rows = await self.run(
            f"select {_COLUMNS} from join_links where id = :id and meeting_id = :m for update",
            id=link_id,
            m=meeting_id,
        )
        row = rows.one_or_none()
        if row is None:
            raise JoinLinkNotFound(link_id)
        return _link(row)

    async def newest_links(
        self, meeting_id: str, limit: int, before: str = ""
    ) -> Sequence[JoinLink]:
        rows = await self.run(
            f"""
            select {_COLUMNS} from join_links where meeting_id = :m and not starts_with(id, 'inv_')
            and (:before = '' or id < :before) order by id desc limit :limit""",
            m=meeting_id,
            before=before,
            limit=limit,
        )
        return [_link(row) for row in rows]


def _link(row: Any) -> JoinLink:
    return JoinLink(
        **dict(row._mapping)
        | {
            "id": LinkId(row.id),
            "kind": ParticipantKind(row.kind),
            "role": Role(row.role),
        }
    )
