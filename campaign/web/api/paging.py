"""Pages of long lists: each leads on from the last row it showed, not from a number of rows.

The rows come in the order of something that never changes, so that a list that grows or changes
while somebody goes through it shows everything that was there throughout, each once.
"""

import base64
import binascii
import hashlib
import json
from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import Query

from campaign.web.api.problems import ProblemError, Wrong

MOST = 200
Limit = Annotated[int, Query(ge=1, le=MOST, description="How many rows a page may have.")]
Cursor = Annotated[
    str,
    Query(
        max_length=2_000,
        description="Where to go on: `next` of the page before. Empty for the first page.",
    ),
]


def next_cursor(last: str, filters: Mapping[str, Any]) -> str:
    """Return where the page after the row with this id begins, for the same filters."""
    text = json.dumps([_mark(filters), last])
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def last_of(cursor: str, filters: Mapping[str, Any]) -> str:
    """Return the last id that was shown, empty at the beginning.

    Raises `ProblemError` for a cursor that is none, or of other filters.
    """
    if not cursor:
        return ""
    try:
        said = json.loads(base64.urlsafe_b64decode(cursor.encode("ascii") + b"=" * 3))
    except (ValueError, binascii.Error):
        said = None
    match said:
        case [mark, str(last)] if mark == _mark(filters) and "\x00" not in last:
            return last
    wrong = Wrong(at="query.cursor", what="Take `next` of the page before, with the same filters.")
    raise ProblemError("invalid", "The cursor is of no page of this list", errors=[wrong])


def _mark(filters: Mapping[str, Any]) -> str:
    text = json.dumps(filters, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
