"""A person's Chromium without a window: a file is its microphone, and tests look at its page.

It speaks the DevTools protocol itself, so that no driver has to be installed.
"""

import asyncio
import base64
import json
import os
import shutil
import signal
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp

PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
START_SECONDS = 30.0
ANSWER_SECONDS = 30.0
CEILING_SECONDS = 15.0

_PORT_FILE = "DevToolsActivePort"
_EVERY = 0.05
_FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--no-first-run",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-background-timer-throttling",
    "--disable-renderer-backgrounding",
    "--disable-backgrounding-occluded-windows",
    "--use-fake-ui-for-media-stream",
    "--auto-select-desktop-capture-source=Entire screen",
    "--autoplay-policy=no-user-gesture-required",
    "--mute-audio",
    "--password-store=basic",
    "--remote-debugging-port=0",
)


class PageError(AssertionError):
    """The page threw, or never came to be what was waited for; ends with its console."""


@dataclass
class Page:
    """The one page of a browser; every call ends within its deadline."""

    socket: aiohttp.ClientWebSocketResponse
    console: list[str] = field(default_factory=list)
    _sent: int = 0
    _waiting: dict[int, asyncio.Future[dict[str, Any]]] = field(default_factory=dict)

    async def goto(self, url: str) -> None:
        """Load *url*; returns when the document is there."""
        await self.send("Page.navigate", url=url)
        await self.wait_for("document.readyState === 'complete' && location.href !== 'about:blank'")

    async def evaluate(self, expression: str) -> Any:
        """What the JavaScript *expression* is, promises awaited, as JSON values.

        Raises PageError with the exception's text.
        """
        result = await self.send(
            "Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True
        )
        if "exceptionDetails" in result:
            thrown = result["exceptionDetails"].get("exception", {})
            raise PageError(f"{expression} threw {thrown.get('description', thrown)}")
        return result["result"].get("value")

    async def wait_for(self, expression: str, seconds: float = CEILING_SECONDS) -> Any:
        """The first truthy value of *expression*; exceptions and navigations mean not yet."""
        until = time.monotonic() + seconds
        last: object = None
        while time.monotonic() < until:
            try:
                last = await self.evaluate(expression)
            except PageError as thrown:
                last = thrown
            else:
                if last:
                    return last
            await asyncio.sleep(_EVERY)
        shown = "\n".join(self.console[-20:])
        raise PageError(f"not within {seconds:g} s: {expression} (last: {last})\n{shown}")

    async def click(self, selector: str, seconds: float = CEILING_SECONDS) -> None:
        """Click in the middle of the first element, once it is there, shown, enabled and at rest.

        A page that moves it away under the pointer is clicked again, as somebody would.
        """
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            place = await self.wait_for(_place(selector), seconds)
            for kind in ("mousePressed", "mouseReleased"):
                await self.send(
                    "Input.dispatchMouseEvent", type=kind, button="left", clickCount=1, **place
                )
            try:
                missed = await self.evaluate("window.clickLanded === false")
            except PageError:
                return
            if not missed:
                return
        raise PageError(f"not hit within {seconds:g} s: {selector}")

    async def type(self, selector: str, text: str, seconds: float = CEILING_SECONDS) -> None:
        """Replace what the field *selector* holds by *text*, as by keyboard."""
        found = f"document.querySelector({json.dumps(selector)})"
        await self.wait_for(f"{found} && ({found}.focus(), {found}.select?.(), true)", seconds)
        await self.send("Input.insertText", text=text)

    async def press(self, key: str) -> None:
        """Press a key that types nothing, say ``Enter``, ``Tab`` or ``Escape``."""
        codes = {"Enter": 13, "Tab": 9, "Escape": 27, "ArrowUp": 38, "ArrowDown": 40}
        text = {"text": "\r"} if key == "Enter" else {}
        for kind in ("keyDown", "keyUp"):
            await self.send(
                "Input.dispatchKeyEvent",
                type=kind,
                key=key,
                code=key,
                windowsVirtualKeyCode=codes[key],
                **(text if kind == "keyDown" else {}),
            )

    async def text(self) -> str:
        """What can be read on the page."""
        return str(await self.evaluate("document.body?.innerText ?? ''"))

    async def until_text(self, text: str, seconds: float = CEILING_SECONDS) -> None:
        """Wait until *text* can be read, in whatever case."""
        wanted = json.dumps(text.lower())
        await self.wait_for(f"document.body.innerText.toLowerCase().includes({wanted})", seconds)

    async def resize(self, width: int, height: int) -> None:
        await self.send(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=width < 600,
        )

    async def screenshot(self, path: Path) -> None:
        taken = await self.send("Page.captureScreenshot", format="png")
        _keep(path, base64.b64decode(taken["data"]))

    async def before_load(self, script: str) -> None:
        """Run *script* in every document from now on, before its own."""
        await self.send("Page.addScriptToEvaluateOnNewDocument", source=script)

    async def send(self, method: str, **params: Any) -> dict[str, Any]:
        """Call one method of the DevTools protocol. Raises PageError when it is refused."""
        self._sent += 1
        answer: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self._waiting[self._sent] = answer
        await self.socket.send_json({"id": self._sent, "method": method, "params": params})
        async with asyncio.timeout(ANSWER_SECONDS):
            told = await answer
        if "error" in told:
            raise PageError(f"{method}: {told['error'].get('message')}")
        result: dict[str, Any] = told["result"]
        return result

    async def listen(self) -> None:
        """Hand answers to those who wait and keep what the page writes, until the socket closes."""
        async for message in self.socket:
            told = json.loads(message.data)
            if (answer := self._waiting.pop(told.get("id"), None)) is not None:
                if not answer.done():
                    answer.set_result(told)
            elif told.get("method") == "Runtime.consoleAPICalled":
                said = told["params"]
                words = [str(one.get("value", one.get("description"))) for one in said["args"]]
                self.console.append(f"{said['type']}: {' '.join(words)}")
            elif told.get("method") == "Runtime.exceptionThrown":
                details = told["params"]["exceptionDetails"]
                thrown = details.get("exception", {}).get("description", details.get("text"))
                self.console.append(f"thrown: {thrown}")


def _place(selector: str) -> str:
    """Where the element can be clicked, when it stays there; it then tells of its next click."""
    return f"""(async () => {{
      const found = document.querySelector({json.dumps(selector)});
      if (!found || found.disabled) return null;
      found.scrollIntoView({{ block: "center" }});
      const pause = new Promise((go) => setTimeout(go, 40));
      const before = found.getBoundingClientRect();
      await pause;
      const box = found.getBoundingClientRect();
      if (!box.width || box.x !== before.x || box.y !== before.y) return null;
      const place = {{ x: box.x + box.width / 2, y: box.y + box.height / 2 }};
      window.clickLanded = false;
      const landed = () => {{ window.clickLanded = true; }};
      found.addEventListener("click", landed, {{ capture: true, once: true }});
      return place;
    }})()"""


@asynccontextmanager
async def browsing(
    folder: Path, voice: Path | None = None, *, flags: Sequence[str] = ()
) -> AsyncIterator[Page]:
    """A browser of its own in *folder*, its one page blank; the wav *voice* is its microphone.

    *voice* (48 kHz, mono, 16 bit) is heard from its beginning when the page first asks for the
    microphone, and again when it is over; without one the microphone beeps. Both paths are
    absolute. The process and all that it started end with the block.
    """
    profile = folder / "profile"
    microphone = [f"--use-file-for-fake-audio-capture={voice}"] if voice else []
    devices = "--use-fake-device-for-media-stream=fps=5"
    process = await asyncio.create_subprocess_exec(
        *(_program(), *_FLAGS, devices, *microphone, *flags),
        *(f"--user-data-dir={profile}", "about:blank"),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        address = await _address(process, profile / _PORT_FILE)
        async with _page_at(address) as page:
            yield page
    finally:
        # Its group holds every process that this browser started, and no other one.
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        await process.wait()
        await _removed(profile)


def _program() -> str:
    for name in PROGRAMS:
        if found := shutil.which(name):
            return found
    raise AssertionError("no Chromium here; run: make setup-tests")


async def _address(process: asyncio.subprocess.Process, file: Path) -> str:
    """Where the new browser listens, once it says so."""
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        if process.returncode is not None:
            raise AssertionError(f"Chromium exited with {process.returncode} as it started")
        if port := _port_in(file):
            return f"127.0.0.1:{port}"
        await asyncio.sleep(_EVERY)
    raise AssertionError(f"Chromium was not there within {START_SECONDS:g} s")


def _port_in(file: Path) -> str:
    """The port that Chromium wrote down, above a line of its own; empty until both are there."""
    lines = file.read_text().split() if file.exists() else []
    return lines[0] if len(lines) == 2 else ""


def _keep(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


@asynccontextmanager
async def _page_at(address: str) -> AsyncIterator[Page]:
    async with aiohttp.ClientSession() as client:
        async with client.get(f"http://{address}/json/list") as answer:
            targets = await answer.json()
        url = next(one["webSocketDebuggerUrl"] for one in targets if one["type"] == "page")
        async with client.ws_connect(url, max_msg_size=0) as socket:
            page = Page(socket)
            listening = asyncio.create_task(page.listen())
            try:
                for domain in ("Page", "Runtime"):
                    await page.send(f"{domain}.enable")
                yield page
            finally:
                listening.cancel()


async def _removed(folder: Path) -> None:
    """Remove *folder*, in which a dying process may still write for a moment."""
    for _ in range(50):
        with suppress(OSError):
            shutil.rmtree(folder)
            return
        await asyncio.sleep(_EVERY)
