"""Rows of participants."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from common.db import Transaction
from session.domain.participants import (
    Participant,
    ParticipantId,
    ParticipantKind,
    ParticipantNotFound,
    ParticipantState,
    Presence,
    Role,
)
from session.domain.sessions import SessionId

_COLUMNS = """
    id, session_id, position, name, role, kind, link_id, state, epoch, muted, camera, screen,
    camera_since, camera_seconds, video_paused, video_held, banned, device, presences,
    speaking_seconds, media_seconds, consent_time"""


class ParticipantRows(Transaction):
    async def put_participant(self, participant: Participant) -> None:
        """Write *participant*, new or known; the caller holds its session."""
        await self.run(
            """
            insert into participants (workspace_id, id, session_id, name, role, kind, link_id,
                state, epoch, muted, camera, screen, camera_since, camera_seconds, video_paused,
                video_held, banned, device, presences, speaking_seconds, media_seconds,
                consent_time)
            values (:w, :id, :session, :name, :role, :kind, :link, :state, :epoch, :muted,
                :camera, :screen, :camera_since, :camera_seconds, :paused, :held, :banned, :device,
                cast(:presences as jsonb), :speaking, :media, :consented)
            on conflict (id) do update set name = :name, role = :role, state = :state,
                epoch = :epoch, muted = :muted, camera = :camera, screen = :screen,
                camera_since = :camera_since, camera_seconds = :camera_seconds,
                video_paused = :paused, video_held = :held, banned = :banned, device = :device,
                presences = cast(:presences as jsonb), speaking_seconds = :speaking,
                media_seconds = :media, consent_time = :consented""",
            w=self.caller.workspace_id,
            id=participant.id,
            session=participant.session_id,
            name=participant.name,
            role=participant.role.value,
            kind=participant.kind.value,
            link=participant.link_id,
            state=participant.state.value,
            epoch=participant.epoch,
            muted=participant.muted,
            camera=participant.camera,
            screen=participant.screen,
            camera_since=participant.camera_since,
            camera_seconds=participant.camera_seconds,
            paused=participant.video_paused,
            held=participant.video_held,
            banned=participant.banned,
            device=participant.device,
            presences=json.dumps([_presence_row(one) for one in participant.presences]),
            speaking=participant.speaking_seconds,
            media=participant.media_seconds,
            consented=participant.consent_time,
        )

    async def roster(
        self, session_id: str, limit: int | None = None, after: int = 0
    ) -> list[Participant]:
        """The participants of a session in the order they came."""
        rows = await self.run(
            f"""
            select {_COLUMNS} from participants where session_id = :s and position > :after
            order by position limit cast(:limit as bigint)""",
            s=session_id,
            after=after,
            limit=limit,
        )
        return [_participant(row) for row in rows]

    async def find_participant(self, session_id: str, participant_id: str) -> Participant | None:
        rows = await self.run(
            f"select {_COLUMNS} from participants where session_id = :s and id = :id",
            s=session_id,
            id=participant_id,
        )
        row = rows.one_or_none()
        return _participant(row) if row is not None else None

    async def is_banned_device(self, session_id: str, device: str) -> bool:
        """Whether somebody who came in the browser *device* was banned from the session."""
        rows = await self.run(
            """
            select 1 from participants
            where session_id = :s and banned and device = :device and device <> '' limit 1""",
            s=session_id,
            device=device,
        )
        return rows.one_or_none() is not None

    async def participant(self, session_id: str, participant_id: str) -> Participant:
        """Raises ``ParticipantNotFound``."""
        found = await self.find_participant(session_id, participant_id)
        if found is None:
            raise ParticipantNotFound(participant_id)
        return found


def _presence_row(presence: Presence) -> list[Any]:
    left = presence.left.isoformat() if presence.left else None
    return [presence.epoch, presence.joined.isoformat(), left]


def _presence(row: Sequence[Any]) -> Presence:
    epoch, joined, left = row
    return Presence(
        epoch, datetime.fromisoformat(joined), datetime.fromisoformat(left) if left else None
    )


def _participant(row: Any) -> Participant:
    return Participant(
        **dict(row._mapping)
        | {
            "id": ParticipantId(row.id),
            "session_id": SessionId(row.session_id),
            "role": Role(row.role),
            "kind": ParticipantKind(row.kind),
            "state": ParticipantState(row.state),
            "presences": tuple(_presence(one) for one in row.presences),
        }
    )
