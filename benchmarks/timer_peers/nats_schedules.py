"""Message schedules of a NATS stream, on its disk; fired is what a consumer has received."""

import asyncio
import time
from datetime import UTC, datetime

import nats
import uvloop
from nats.aio.msg import Msg
from nats.js.api import ConsumerConfig, DeliverPolicy, StreamConfig

from benchmarks.timer_peers.told import A_DAY, asked, tell, until_fired

STREAM = "schedules"
ABREAST = 64


async def main() -> None:
    ask = asked()
    late: list[float] = []
    client = await nats.connect(ask.urls["nats"])
    js = client.jetstream()
    config = StreamConfig(
        name=STREAM, subjects=["set.>", "ring.>"], allow_msg_schedules=True, allow_msg_ttl=True
    )
    await js.add_stream(config)

    async def on_message(message: Msg) -> None:
        late.append(time.time() - float(message.data))
        await message.ack()

    await js.subscribe(
        "ring.>",
        cb=on_message,
        manual_ack=True,
        config=ConsumerConfig(deliver_policy=DeliverPolicy.NEW, max_ack_pending=20_000),
    )
    free = asyncio.Semaphore(ABREAST)

    async def put(number: int, at: float) -> None:
        due = datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds")
        headers = {
            "Nats-Schedule": f"@at {due.replace('+00:00', 'Z')}",
            "Nats-Schedule-Target": f"ring.{number}",
        }
        async with free:
            await js.publish(f"set.{number}", str(at).encode(), headers=headers, timeout=30)

    began = time.time()
    await asyncio.gather(
        *(put(number, began + A_DAY + number) for number in range(ask.due, ask.pending))
    )
    rate = ask.far / (time.time() - began)
    await asyncio.gather(*(put(*one) for one in enumerate(ask.instants(1 / rate))))
    await until_fired(late, ask.due)
    tell(late, set_a_second=rate)
    await client.close()


if __name__ == "__main__":
    uvloop.run(main())
