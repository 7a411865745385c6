"""Live captions as somebody reads them: as people speak, and in a language of their choice."""

from pathlib import Path

import pytest

from convene_cli.client import Api
from tests.support.browser import Page
from tests.support.people import BUILD, Person, all_join, browsers, started
from tests.support.voices import voice_files

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(240)]

# They say it again and again.
ROUND_SECONDS = 14.0
# Joining, recognising and translating, for somebody who just missed the line.
HEARD_SECONDS = 75.0
SAID, IN_SPANISH = "the website is ready", "el sitio web está a punto"
BOTS = [
    {"kind": "transcriber", "config": {"language": "en"}},
    {"kind": "translator", "config": {"languages": ["es"]}},
]
SIZES = {"wide": (1280, 720), "narrow": (360, 640)}

_LANGUAGE = ".captions select"
_LINES = "[...document.querySelectorAll('.captions [aria-hidden] p')].map((one) => one.innerText)"
_FOCUS = f'document.querySelector("{_LANGUAGE}").focus()'
_LABEL = f'document.querySelector("{_LANGUAGE}").labels[0].innerText'
_CHOSEN = f'document.querySelector("{_LANGUAGE}").selectedOptions[0].label'
# What of the captions lies over what else is to be read, or outside of the window.
_COVERED = """(() => {
  // Lines that there is no room for are cut off.
  const inSight = (one) => {
    const box = one.getBoundingClientRect(), around = one.parentElement.getBoundingClientRect();
    const { left, right, bottom } = box;
    return { left, right, bottom, top: Math.max(box.top, around.top) };
  };
  const boxes = (selector) => [...document.querySelectorAll(selector)]
    .filter((one) => one.checkVisibility())
    .map((one) => [one.innerText || one.ariaLabel || one.tagName, inSight(one)]);
  const shown = boxes(".captions [aria-hidden] p, .captions label");
  const others = boxes(".tile, .banner, .controls button");
  const meet = (a, b) =>
    a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
  const outside = (box) => box.left < 0 || box.right > innerWidth || box.top < 0;
  return [
    ...shown.filter(([, box]) => outside(box)).map(([name]) => `${name} is outside`),
    ...shown.flatMap(([name, box], at) => [...shown.slice(at + 1), ...others]
      .filter(([, other]) => meet(box, other)).map(([other]) => `${name} is over ${other}`)),
  ];
})()"""


async def until_shown(page: Page, words: str, *, instead_of: str = "") -> None:
    """Wait until a line of the captions has *words*, and no line has those it stands for."""
    lines = f'{_LINES}.join("\\n").toLowerCase()'
    gone = f'&& !{lines}.includes("{instead_of}")' if instead_of else ""
    await page.wait_for(f'{lines}.includes("{words}") {gone}', HEARD_SECONDS)


async def until_there(page: Page) -> None:
    """Wait for the choice of languages: there is something to read in another one."""
    await page.wait_for(f'document.querySelector("{_LANGUAGE}")', HEARD_SECONDS)


async def choose(page: Page, key: str, label: str) -> None:
    """Choose by keyboard, as everybody can."""
    await page.evaluate(_FOCUS)
    await page.press(key)
    await page.wait_for(f'{_CHOSEN} === "{label}"')


async def look(reader: Person, view: str) -> list[str]:
    """What covers what, in a wide and in a narrow window; a picture of each is kept."""
    found = []
    for size, measures in SIZES.items():
        await reader.page.resize(*measures)
        await reader.page.wait_for(f"innerWidth === {measures[0]}")
        found += [f"{size}: {one}" for one in await reader.page.evaluate(_COVERED)]
        await reader.page.screenshot(BUILD / f"captions-{view}-{size}.png")
    await reader.page.resize(*SIZES["wide"])
    return found


async def test_captions_are_read_live_and_in_a_language_of_ones_choice(
    api: Api, tmp_path: Path
) -> None:
    voices = voice_files(tmp_path, "planning", lead=0, seconds=ROUND_SECONDS, most_lines=1)
    meeting = await started(api, bots=BOTS)
    people_of = browsers(meeting, tmp_path, [voices["Ada"], voices["Bo"]], Ada="HOST")
    async with people_of as (ada, bo):
        await all_join([ada, bo])
        await until_shown(ada.page, SAID)
        await until_there(ada.page)
        assert str(await ada.page.evaluate(_LABEL)).startswith("Captions in")
        covered = await look(ada, "spoken")

        await choose(ada.page, "ArrowDown", "español")
        await until_shown(ada.page, IN_SPANISH)
        assert IN_SPANISH not in str(await bo.page.evaluate(_LINES))
        covered += await look(ada, "spanish")

        await choose(ada.page, "ArrowUp", "As spoken")
        await until_shown(ada.page, SAID, instead_of=IN_SPANISH)
        assert covered == []
        await meeting.end()
