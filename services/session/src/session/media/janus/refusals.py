"""What Janus answers when it does not do what it is asked."""

from typing import Any

from session.domain.rooms import MediaRefused, RoomGone

Json = dict[str, Any]

NO_SUCH_SESSION = 458
NO_SUCH_HANDLE = 459
SESSION_IN_USE = 468
BAD_DESCRIPTIONS = (464, 465, 466, 437)
NO_SUCH_ROOM = 426
ROOM_EXISTS = 427
NO_SUCH_FEED = 428
ID_EXISTS = 436
# How Janus says that a handle is in no room: its participant was kicked, or the room destroyed.
NOT_JOINED = 424


class JanusRefused(MediaRefused):
    """Janus answered with an error that its caller did not expect."""

    def __init__(self, code: int, why: str) -> None:
        super().__init__(f"the media node refuses: {why} ({code})")
        self.code = code


def check(answer: Json) -> Json:
    """*answer*, unless it is an error: raises ``RoomGone`` or ``JanusRefused``."""
    if answer["janus"] == "error":
        error = answer.get("error", {})
        raise _refusal(int(error.get("code", 0)), str(error.get("reason", "no reason given")))
    told = answer.get("plugindata", {}).get("data", {})
    if "error_code" in told:
        raise _refusal(int(told["error_code"]), str(told.get("error", "no reason given")))
    return answer


def _refusal(code: int, why: str) -> Exception:
    if code in (NO_SUCH_SESSION, NO_SUCH_ROOM):
        return RoomGone(f"the media node does not know the room: {why}")
    return JanusRefused(code, why)
