"""Pages as text and as HTML."""

from dataclasses import dataclass

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from scheduler.channels.pages import Page, page_of
from scheduler.domain.notices import Notice
from scheduler.domain.zones import ZoneDatabase


@dataclass(frozen=True, slots=True)
class Rendered:
    page: Page
    text: str
    html: str


class Renderer:
    def __init__(self, zones: ZoneDatabase) -> None:
        self._zones = zones
        self._templates = Environment(
            loader=PackageLoader("scheduler.channels"),
            autoescape=select_autoescape(["html"]),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def page(self, notice: Notice) -> Page:
        return page_of(notice, self._zones)

    def render(self, notice: Notice) -> Rendered:
        page = self.page(notice)
        text = self._templates.get_template("letter.txt").render(page=page)
        html = self._templates.get_template("letter.html").render(page=page)
        return Rendered(page, text.strip() + "\n", html)
