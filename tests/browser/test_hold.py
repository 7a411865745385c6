"""A hold in the middle of a recorded meeting, as two people see it."""

from pathlib import Path

import pytest

from convene_cli.client import Api
from tests.support.people import Meeting, Person, all_join, browsers, started
from tests.support.voices import voice_files

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(240)]


async def recording_state(meeting: Meeting) -> str:
    return str((await meeting.api.call("GET", meeting.path))["recording_state"])


async def until_described(person: Person, other: Person, *, held: bool) -> None:
    """Wait until the tile of *other* says that nothing of them comes, or that it does again."""
    tile = f"document.querySelector('[data-participant=\"{other.id}\"]')?.ariaLabel"
    says = f"{tile}?.includes('video paused')"
    await person.page.wait_for(f"{says} && {tile}.includes('muted')" if held else f"!{says}")


async def test_a_hold_quietens_everybody_and_the_recording_until_it_is_released(
    api: Api, tmp_path: Path
) -> None:
    voices = voice_files(tmp_path, "kick-off", lead=1, seconds=120)
    meeting = await started(api, bots=[])
    await api.call("POST", f"{meeting.path}/recordings/start", {"reason": "for the minutes"})
    people_of = browsers(meeting, tmp_path, [voices["Ada"], voices["Bo"]], Ada="HOST")
    async with people_of as people:
        await all_join(people)
        ada, bo = people
        await ada.sees(bo)

        await api.call("POST", f"{meeting.path}/hold", {"reason": "a word aside"})
        for one, other in ((ada, bo), (bo, ada)):
            await one.page.until_text("The meeting is on hold")
            await one.page.until_text("Recording paused")
            await until_described(one, other, held=True)
        assert await recording_state(meeting) == "PAUSED"
        await bo.page.click("#mute")
        await bo.page.until_text("nobody can speak")

        await api.call("POST", f"{meeting.path}/release", {})
        for one, other in ((ada, bo), (bo, ada)):
            await one.page.wait_for("!document.body.innerText.includes('is on hold.')")
            await one.page.wait_for("!document.body.innerText.includes('Recording paused')")
            await until_described(one, other, held=False)
        assert await recording_state(meeting) == "RECORDING"
        await bo.page.click("#mute")
        await ada.hears_anew(bo, 15)
        frames = f"window.convene.stats['{bo.id}'].framesDecoded"
        now = await ada.page.evaluate(frames)
        await ada.page.wait_for(f"{frames} > {now}")
        await meeting.end()
