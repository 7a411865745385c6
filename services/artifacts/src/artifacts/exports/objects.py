"""JSON as kept in objects: snake_case, enums without their prefix, UTC times."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from google.protobuf.timestamp_pb2 import Timestamp


def encoded(content: Mapping[str, Any]) -> bytes:
    return json.dumps(content, ensure_ascii=False, indent=1).encode() + b"\n"


def moment(at: datetime | Timestamp) -> str:
    """An instant as RFC 3339 in UTC."""
    when = at if isinstance(at, datetime) else at.ToDatetime(UTC)
    return when.astimezone(UTC).isoformat().replace("+00:00", "Z")
