"""The audit log: each record carries the hash of the one before it, so a change shows."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime

# What the first record of a workspace follows.
FIRST_HASH = "0" * 64


@dataclass(frozen=True, slots=True)
class AuditRecord:
    id: str
    workspace_id: str
    sequence: int
    actor_kind: str
    actor_id: str
    action: str
    target: str
    trace_id: str
    time: datetime
    previous_hash: str

    @property
    def hash(self) -> str:
        """SHA-256 over the record's text and its predecessor's hash, in hex."""
        written = json.dumps(
            [
                self.previous_hash,
                self.workspace_id,
                self.sequence,
                self.id,
                self.actor_kind,
                self.actor_id,
                self.action,
                self.target,
                self.trace_id,
                self.time.isoformat(),
            ]
        )
        return hashlib.sha256(written.encode()).hexdigest()
