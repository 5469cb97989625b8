"""What the stand-in networks remember of their visitors.

The posts they keep and the requests they got: the networks write them, tests and the demo read
them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from rehearsal.faults import Call, Fault


@dataclass(frozen=True, kw_only=True, slots=True)
class StoredMedia:
    """A picture as it was uploaded, with the words sent along with it."""

    content: bytes = field(repr=False)
    media_type: str
    alt_text: str
    remote_id: str = ""
    width: int = 0
    height: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class StoredPost:
    """A post as one stand-in network keeps it."""

    handle: str
    """As it was given to `Rehearsal.add_account`."""
    remote_id: str
    """The post's id; Bluesky: the at:// address; LinkedIn: the URN; Facebook: PAGE_POST."""
    text: str
    language: str | None
    """None where the network takes no language."""
    created_at: datetime
    """When the network stored it, by the rehearsal's clock."""
    media: tuple[StoredMedia, ...]
    raw: dict[str, Any] = field(repr=False)
    """The JSON exactly as received; on Bluesky the record."""
    url: str
    answers: str | None = None
    """The id of the post that this one stands under."""
    reposts: str | None = None
    """The id of the post that this one passes on; it then has no text of its own."""
    deleted_at: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class RecordedRequest:
    """One request that arrived, whatever became of it; secrets are replaced before storing."""

    method: str
    path: str
    query: str
    """Undecoded, without the question mark."""
    headers: Mapping[str, str]
    """Names in lower case."""
    body: bytes = field(repr=False)
    status: int | None
    """What was answered; None where the connection was dropped instead."""
    at: datetime
    call: Call | None
    """What the request wanted; None for an address the network does not have."""
    handle: str | None
    """Whose credentials it carried, where they are known."""
    fault: Fault | None
    """The injected fault that met it."""
