"""What a backup says of itself: of which campaign it is, when it was begun, and what it holds."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import PurePosixPath
from typing import Any

from campaign.keeping.contents import KEPT
from campaign.keeping.faults import KeepingError

FORMAT = 1
MANIFEST = "manifest.json"
DATABASE = "campaign.db"
FILES = "files/"
"""What stands before the names of the folder's files."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Member:
    """One file in a backup."""

    bytes: int
    sha256: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Manifest:
    """The first file of a backup."""

    number: str
    """Made anew for each."""
    campaign: str
    title: str
    taken_at: datetime
    """When it was begun: everything done before is in it, nothing done after it need be."""
    program: str
    """The version that made it."""
    revision: str
    """Of the tables."""
    kept_in: str
    """The database's address then, without secrets."""
    rows: Mapping[str, int]
    """By table."""
    members: Mapping[str, Member]
    """By name; all there is but the manifest."""
    left_out: Sequence[str]
    """Files that lay among the campaign's and were not taken, each with the reason."""

    def as_json(self) -> str:
        """Write it down."""
        values = {"format": FORMAT, **asdict(self), "taken_at": self.taken_at.isoformat()}
        return json.dumps(values, ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def read_manifest(text: str) -> Manifest:
    """Read what `as_json` wrote; raise `KeepingError` for anything else."""
    try:
        values = json.loads(text)
        found = values.pop("format")
        if found != FORMAT:
            message = f"it is of format {found}, this Campaign Desk reads {FORMAT}; upgrade it"
            raise KeepingError(message)
        return Manifest(
            **{
                **values,
                "taken_at": _instant(values["taken_at"]),
                "members": {name: Member(**one) for name, one in values["members"].items()},
            }
        )
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        message = "its manifest cannot be read: it is no backup of a campaign, or was changed"
        raise KeepingError(message) from error


def check_names(manifest: Manifest) -> None:
    """Refuse names by which a file could land anywhere but in the campaign's folder."""
    for name in manifest.members:
        parts = PurePosixPath(name.removeprefix(FILES)).parts
        is_file = name.startswith(FILES) and parts[:1] and parts[0] in KEPT
        fits = is_file and "/".join(parts) == name.removeprefix(FILES)
        bad = any(one in ("..", ".", "") or "\\" in one or "\0" in one for one in parts)
        if name != DATABASE and (not fits or bad):
            raise KeepingError(f"it names the file “{name}”, which no backup has: it was changed")
    if DATABASE not in manifest.members:
        raise KeepingError("there is no database in it")


def _instant(text: Any) -> datetime:
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None:
        message = "an instant has to name its offset"
        raise ValueError(message)
    return instant
