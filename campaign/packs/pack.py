"""Makes a partner's pack: everything it needs to post by hand, in one zip that works offline.

The same database at the same stage gives the same bytes: nothing in it says when it was made.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any, BinaryIO
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from campaign.calendar_files.feeds import entries_of
from campaign.calendar_files.ics import calendar_file
from campaign.packs.archive import sums, write_zip
from campaign.packs.contents import LaidOut, lay_out, posts_csv
from campaign.packs.gathering import Following, Gathered, gather
from campaign.packs.index import index_page
from connectors.content import Content, digest
from connectors.contract import Network, NetworkName

VERSION_LENGTH = 12


@dataclass(frozen=True, kw_only=True, slots=True)
class Pack:
    """A pack as it is handed over."""

    partner: str
    name: str
    """The partner's, as people write it."""
    campaign: str
    title: str
    zone: str
    version: str
    """Names everything the pack holds; another version holds something else."""
    applied_at: datetime
    """When the plan was applied that it comes from: what its files are dated."""
    valid_until: datetime
    """After this a new one has to be asked for."""
    posts: tuple[LaidOut, ...]
    following: tuple[Following, ...]
    files: Mapping[str, Content]
    """By path, the checksums apart."""

    def write_to(self, target: BinaryIO) -> None:
        """Write the zip; the same pack gives the same bytes."""
        write_zip(self.files, self.applied_at.astimezone(ZoneInfo(self.zone)), target)

    def to_json(self) -> dict[str, Any]:
        """Return what `campaign pack --json` prints of it."""
        return {
            "partner": self.partner,
            "campaign": self.campaign,
            "version": self.version,
            "applied_at": _instant(self.applied_at),
            "valid_until": _instant(self.valid_until),
            "posts": [_post(one) for one in self.posts],
            "following": [
                {"because": one.because, "posts": one.count, "at": one.at and _instant(one.at)}
                for one in self.following
            ],
            "files": [
                {"name": name, "bytes": len(content), "sha256": digest(content)}
                for name, content in sorted(self.files.items())
            ],
        }


def make_pack(
    connection: Connection, partner: str, now: datetime, networks: Mapping[NetworkName, Network]
) -> Pack:
    """Return a partner's pack as of this instant; raise `NoPackError` where it can have none."""
    gathered = gather(connection, partner, now)
    schedule = gathered.schedule
    posts = tuple(lay_out(one, networks) for one in gathered.posts)
    slots = entries_of(connection, [one.first for one in gathered.posts])
    files: dict[str, Content] = {}
    for one in posts:
        files |= one.files
    files["posts.csv"] = posts_csv(posts, schedule.timezone)
    files["slots.ics"] = calendar_file(f"{schedule.title or schedule.campaign}: slots", slots)
    valid_until = _valid_until(gathered)
    version = _version(files, gathered, valid_until)
    name = schedule.partners[partner].name
    files["index.html"] = index_page(gathered, posts, version, valid_until).encode()
    return Pack(
        partner=partner,
        name=name,
        campaign=schedule.campaign,
        title=schedule.title or schedule.campaign,
        zone=schedule.timezone,
        version=version,
        applied_at=gathered.applied_at,
        valid_until=valid_until,
        posts=posts,
        following=gathered.following,
        files=files,
    )


def _valid_until(gathered: Gathered) -> datetime:
    """Return the first instant at which something in the pack may no longer be posted."""
    schedule = gathered.schedule
    partner = schedule.partners[gathered.partner]
    last_days = [schedule.runs.until_on]
    last_days += [partner.until_on] if partner.until_on else []
    if partner.co_branding == "partner-logo" and partner.logo_permission:
        last_days.append(partner.logo_permission.until_on)
    after = min(last_days) + timedelta(days=1)
    ends = datetime.combine(after, time(), tzinfo=schedule.zone).astimezone(UTC)
    return min(ends, gathered.holds_from or ends)


def _version(files: Mapping[str, Content], gathered: Gathered, valid_until: datetime) -> str:
    follows = [[one.because, one.count, str(one.at)] for one in gathered.following]
    said = [sums(files), follows, str(valid_until), str(gathered.applied_at), gathered.partner]
    return _sha256(json.dumps(said).encode())[:VERSION_LENGTH]


def _post(one: LaidOut) -> dict[str, Any]:
    return {
        "delivery": one.delivery,
        "post": one.post,
        "network": one.network,
        "account": one.account,
        "due_at": _instant(one.due_at),
        "folder": one.folder,
        "texts": [
            {"length": each.found.length, "limit": each.found.maximum, "unit": each.found.unit}
            for each in one.texts
        ],
    }


def _instant(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
