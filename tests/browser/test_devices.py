"""People whose devices are refused, or open late: they are in the room all the same."""

from pathlib import Path

import pytest

from convene_cli.client import Api
from tests.support.eventually import eventually
from tests.support.people import Meeting, Person, browsers, started
from tests.support.voices import voice_files

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(240)]

# Refuses the devices where the address says so, else holds them back until they are let go.
HESITANT = """
if (navigator.mediaDevices) {
const open = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
const refused = () => Promise.reject(new DOMException("no", "NotAllowedError"));
const asked = new Promise((go) => { window.letDevicesGo = go; });
navigator.mediaDevices.getUserMedia = (wanted) =>
  location.hash === "#refused" ? refused() : asked.then(() => open(wanted));
}
"""


async def press_join(person: Person, how: str = "") -> None:
    """Open the page and press Join at once, as somebody does who is late."""
    await person.page.goto(f"{person.url}?video=160x120@5&name={person.name}{how}")
    await person.page.click("button[type=submit]")
    await person.page.wait_for("window.convene.state === 'meeting'")


async def until_in(meeting: Meeting, person: Person) -> None:
    async def connected() -> bool:
        found = await meeting.participants()
        return bool(found[person.name]["state"] == "CONNECTED")

    await eventually(connected)


async def test_devices_that_are_refused_or_come_late_keep_nobody_out(
    api: Api, tmp_path: Path
) -> None:
    voices = voice_files(tmp_path, "kick-off", lead=1, seconds=60)
    meeting = await started(api, bots=[])
    async with browsers(meeting, tmp_path, [voices["Ada"]]) as (ada,):
        await ada.page.before_load(HESITANT)
        await press_join(ada, "#refused")
        await until_in(meeting, ada)
        session = await api.call("GET", meeting.path)
        await ada.page.until_text("you listen only")
        assert session["state"] == "ACTIVE"
        assert "Connecting" not in await ada.page.text()

        await press_join(ada)
        await until_in(meeting, ada)
        await ada.page.evaluate("window.letDevicesGo()")
        await ada.is_in()
        senders = "window.watched[0].getSenders().filter((one) => one.track).length"
        await ada.page.wait_for(f"{senders} === 2")
        await meeting.end()
