"""What the ear reads from its environment, once, at start."""

from pathlib import Path

from pydantic import Field

from common.config import ProcessSettings


class EarSettings(ProcessSettings):
    listen: str = Field("0.0.0.0:50051", alias="SESSION_EAR_LISTEN")
    # Where media nodes send people's sound and pictures as RTP; port 0: the system chooses.
    rtp_listen: str = Field("127.0.0.1:0", alias="SESSION_EAR_RTP_LISTEN", pattern=r"^.+:\d+$")
    # Tracks, totals and the journal of rooms lie here; it must outlive the process.
    spool_dir: Path = Field(alias="SESSION_SPOOL_DIR")
    spool_bytes: int = Field(1536 * 1024**2, alias="SESSION_SPOOL_BYTES", ge=64 * 1024**2)
