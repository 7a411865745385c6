"""A proxy that stands in for whatever server it is asked for, and answers as it is told."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

OK = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\nok"


@dataclass
class TlsProxy:
    """*asked* are the servers named, *requests* what they were sent; *answers* are to come."""

    url: str = ""
    asked: list[str] = field(default_factory=list)
    requests: list[bytes] = field(default_factory=list)
    answers: list[bytes] = field(default_factory=list)


@asynccontextmanager
async def proxying(tls: ssl.SSLContext) -> AsyncIterator[TlsProxy]:
    """A proxy on loopback that shows the certificate of *tls*."""
    proxy = TlsProxy()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        proxy.asked.append(head.split()[1].decode())
        writer.write(b"HTTP/1.1 200 Connected\r\n\r\n")
        await writer.start_tls(tls)
        proxy.requests.append(await _request(reader))
        writer.write(proxy.answers.pop(0) if proxy.answers else OK)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    proxy.url = f"http://127.0.0.1:{port}"
    try:
        yield proxy
    finally:
        server.close()


async def _request(reader: asyncio.StreamReader) -> bytes:
    head = await reader.readuntil(b"\r\n\r\n")
    lengths = [
        int(line.split(b":")[1])
        for line in head.lower().split(b"\r\n")
        if line.startswith(b"content-length:")
    ]
    return head + await reader.readexactly(lengths[0] if lengths else 0)
