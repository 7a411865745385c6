"""The lobby, with a host and a guest in two browsers."""

from pathlib import Path

import pytest

from convene_cli.client import Api
from tests.support.people import browsers, started
from tests.support.voices import voice_files

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(240)]


async def test_a_guest_waits_until_the_host_lets_them_in(api: Api, tmp_path: Path) -> None:
    voices = voice_files(tmp_path, "kick-off", lead=1, seconds=60)
    meeting = await started(api, policy={"lobby": True})
    async with browsers(meeting, tmp_path, [voices["Ada"], voices["Bo"]], Ada="HOST") as people:
        ada, bo = people
        await ada.join()
        await bo.open()
        await bo.ask_to_join()
        await bo.page.wait_for("window.convene.state === 'lobby'")

        await ada.page.click("#people")
        await ada.page.click("[aria-label='Admit Bo']")

        await bo.is_in()
        await ada.hears(bo)
        await meeting.end()
        await bo.page.until_text("The meeting is over")
