"""The templates: GOV.UK's components as macros, our own around them, and how times are written."""

from datetime import datetime
from pathlib import Path
from typing import Any, Never
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, PackageLoader, PrefixLoader, Undefined
from jinja2.loaders import ChoiceLoader
from jinja2.utils import missing
from markupsafe import Markup, escape

from campaign.states import PEOPLES_WORDS, State
from campaign.web.assets import address_of
from campaign.web.direction import closed

FOLDER = Path(__file__).parent / "templates"


class Named(Undefined):
    """Refuses to print a name or attribute that nobody has given; a key may be absent.

    The components of GOV.UK Frontend ask their parameters for keys that are not there.
    """

    def _check(self) -> None:
        if self._undefined_obj is missing or not isinstance(self._undefined_obj, dict):
            self._fail_with_undefined_error()

    def _fail(self) -> Never:
        raise self._undefined_exception(self._undefined_message)

    def __str__(self) -> str:
        self._check()
        return super().__str__()

    def __iter__(self) -> Any:
        self._check()
        return super().__iter__()

    def __len__(self) -> int:
        self._check()
        return super().__len__()


def make_environment() -> Environment:
    """Return the templates."""
    environment = Environment(
        loader=ChoiceLoader(
            [
                FileSystemLoader(FOLDER),
                PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")}),
            ]
        ),
        autoescape=True,
        undefined=Named,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_closed,
    )
    environment.globals["asset"] = address_of
    for name in ("e", "escape"):
        environment.filters[name] = _escaped
    environment.filters["web_address"] = web_address
    environment.filters["in_words"] = lambda state: PEOPLES_WORDS[State(state)]
    return environment


def web_address(text: str) -> str:
    """Return an address that a link may lead to, nothing for any other.

    What a network's server says where a post stands is that server's word: an address that is a
    script (`javascript:`) is none.
    """
    return text if urlsplit(text).scheme in {"http", "https"} else ""


def _escaped(value: Any) -> Markup:
    return escape(_closed(value))


def _closed(value: Any) -> Any:
    """Let no text that is printed turn the letters behind it."""
    return closed(value) if type(value) is str else value


def day_and_time(at: datetime, zone: ZoneInfo) -> str:
    """Return an instant as people of the campaign write it: Tuesday 12 January 2027, 08:30."""
    local = at.astimezone(zone)
    return f"{local:%A} {local.day} {local:%B %Y, %H:%M}"


def short_time(at: datetime, zone: ZoneInfo) -> str:
    """Return an instant for a table: Tue 12 Jan, 08:30."""
    local = at.astimezone(zone)
    return f"{local:%a} {local.day} {local:%b, %H:%M}"
