"""What people agree to before their words are kept."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from session.domain.participants import ParticipantId
from session.domain.sessions import SessionId

JOIN_PAGE = "JOIN_PAGE"


class Subject(Enum):
    RECORDING = "RECORDING"
    TRANSCRIPT = "TRANSCRIPT"


@dataclass(frozen=True, slots=True)
class Consent:
    """*participant_id* agreed to *subject*; *method* says where they were asked."""

    session_id: SessionId
    participant_id: ParticipantId
    subject: Subject
    method: str
    create_time: datetime
