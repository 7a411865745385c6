"""The welcome: all that a page must know to show a session from here on."""

from datetime import timedelta

from convene.session.v1 import signal_pb2 as pb
from session.domain.participants import OUTSIDE
from session.domain.tokens import JoinClaims, JoinTokens
from session.service.signalling.entrance import Entry
from session.service.signalling.places import Place
from session.service.wire import participant_to, prompt_to, session_to


def welcome_to(entry: Entry, place: Place, tokens: JoinTokens, workspace_id: str) -> pb.Welcome:
    """What *place*'s page is welcomed with; its token is good for the longest stay."""
    session = entry.session
    shown = [
        participant_to(one, entry.now)
        for one in entry.roster
        if one.is_present or (place.is_host and one.state in OUTSIDE)
    ]
    expires = entry.now + timedelta(seconds=session.policy.max_duration_seconds)
    claims = JoinClaims(
        workspace_id,
        session.id,
        place.participant_id,
        place.epoch,
        int(expires.timestamp()),
        stay=True,
    )
    welcome = pb.Welcome(
        session=session_to(session),
        participants=shown,
        meeting_title=session.title,
        transcribed=session.transcribed,
        prompts=[prompt_to(one) for _, one in entry.prompts if place.hears(one)],
        join_token=tokens.sign(claims),
        workspace_id=workspace_id,
    )
    welcome.self.CopyFrom(participant_to(entry.participant, entry.now))
    if entry.prompts:
        place.prompt_position = entry.prompts[-1][0]
    return welcome
