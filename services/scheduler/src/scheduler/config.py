"""What the scheduler reads from its environment, once, at start."""

from pydantic import Field, SecretStr

from common.config import ServiceSettings


class Settings(ServiceSettings):
    listen: str = Field("0.0.0.0:50051", alias="SCHEDULER_LISTEN")
    database_url: SecretStr = Field(alias="SCHEDULER_DATABASE_URL")
    # Who mails come from and calendars name as the organizer: `Name <address>`, or an address.
    mail_from: str = Field("", alias="CONVENE_SCHEDULER_MAIL_FROM")
