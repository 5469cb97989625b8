"""The names that a schedule declares, so that every use of one can be checked where it stands.

They are taken from the plain values before the model is built: a typing mistake in one place
then hides no wrong name in another.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import ValidationInfo

from campaign.schedule.faults import near
from campaign.schedule.local_time import NoSuchTimeError, WallTime
from campaign.schedule.values import refuse

NETWORKS = (
    *("x", "mastodon", "bluesky", "linkedin", "facebook", "instagram", "threads"),
    "youtube",
    *("webhook", "feed", "email"),
)
"""What a channel, a `network:NAME` and a heading in a post may name. The registry lists the same
ones; a test holds the two equal, so that the schedule needs to import no network."""
DEFAULT_ZONE = "Europe/London"
_ONE_OF = {"people": "person"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Known:
    """Declared names by kind, in the order in which they stand."""

    partners: Collection[str]
    channels: Collection[str]
    slots: Collection[str]
    sectors: Collection[str]
    people: Collection[str]
    posts: Collection[str] | None
    """None where the posts were not looked at."""
    zone: ZoneInfo | None
    """None where the schedule names no zone that exists."""


def known_in(value: dict[str, Any], posts: Collection[str] | None) -> Known:
    """Collect what the file declares, whatever else is wrong with it."""
    partners = _mapping(value, "partners")
    sectors = [one for partner in partners.values() for one in _sectors(partner)]
    return Known(
        partners=dict.fromkeys(partners),
        channels=dict.fromkeys(_mapping(value, "channels")),
        slots=dict.fromkeys(_mapping(value, "slots")),
        sectors=dict.fromkeys(one for one in sectors if one != "all"),
        people=dict.fromkeys(_mapping(value, "people")),
        posts=posts,
        zone=find_zone(value.get("timezone", DEFAULT_ZONE)),
    )


def find_zone(name: object) -> ZoneInfo | None:
    """Return the zone of that name, None where there is none."""
    try:
        return ZoneInfo(str(name))
    except (KeyError, ValueError, OSError):
        return None


def check_name(name: str, kind: str, info: ValidationInfo) -> str:
    """Refuse a name that the schedule does not declare; `kind` is a field of `Known`."""
    known: Known | None = (info.context or {}).get("known")
    names = getattr(known, kind) if known else None
    if names is not None and name not in names:
        hint = near(name, names) or _all_of(names)
        if kind == "posts":
            refuse(f"there is no post “{name}”: posts/{name}/post.md is missing{hint}")
        refuse(f"unknown {_ONE_OF.get(kind, kind[:-1])} “{name}”{hint}")
    return name


def check_target(target: str, info: ValidationInfo) -> str:
    """Refuse a `send_to` that is no channel id, partner:ID, sector:NAME, network:NAME or all."""
    word, colon, name = target.partition(":")
    if target == "all":
        return target
    if not colon:
        return check_name(target, "channels", info)
    if word in {"partner", "sector"}:
        check_name(name, f"{word}s", info)
    elif word != "network":
        refuse(f"“{target}” is no channel, partner:ID, sector:NAME, network:NAME or all")
    elif name not in NETWORKS:
        refuse(f"unknown network “{name}”{near(name, NETWORKS) or _all_of(NETWORKS)}")
    return target


def check_exists(time: WallTime, info: ValidationInfo) -> WallTime:
    """Refuse a local time that the zone's clocks do not show exactly once."""
    known: Known | None = (info.context or {}).get("known")
    if known is not None and known.zone is not None:
        try:
            time.instant(known.zone)
        except NoSuchTimeError as error:
            refuse(str(error))
    return time


def _all_of(names: Collection[str]) -> str:
    if not names:
        return "; none is declared"
    return f"; there is {', '.join(sorted(names)[:8])}{' …' if len(names) > 8 else ''}"


def _mapping(value: dict[str, Any], name: str) -> dict[str, Any]:
    found = value.get(name)
    return found if isinstance(found, dict) else {}


def _sectors(partner: object) -> list[str]:
    found = partner.get("sectors") if isinstance(partner, dict) else None
    return [one for one in found if isinstance(one, str)] if isinstance(found, list) else []
