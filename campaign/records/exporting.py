"""Takes the record out: as JSON for programs, as one page for people, and with a line in the audit.

The page holds everything itself and no script, looks like the weekly report, and prints to A4.
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from campaign.records.asked import Asked
from campaign.records.record import Source, build_record
from campaign.store.database import Store
from campaign.store.deeds import note_deed
from campaign.store.deliveries import Change

JSON, HTML = "json", "html"
MEDIA_TYPES = {JSON: "application/json", HTML: "text/html; charset=utf-8"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Export:
    """One record as files, the same bytes for the same rows and question."""

    name: str
    """Of its files, without an ending."""
    files: dict[str, bytes]
    """By ending: `json` and `html`."""
    deliveries: int
    sha256: str
    """Of the JSON file; it stands in the audit."""


def export(source: Source, asked: Asked) -> Export:
    """Return the record that answers a question as JSON and as a page."""
    record = build_record(source, asked)
    text = json.dumps(record, ensure_ascii=False, indent=2, sort_keys=True) + "\n"
    content = text.encode()
    digest = hashlib.sha256(content).hexdigest()
    page = _page(record, digest, source.schedule.zone)
    return Export(
        name=f"{source.schedule.campaign}-record-{digest[:12]}",
        files={JSON: content, HTML: page.encode()},
        deliveries=len(record["deliveries"]),
        sha256=digest,
    )


def note_export(store: Store, made: Export, asked: Asked, change: Change) -> None:
    """Write into the audit who took which record out."""
    narrowed = {
        "from": asked.from_on,
        "until": asked.until_on,
        "theme": asked.theme,
        "partner": asked.partner,
        "channel": asked.channel,
    }
    parts = [f"{name} {value}" for name, value in narrowed.items() if value]
    parts += ["with names of staff"] if asked.names else []
    words = f"{', '.join(parts) or 'everything'}; {made.deliveries} deliveries; {made.sha256}"
    why = f"{change.why}: {words}" if change.why else words
    with store.write() as connection:
        done = Change(who=change.who, at=change.at, why=why)
        note_deed(connection, done, "exported record", asked.reference or "no reference")


def _page(record: dict[str, Any], digest: str, zone: ZoneInfo) -> str:
    def when(text: str | None) -> str:
        if not text:
            return "never"
        local = datetime.fromisoformat(text).astimezone(zone)
        return f"{local.day} {local:%B %Y, %H:%M}"

    css = Markup(_css())  # noqa: S704 - our own file, it holds nobody's words
    page: str = _template().render(record=record, digest=digest, when=when, css=css)
    return page


@cache
def _template() -> Any:
    environment = Environment(
        loader=PackageLoader("campaign.records"),
        autoescape=select_autoescape(["html.j2"], default=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("record.html.j2")


@cache
def _css() -> str:
    sheets = Environment(loader=PackageLoader("analytics"), autoescape=True)
    return sheets.get_template("report.css").render()
