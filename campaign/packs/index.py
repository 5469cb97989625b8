"""The page of a pack: opened from the unpacked zip, with no network and no script."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from campaign.packs.contents import LaidOut
from campaign.packs.gathering import Following, Gathered
from campaign.store.sight import Because

_ENVIRONMENT = Environment(
    loader=PackageLoader("campaign.packs"),
    autoescape=select_autoescape(["html.j2"], default=True),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_FOLLOWS = {
    Because.EMBARGO: "under embargo",
    Because.ACCEPTANCE: "waiting for your own yes",
    Because.APPROVAL: "not approved yet",
    Because.HELD: "on hold until the comms team decides",
}


def index_page(
    gathered: Gathered, posts: Sequence[LaidOut], version: str, valid_until: datetime
) -> str:
    """Return the page; it says what is in the pack, what follows, and until when it holds."""
    zone = gathered.schedule.zone
    owner = gathered.schedule.owner
    return _ENVIRONMENT.get_template("index.html.j2").render(
        campaign=gathered.schedule.title or gathered.schedule.campaign,
        partner=gathered.schedule.partners[gathered.partner].name,
        owner=gathered.schedule.partners[owner].name if owner else "the campaign's owner",
        reached_at=gathered.schedule.partners[owner].reached_at() if owner else "",
        zone=gathered.schedule.timezone,
        posts=posts,
        following=[_sentence(one, zone) for one in gathered.following],
        version=version,
        applied=_day_and_time(gathered.applied_at, zone),
        valid_until=_end(valid_until, zone),
        slots={one.delivery: _day_and_time(one.due_at, zone) for one in posts},
    )


def _sentence(one: Following, zone: ZoneInfo) -> str:
    posts = "1 post is" if one.count == 1 else f"{one.count} posts are"
    if one.at is None:
        return f"{posts} {_FOLLOWS[one.because]}."
    return f"{posts} {_FOLLOWS[one.because]} until {_day_and_time(one.at, zone)}."


def _end(moment: datetime, zone: ZoneInfo) -> str:
    """Write a midnight as the end of the day before, since people read it so."""
    local = moment.astimezone(zone)
    if local.time() != time():
        return _day_and_time(moment, zone)
    day = local.date() - timedelta(days=1)
    return f"The end of {day:%A} {day.day} {day:%B %Y}"


def _day_and_time(moment: datetime, zone: ZoneInfo) -> str:
    """Write an instant as people do: Tuesday 12 January 2027, 08:30."""
    local = moment.astimezone(zone)
    return f"{local:%A} {local.day} {local:%B %Y, %H:%M}"
