"""What the gateway reads from its environment, once, at start."""

from pydantic import Field, SecretStr, field_validator, model_validator

from common.addresses import AddressRules, networks_of
from common.config import ServiceSettings, UnsafeSetting

# From the end of the exchange until its outcome is committed.
LEASE_MARGIN_SECONDS = 10.0


class Settings(ServiceSettings):
    # The core's and the delivery's gRPC.
    listen: str = Field("0.0.0.0:50051", alias="GATEWAY_LISTEN")
    # The edge's REST.
    http_listen: str = Field("0.0.0.0:8080", alias="GATEWAY_HTTP_LISTEN")
    # The edge has no database and needs none.
    database_url: SecretStr | None = Field(None, alias="GATEWAY_DATABASE_URL")
    bootstrap_key: SecretStr | None = Field(None, alias="GATEWAY_BOOTSTRAP_KEY")
    bootstrap_test_key: SecretStr | None = Field(None, alias="GATEWAY_BOOTSTRAP_TEST_KEY")
    # Webhooks to loopback and private addresses, over http and to any port: dev only.
    allow_private_endpoints: bool = Field(False, alias="GATEWAY_ALLOW_PRIVATE_ENDPOINTS")
    allow_http_endpoints: bool = Field(False, alias="GATEWAY_ALLOW_HTTP_ENDPOINTS")
    endpoint_ports: str = Field("443,8443", alias="GATEWAY_ENDPOINT_PORTS")
    delivery_timeout_seconds: float = Field(15, alias="GATEWAY_DELIVERY_TIMEOUT_SECONDS", gt=0)
    delivery_lease_seconds: float = Field(30, alias="GATEWAY_DELIVERY_LEASE_SECONDS", gt=0)
    # Requests under way at once, of this replica and of one endpoint over all replicas.
    delivery_width: int = Field(64, alias="GATEWAY_DELIVERY_WIDTH", ge=1, le=1000)
    endpoint_width: int = Field(4, alias="GATEWAY_ENDPOINT_WIDTH", ge=1, le=100)
    # Networks of our own reverse proxies, as CIDRs: what they say of who asks is believed.
    trusted_proxies: str = Field("", alias="CONVENE_GATEWAY_TRUSTED_PROXIES")
    # Live feeds that one core replica serves at once.
    most_watchers: int = Field(1000, alias="GATEWAY_MOST_WATCHERS", ge=1)

    @field_validator("endpoint_ports")
    @classmethod
    def check_ports(cls, text: str) -> str:
        _ports(text)
        return text

    @field_validator("trusted_proxies")
    @classmethod
    def check_proxies(cls, text: str) -> str:
        try:
            networks_of(text)
        except ValueError as error:
            takes = "takes networks as 10.0.0.0/8,fd00::/8"
            raise UnsafeSetting(f"CONVENE_GATEWAY_TRUSTED_PROXIES {takes}: {error}") from None
        return text

    @model_validator(mode="after")
    def refuse_short_lease(self) -> "Settings":
        needed = self.delivery_timeout_seconds + LEASE_MARGIN_SECONDS
        if self.delivery_lease_seconds < needed:
            raise UnsafeSetting(
                "GATEWAY_DELIVERY_LEASE_SECONDS must be at least "
                f"GATEWAY_DELIVERY_TIMEOUT_SECONDS + {LEASE_MARGIN_SECONDS:g}, "
                f"which is {needed:g}: a shorter lease sends twice"
            )
        return self

    @model_validator(mode="after")
    def refuse_private_endpoints(self) -> "Settings":
        if self.allow_private_endpoints and self.env != "dev":
            raise UnsafeSetting("GATEWAY_ALLOW_PRIVATE_ENDPOINTS is for CONVENE_ENV=dev only")
        return self

    @property
    def address_rules(self) -> AddressRules:
        return AddressRules(
            private=self.allow_private_endpoints,
            http=self.allow_http_endpoints,
            ports=_ports(self.endpoint_ports),
        )


def _ports(text: str) -> frozenset[int]:
    try:
        ports = frozenset(int(one) for one in text.split(","))
    except ValueError:
        raise UnsafeSetting("GATEWAY_ENDPOINT_PORTS takes ports as 443,8443") from None
    if not all(0 < port < 65536 for port in ports):
        raise UnsafeSetting("GATEWAY_ENDPOINT_PORTS takes ports from 1 to 65535")
    return ports
