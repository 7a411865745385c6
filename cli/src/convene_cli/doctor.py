"""What a running suite can do, and what it would take where it cannot."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from grpc import aio

from common import rpc
from common.principal import service_principal
from convene.common.v1 import service_pb2 as pb
from convene.common.v1.service_pb2_grpc import CapabilityServiceStub

# A mail server that does not answer takes its time.
CALL_SECONDS = 15.0
VIA = "cli"
AWAY = "away"
MISCONFIGURED = "misconfigured"


@dataclass(frozen=True)
class Finding:
    """How one capability of one service stands."""

    service: str
    name: str
    standing: str
    detail: str

    @property
    def is_wrong(self) -> bool:
        """Whether somebody meant it to work and it does not."""
        return self.standing in {MISCONFIGURED, AWAY}


async def examined(addresses: Mapping[str, str], signing_key: str) -> Sequence[Finding]:
    """What the services at *addresses* say of themselves; one that does not answer is away."""
    caller = rpc.Caller(signing_key.encode(), VIA)
    found: list[Finding] = []
    for service, address in addresses.items():
        found.extend(await _asked(service, address, caller))
    return found


def shown(findings: Sequence[Finding]) -> str:
    """One line for each finding, for people."""
    if not findings:
        return "nothing needs anything from outside"
    return "\n".join(f"  {one.name:<12} {one.standing:<16} {one.detail}" for one in findings)


def as_dicts(findings: Sequence[Finding]) -> list[dict[str, str]]:
    return [asdict(one) for one in findings]


async def _asked(service: str, address: str, caller: rpc.Caller) -> Sequence[Finding]:
    # How an installation stands is the operator's, of no workspace.
    operator = caller.metadata(service_principal(VIA, ""))
    async with rpc.channel(address) as channel:
        try:
            answer = await CapabilityServiceStub(channel).ListCapabilities(
                pb.ListCapabilitiesRequest(), metadata=operator, timeout=CALL_SECONDS
            )
        except aio.AioRpcError as error:
            return [Finding(service, service, AWAY, error.details() or error.code().name)]
    return [
        Finding(service, one.name, _standing(one.standing), one.detail)
        for one in answer.capabilities
    ]


def _standing(value: pb.CapabilityStanding) -> str:
    return pb.CapabilityStanding.Name(value).removeprefix("CAPABILITY_STANDING_").lower()
