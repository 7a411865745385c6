"""What is kept of events and deliveries, and for how long."""

from sqlalchemy import text

from convene.session.v1.events_pb2 import SessionWaiting
from gateway.store.log import LogStore
from tests.component.gateway.test_deliveries import an_endpoint
from tests.support.gateway import Core
from tests.support.services import a_caller
from tests.support.webhook_receiver import WebhookReceiver

WHERE = {"meeting": "mtg_1", "session": "ses_1"}


async def rows(core: Core, table: str) -> int:
    async with core.db.begin_system() as connection:
        count: int = (await connection.execute(text(f"select count(*) from {table}"))).scalar_one()
        return count


async def age(core: Core, event_id: str, interval: str) -> None:
    async with core.db.begin_system() as connection:
        for table in ("event_log", "deliveries"):
            await connection.execute(
                text(
                    f"update {table} set written_at = clock_timestamp() - interval '{interval}' "
                    "where event_id = :id"
                ),
                {"id": event_id},
            )


async def test_events_go_after_thirty_days_with_their_deliveries_and_attempts(
    core: Core, hooks: WebhookReceiver
) -> None:
    caller = a_caller()
    await an_endpoint(core, caller, hooks.url)
    old, young = [
        await core.hears("session", SessionWaiting(session_id="ses_1"), caller, **WHERE)
        for _ in range(2)
    ]
    await core.sends()
    await age(core, old.id, "30 days 1 minute")
    await age(core, young.id, "29 days 23 hours")

    assert await LogStore(core.db).forget_old() == 1

    assert [await rows(core, table) for table in ("event_log", "deliveries", "attempts")] == [1] * 3
