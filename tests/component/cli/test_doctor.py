"""The doctor asks every service how it stands, and says who is away."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from common import rpc, shared
from common.capabilities import Capability, Look, Standing, nothing
from common.db import Database
from convene_cli import doctor
from convene_cli.loopback import LOOPBACK, free_port
from tests.support.services import KEY, OpenDatabase

LACKING = Capability("email", Standing.NOT_CONFIGURED, "set SCHEDULER_MAIL_URL")
WRONG = Capability("web_push", Standing.MISCONFIGURED, "that is no key")


def looking(*found: Capability) -> Look:
    async def look() -> Sequence[Capability]:
        return found

    return look


@asynccontextmanager
async def a_service(db: Database, look: Look = nothing) -> AsyncIterator[str]:
    """The address of a service that looks as *look* does."""
    servicers = shared.servicers(db, look)
    async with rpc.serving(f"{LOOPBACK}:0", servicers, key=KEY) as (port, _):
        yield f"{LOOPBACK}:{port}"


async def test_the_doctor_tells_how_each_capability_stands(open_database: OpenDatabase) -> None:
    db = await open_database("scheduler")
    async with a_service(db, looking(LACKING, WRONG)) as scheduler, a_service(db) as bots:
        addresses = {"scheduler": scheduler, "bots": bots}

        found = await doctor.examined(addresses, KEY.decode())

    assert doctor.as_dicts(found) == [
        {
            "service": "scheduler",
            "name": "email",
            "standing": "not_configured",
            "detail": "set SCHEDULER_MAIL_URL",
        },
        {
            "service": "scheduler",
            "name": "web_push",
            "standing": "misconfigured",
            "detail": "that is no key",
        },
    ]
    assert [one.is_wrong for one in found] == [False, True]
    assert "set SCHEDULER_MAIL_URL" in doctor.shown(found)


async def test_a_service_that_does_not_answer_is_away() -> None:
    address = f"{LOOPBACK}:{free_port()}"

    (finding,) = await doctor.examined({"scheduler": address}, KEY.decode())

    assert (finding.name, finding.standing, finding.is_wrong) == ("scheduler", "away", True)
