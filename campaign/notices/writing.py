"""Writes a letter to somebody of the team: as plain text, and as a small page that says the same.

No letter holds the wording of a post. What networks and people said of one may quote it, so that
is left out, too, as long as the post is under embargo: it stands on the page.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from campaign.schedule.local_time import wall_clock
from campaign.schedule.model import Schedule

SHOWN = 100
"""Lines of one section; where there are more, the letter says how many."""
_ENVIRONMENT = Environment(
    loader=PackageLoader("campaign.notices"),
    autoescape=select_autoescape(["html.j2"], default=True),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One thing that is told."""

    what: str
    words: str = ""
    """What a network or a person said of it."""
    where: str = ""
    """The page or the command that puts it right."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Section:
    """Several things of one kind."""

    heading: str
    lead: str
    lines: tuple[Line, ...]
    where: str = ""
    """Where all of them are put right together."""

    @property
    def shown(self) -> tuple[Line, ...]:
        """The lines that are written out."""
        return self.lines[:SHOWN]

    @property
    def left_out(self) -> int:
        """How many are not."""
        return len(self.lines) - len(self.shown)


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """Everything one letter says."""

    campaign: str
    reader: str
    as_of: str
    sections: tuple[Section, ...]
    standing_in: tuple[str, ...] = ()
    """For whom its reader is the deputy now, in words."""
    choices: str
    """Where its reader chooses what comes; empty where no page is reached."""


def when(schedule: Schedule, instant: datetime) -> str:
    """Write an instant as the campaign's clocks show it."""
    local = wall_clock(instant, schedule.zone)
    return f"{local:%A} {local.day} {local:%B %Y, %H:%M}"


def post_name(post: str) -> str:
    """Return a post's name as words, as the pages have it."""
    return post.replace("-", " ").capitalize()


def as_text(page: Page) -> str:
    """Return the letter for programs that show text alone."""
    parts = [f"Dear {page.reader},", *page.standing_in]
    for section in page.sections:
        parts.append(f"{section.heading.upper()} ({len(section.lines)})\n{section.lead}")
        if section.where:
            parts[-1] += f"\nAll of them: {section.where}"
        parts += ["\n".join(_line(one)) for one in section.shown]
        if section.left_out:
            parts.append(f"And {section.left_out} more.")
    ending = [f"This is how things stood on {page.as_of} ({page.campaign})."]
    if page.choices:
        ending.append(f"Choose which letters you get: {page.choices}")
    return "\n\n".join([*parts, "\n".join(ending)]) + "\n"


def as_page(page: Page) -> str:
    """Return the letter for programs that show pages: no picture, no script, nothing from afar."""
    return _ENVIRONMENT.get_template("letter.html.j2").render(page=page)


def _line(one: Line) -> Sequence[str]:
    return [f"- {one.what}", *(f"  {more}" for more in (one.words, one.where) if more)]
