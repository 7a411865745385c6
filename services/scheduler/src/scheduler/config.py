"""What the scheduler reads from its environment, once, at start."""

from pydantic import Field, SecretStr

from common.config import ServiceSettings

# From the end of an attempt until its outcome is committed.
LEASE_MARGIN_SECONDS = 20.0


class Settings(ServiceSettings):
    listen: str = Field("0.0.0.0:50051", alias="SCHEDULER_LISTEN")
    database_url: SecretStr = Field(alias="SCHEDULER_DATABASE_URL")
    # Where mail is handed over: smtp://, smtp+starttls://, smtps:// or file:///folder.
    mail_url: SecretStr = Field(SecretStr(""), alias="SCHEDULER_MAIL_URL")
    mail_from: str = Field("", alias="SCHEDULER_MAIL_FROM")
    mail_reply_to: str = Field("", alias="SCHEDULER_MAIL_REPLY_TO")
    # Mails of one workspace: what bounds somebody who invites the world.
    mails_per_hour: int = Field(2000, alias="SCHEDULER_MAILS_PER_HOUR", ge=1)
    mails_per_day: int = Field(10_000, alias="SCHEDULER_MAILS_PER_DAY", ge=1)
    send_timeout_seconds: float = Field(20, alias="SCHEDULER_SEND_TIMEOUT_SECONDS", gt=0, le=300)
    # Messages under way at once on each channel: of this replica, and of one workspace.
    send_width: int = Field(16, alias="SCHEDULER_SEND_WIDTH", ge=1, le=500)
    workspace_send_width: int = Field(8, alias="SCHEDULER_WORKSPACE_SEND_WIDTH", ge=1, le=500)

    @property
    def lease_seconds(self) -> float:
        """Longer than an attempt may take, so that nobody is told twice."""
        return self.send_timeout_seconds + LEASE_MARGIN_SECONDS
