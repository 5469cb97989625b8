"""Lays the plan out as the rows of a calendar, one for each delivery."""

import re
from collections.abc import Iterator, Mapping

from campaign.calendar_files.columns import Cells
from campaign.checks.lengths import measure
from campaign.checks.report import Report
from campaign.content.post import Post
from campaign.models import Delivery
from campaign.planning.calendar import wall_text
from campaign.planning.delivery import PlannedDelivery
from campaign.schedule.local_time import wall_clock
from campaign.schedule.model import Schedule, SingleEntry
from campaign.states import PEOPLES_WORDS, State
from connectors.contract import Network, NetworkName

_HASHTAG = re.compile(r"(?<![\w&/#])#\w*[^\W\d_]\w*")


def calendar_rows(
    report: Report,
    schedule: Schedule,
    stored: Mapping[str, Delivery],
    networks: Mapping[NetworkName, Network],
) -> list[Cells]:
    """Return a row for every delivery of the plan, earliest first; of a thread for its first part.

    What a network knows of it stands there where the plan was applied.
    """
    every = {entry.name for entry in schedule.schedule if _recurs(entry)}
    parts: dict[str, list[PlannedDelivery]] = {}
    for one in report.deliveries:
        parts.setdefault("/".join(one.id.split("/")[:3]), []).append(one)
    return [
        _of_plan(some, schedule, networks)
        | _of_post(report.posts[some[0].post], some[0])
        | _of_store(stored.get(name))
        | {"evergreen": "yes" if some[0].entry in every else "no"}
        for name, some in parts.items()
    ]


def _recurs(entry: object) -> bool:
    return isinstance(entry, SingleEntry) and entry.every is not None


def _of_plan(
    parts: list[PlannedDelivery], schedule: Schedule, networks: Mapping[NetworkName, Network]
) -> Cells:
    one, payload = parts[0], parts[0].payload
    text = "\n\n".join(part.payload.text for part in parts)
    link = next((part.payload.link for part in parts if part.payload.link), None)
    embargo = one.embargo_until
    network = networks[NetworkName(one.network)]
    return {
        "id": one.id,
        "entry": one.entry,
        "campaign": schedule.campaign,
        "post": one.post,
        "network": one.network,
        "account": one.channel,
        "handle": payload.handle,
        "language": payload.language,
        "variant text": text,
        "character count": str(measure(payload, network.documented).length),
        "UTM preview": link.url if link else "",
        "hashtag": " ".join(_HASHTAG.findall(text)),
        "local date and time": one.wall_time,
        "zone": schedule.timezone,
        "embargo until": wall_text(wall_clock(embargo, schedule.zone)) if embargo else "",
        "partner set": one.partner,
        "legal needed": "yes" if "legal" in one.gates else "no",
        "alt text": "\n".join(media.alt_text for media in payload.media),
    }


def _of_post(post: Post, one: PlannedDelivery) -> Cells:
    del one
    return {
        "theme": post.theme or "",
        "sector": " ".join(post.sectors),
        "link": post.link.url if post.link else "",
        "media file": "\n".join(media.file for media in post.media),
        "captions file": "\n".join(_captions(post)),
        "notes": post.note,
    }


def _captions(post: Post) -> Iterator[str]:
    for media in post.media:
        if media.burnt_in:
            yield "burnt-in"
        elif media.captions is not None:
            yield media.captions.file


def _of_store(row: Delivery | None) -> Cells:
    if row is None:
        return {"status": "not applied"}
    return {
        "status": PEOPLES_WORDS[State(row.state)],
        "author": row.applied_by,
        "permalink": row.url or "",
        "evidence level": row.evidence or "",
    }
