"""What the scheduler reads from its environment, once, at start."""

from datetime import timedelta

from pydantic import Field, SecretStr, model_validator

from common.addresses import AddressRules
from common.config import ServiceSettings, UnsafeSetting
from scheduler.channels.equipment import MailSettings, PushSettings

# From the end of an attempt until its outcome is committed.
LEASE_MARGIN_SECONDS = 20.0


class Settings(ServiceSettings):
    listen: str = Field("0.0.0.0:50051", alias="SCHEDULER_LISTEN")
    database_url: SecretStr = Field(alias="SCHEDULER_DATABASE_URL")
    # Where mail is handed over: smtp://, smtp+starttls://, smtps:// or file:///folder.
    mail_url: SecretStr = Field(SecretStr(""), alias="SCHEDULER_MAIL_URL")
    mail_from: str = Field("", alias="SCHEDULER_MAIL_FROM")
    mail_reply_to: str = Field("", alias="SCHEDULER_MAIL_REPLY_TO")
    # By which push services know this installation: a P-256 key, and how to reach its operator.
    vapid_private_key: SecretStr = Field(SecretStr(""), alias="SCHEDULER_VAPID_PRIVATE_KEY")
    vapid_subject: str = Field("", alias="SCHEDULER_VAPID_SUBJECT")
    # Webhooks and pushes to loopback and private addresses, over http and to any port: dev only.
    allow_private_addresses: bool = Field(False, alias="SCHEDULER_ALLOW_PRIVATE_ADDRESSES")
    # Mails of one workspace: what bounds somebody who invites the world.
    mails_per_hour: int = Field(2000, alias="SCHEDULER_MAILS_PER_HOUR", ge=1)
    mails_per_day: int = Field(10_000, alias="SCHEDULER_MAILS_PER_DAY", ge=1)
    # How long after a session began whoever is not there yet is told that it is live.
    live_grace_seconds: int = Field(60, alias="SCHEDULER_LIVE_GRACE_SECONDS", ge=0, le=3600)
    send_timeout_seconds: float = Field(20, alias="SCHEDULER_SEND_TIMEOUT_SECONDS", gt=0, le=300)
    # Messages under way at once on each channel: of this replica, and of one workspace.
    send_width: int = Field(16, alias="SCHEDULER_SEND_WIDTH", ge=1, le=500)
    workspace_send_width: int = Field(8, alias="SCHEDULER_WORKSPACE_SEND_WIDTH", ge=1, le=500)
    # How long it is known what people were told.
    notices_kept_days: int = Field(90, alias="SCHEDULER_NOTICES_KEPT_DAYS", ge=7, le=3650)

    @model_validator(mode="after")
    def refuse_private_addresses(self) -> "Settings":
        if self.allow_private_addresses and self.env != "dev":
            raise UnsafeSetting("SCHEDULER_ALLOW_PRIVATE_ADDRESSES is for CONVENE_ENV=dev only")
        return self

    @property
    def address_rules(self) -> AddressRules:
        return AddressRules(private=self.allow_private_addresses)

    @property
    def live_grace(self) -> timedelta:
        return timedelta(seconds=self.live_grace_seconds)

    @property
    def mail(self) -> MailSettings:
        return MailSettings(
            self.mail_url.get_secret_value(),
            self.mail_from,
            self.mail_reply_to,
            self.send_timeout_seconds,
        )

    @property
    def push(self) -> PushSettings:
        return PushSettings(self.vapid_private_key.get_secret_value(), self.vapid_subject)

    @property
    def link_secret(self) -> bytes:
        return self.link_key.get_secret_value().encode()

    @property
    def notices_kept(self) -> timedelta:
        return timedelta(days=self.notices_kept_days)

    @property
    def lease_seconds(self) -> float:
        """Longer than an attempt may take, so that nobody is told twice."""
        return self.send_timeout_seconds + LEASE_MARGIN_SECONDS
