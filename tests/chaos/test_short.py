"""A short, seeded run of kills, stops and cuts: nothing is lost, doubled, early or out of order."""

from convene_cli.nats import NatsServer
from convene_cli.postgres import SUPERUSER, PostgresServer
from tests.chaos.monkey import a_stage, play
from tests.chaos.occurrences import play_starts
from tests.support.servers import MakeDatabase
from tests.support.services import PREPARATIONS


async def test_nothing_is_lost_or_doubled_while_replicas_die_and_sleep(
    database: MakeDatabase, own_nats_server: NatsServer
) -> None:
    source, target = [await database("scheduler", PREPARATIONS["scheduler"]) for _ in range(2)]

    verdict = await play(a_stage(source, target, own_nats_server.url), seconds=6, seed=7)

    assert verdict.faults == {}
    assert verdict.facts > 20
    assert verdict.timers > 5
    assert verdict.kills + verdict.stops > 0


async def test_every_occurrence_starts_once_while_schedulers_die_sleep_and_have_wrong_clocks(
    database: MakeDatabase, postgres_server: PostgresServer, own_nats_server: NatsServer
) -> None:
    made = await database("scheduler", PREPARATIONS["scheduler"])
    superuser_url = postgres_server.url_for(made.name, SUPERUSER)

    verdict = await play_starts(
        made, superuser_url, own_nats_server.url, occurrences=400, seconds=8, seed=4
    )

    assert verdict.faults == {}
    assert verdict.kills > 0
    assert verdict.stops > 0
