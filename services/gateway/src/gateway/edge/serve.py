"""The HTTP server around the application: bound first, drained when told to stop."""

import asyncio
import socket
from collections.abc import Iterator, Mapping
from contextlib import AsyncExitStack, contextmanager

import structlog
import uvicorn

from common import rpc
from gateway.edge.app import make_app
from gateway.edge.proxies import BehindProxies, Proxies
from gateway.edge.signalling import Signalling

log = structlog.get_logger()

# Live feeds never end by themselves; their clients come back to another replica.
DRAIN_SECONDS = 5
# An offer of many tracks is long; in bytes.
LONGEST_FRAME = 256 * 1024
# Seconds; a page that does not answer in as many again is gone.
PING_EVERY = 10.0


class _Server(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        # The process handles signals in one place for all that runs in it.
        yield


async def serve(
    stopping: asyncio.Event,
    listen: str,
    addresses: Mapping[str, str],
    key: bytes,
    public_url: str,
    trusted_proxies: str,
) -> None:
    """Serve REST and signalling on *listen*, ``host:port``, until *stopping* is set; then drain.

    *addresses* has the gRPC address of every service by its name. Pages of *public_url* may open
    WebSockets; *trusted_proxies* are CIDRs whose word on the client's address is believed.
    """
    async with AsyncExitStack() as channels:
        behind = {
            name: await channels.enter_async_context(rpc.channel(address))
            for name, address in addresses.items()
        }
        app = Signalling(make_app(behind, key=key), behind, key=key, public_url=public_url)
        server = _Server(
            uvicorn.Config(
                BehindProxies(app, Proxies.of(trusted_proxies)),
                log_config=None,
                access_log=False,
                server_header=False,
                proxy_headers=False,
                timeout_graceful_shutdown=DRAIN_SECONDS,
                ws="websockets-sansio",
                ws_max_size=LONGEST_FRAME,
                ws_ping_interval=PING_EVERY,
                ws_ping_timeout=PING_EVERY,
            )
        )
        bound = _bound(listen)
        log.info("serving http", port=bound.getsockname()[1])
        serving = asyncio.create_task(server.serve(sockets=[bound]))
        told = asyncio.create_task(stopping.wait())
        # A server that ends by itself has failed, and takes the process with it.
        await asyncio.wait({serving, told}, return_when=asyncio.FIRST_COMPLETED)
        told.cancel()
        server.should_exit = True
        await serving
        stopping.set()


def _bound(listen: str) -> socket.socket:
    host, _, port = listen.rpartition(":")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    bound = socket.socket(family, socket.SOCK_STREAM)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    bound.bind((host.strip("[]"), int(port)))
    return bound
