"""Rows of sessions."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

from common import telemetry
from common.db import Transaction
from common.errors import Conflict
from session.domain.policies import Policy, ScheduledEnd
from session.domain.sessions import (
    Actor,
    EndReason,
    NoLiveSession,
    Session,
    SessionId,
    SessionNotFound,
    SessionState,
)

_COLUMNS = """
    id, meeting_id, occurrence_id, title, node, policy, snapshot, planned_end_time, test, crewed,
    state, end_reason, end_text, ended_by_kind, ended_by_id, held, locked, host_present,
    recording_state, recording_id, room_open_time, transcribed, flushed, drained, room_closed,
    failure, create_time, start_time, end_time, extended_seconds, version"""


class SessionRows(Transaction):
    async def add_session(self, session: Session) -> bool:
        """Insert it; false when its meeting has an unfinished session already."""
        values = _values(session)
        names = ", ".join(values)
        places = ", ".join(f":{name}" for name in values).replace(
            ":policy", "cast(:policy as jsonb)"
        )
        added = await self.run(
            f"""
            insert into sessions (workspace_id, traceparent, {names})
            values (:w, :trace, {places})
            on conflict (workspace_id, meeting_id) where state not in ('ENDED', 'FAILED')
            do nothing""",
            w=self.caller.workspace_id,
            trace=telemetry.traceparent(),
            **values,
        )
        return bool(added.rowcount)

    async def save_session(self, session: Session) -> Session:
        """Write *session* over the version that was read; raises ``Conflict``."""
        saved = replace(session, version=session.version + 1)
        values = _values(saved)
        places = ", ".join(
            f"{name} = :{name}" for name in values if name not in {"id", "policy", "snapshot"}
        )
        done = await self.run(
            f"update sessions set {places} where id = :id and version = :was",
            was=session.version,
            **{name: value for name, value in values.items() if name not in {"policy", "snapshot"}},
        )
        if not done.rowcount:
            raise Conflict(f"session {session.id} changed meanwhile", session_id=session.id)
        return saved

    async def session(self, session_id: str, meeting_id: str = "") -> Session:
        """Raises ``SessionNotFound``, also when it is not one of *meeting_id*'s."""
        return await self._one(session_id, meeting_id, "")

    async def session_to_change(self, session_id: str, meeting_id: str = "") -> Session:
        """The same, holding off every other change of this session until the commit."""
        return await self._one(session_id, meeting_id, "for update")

    async def find_session_to_change(self, session_id: str) -> Session | None:
        """The same, and ``None`` when there is no such session."""
        rows = await self.run(
            f"select {_COLUMNS} from sessions where id = :id for update", id=session_id
        )
        return self._read(rows.one_or_none())

    async def find_live_session(self, meeting_id: str) -> Session | None:
        """The unfinished session of a meeting, held until the commit."""
        rows = await self.run(
            f"""
            select {_COLUMNS} from sessions where meeting_id = :m
            and state not in ('ENDED', 'FAILED') for update""",
            m=meeting_id,
        )
        return self._read(rows.one_or_none())

    async def named_session(self, meeting_id: str, name: str) -> Session:
        """By its id or as `active`; raises ``NoLiveSession`` or ``SessionNotFound``."""
        if name != "active":
            return await self.session(name, meeting_id)
        rows = await self.run(
            f"""
            select {_COLUMNS} from sessions where meeting_id = :m
            and state not in ('ENDED', 'FAILED')""",
            m=meeting_id,
        )
        found = self._read(rows.one_or_none())
        if found is None:
            raise NoLiveSession(meeting_id)
        return found

    async def newest_sessions(
        self, meeting_id: str, limit: int, before: str = ""
    ) -> Sequence[Session]:
        rows = await self.run(
            f"""
            select {_COLUMNS} from sessions where meeting_id = :m
            and (:before = '' or id < :before) order by id desc limit :limit""",
            m=meeting_id,
            before=before,
            limit=limit,
        )
        return [_session(row) for row in rows]

    async def _one(self, session_id: str, meeting_id: str, lock: str) -> Session:
        rows = await self.run(
            f"""
            select {_COLUMNS} from sessions where id = :id
            and (:m = '' or meeting_id = :m) {lock}""",
            id=session_id,
            m=meeting_id,
        )
        found = self._read(rows.one_or_none())
        if found is None:
            raise SessionNotFound(session_id)
        return found

    def _read(self, row: Any) -> Session | None:
        if row is None:
            return None
        session = _session(row)
        # What a timer or a reaction announces carries the session's test flag, not its own.
        self.caller = replace(self.caller, test=session.test)
        return session


def _values(session: Session) -> Mapping[str, Any]:
    policy = asdict(session.policy) | {"scheduled_end": session.policy.scheduled_end.value}
    by = session.ended_by
    fields = {name: getattr(session, name) for name in Session.__slots__ if name != "ended_by"}
    return fields | {
        "policy": json.dumps(policy),
        "state": session.state.value,
        "end_reason": session.end_reason.value if session.end_reason else None,
        "ended_by_kind": by.kind if by else None,
        "ended_by_id": by.id if by else None,
    }


def _session(row: Any) -> Session:
    fields = dict(row._mapping)
    by_kind, by_id = fields.pop("ended_by_kind"), fields.pop("ended_by_id")
    policy = fields["policy"]
    return Session(
        **fields
        | {
            "id": SessionId(row.id),
            "policy": Policy(**policy | {"scheduled_end": ScheduledEnd(policy["scheduled_end"])}),
            "snapshot": bytes(row.snapshot),
            "state": SessionState(row.state),
            "end_reason": EndReason(row.end_reason) if row.end_reason else None,
            "ended_by": Actor(by_kind, by_id) if by_kind else None,
        }
    )
