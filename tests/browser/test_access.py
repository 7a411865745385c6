"""The page for everybody: by keyboard, by screen reader, on a narrow screen."""

import asyncio
import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest

from convene_cli.client import Api
from tests.support.browser import Page
from tests.support.people import Person, browsers, started
from tests.support.voices import voice_files

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(240)]

PAGE = Path(__file__).parents[2] / "console" / "join"
AXE = PAGE / "node_modules" / "axe-core" / "axe.min.js"
NARROW = (360, 640)

_VIOLATIONS = """axe.run(document, { resultTypes: ["violations"] }).then(({ violations }) =>
  violations.filter((one) => ["serious", "critical"].includes(one.impact)).map((one) =>
    `${one.id}: ${one.nodes.map((node) => node.target).join(", ")}`))"""
_CONTROLS = """[...document.querySelectorAll("button, input, select, textarea, a[href]")]
  .filter((one) => !one.disabled && one.checkVisibility() && !one.closest("dialog:not([open])"))"""
_NAME = "(one) => one.ariaLabel || one.innerText || one.name || one.tagName"
_OUTSIDE = f"""{_CONTROLS}.filter((one) => {{
  const box = one.getBoundingClientRect();
  return box.left < 0 || box.right > innerWidth;
}}).map({_NAME})"""
_WATCH_FOCUS = """window.reached = new Set();
addEventListener("focusin", (event) => window.reached.add(event.target));"""
_MISSED = f"{_CONTROLS}.filter((one) => !window.reached.has(one)).map({_NAME})"


async def axe() -> str:
    """The checker, as the page's lock pins it."""
    if not AXE.exists():
        npm = shutil.which("npm")
        assert npm, "axe-core comes by npm; Debian: apt install nodejs npm"
        installing = await asyncio.create_subprocess_exec(npm, "--prefix", str(PAGE), "ci")
        assert await installing.wait() == 0
    return AXE.read_text()


async def faults(page: Page, checker: str) -> Sequence[str]:
    """What keeps somebody from using what is shown now."""
    await page.evaluate(f"{checker}; undefined")
    grave = await page.evaluate(_VIOLATIONS)
    wide = await page.evaluate("document.documentElement.scrollWidth > innerWidth")
    outside = await page.evaluate(_OUTSIDE)
    await page.evaluate(_WATCH_FOCUS)
    for _ in range(await page.evaluate(f"{_CONTROLS}.length") + 3):
        await page.press("Tab")
    missed = await page.evaluate(_MISSED)
    return [
        *grave,
        *(["it is wider than the screen"] if wide else []),
        *(f"outside of the screen: {one}" for one in outside),
        *(f"not reached by Tab: {one}" for one in missed),
    ]


async def test_every_view_is_usable_by_keyboard_and_screen_reader_on_a_narrow_screen(
    api: Api, tmp_path: Path
) -> None:
    voices = voice_files(tmp_path, "kick-off", lead=1, seconds=60)
    meeting = await started(api, bots=[], policy={"lobby": True})
    checker = await axe()
    async with browsers(meeting, tmp_path, [voices["Bo"]]) as (bo,):
        await bo.page.resize(*NARROW)
        await bo.open()
        await bo.page.wait_for("document.querySelector('video')?.videoWidth", 30)
        found = {"pre-join": await faults(bo.page, checker)}

        await bo.ask_to_join()
        await bo.page.wait_for("window.convene.state === 'lobby'")
        found["lobby"] = await faults(bo.page, checker)

        ada = Person("Ada", bo.page, await meeting.link("Ada", role="HOST"))
        await ada.join()
        found["room"] = await faults(ada.page, checker)
        for panel in ("chat", "people"):
            await ada.page.click(f"#{panel}")
            await ada.page.wait_for("document.querySelector('.panel')")
            found[panel] = await faults(ada.page, checker)
            await ada.page.click(".panel header button")

        await meeting.end()

    assert {view: faults for view, faults in found.items() if faults} == {}
