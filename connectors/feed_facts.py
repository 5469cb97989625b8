"""What is known of a feed: limits, what it is given, how its entries are named.

Atom is RFC 4287, taken-down entries RFC 6721, RSS the 2.0 specification with Media RSS 1.5.1 for
the words of pictures.
"""

import re
import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from connectors.checking import check_limits
from connectors.contract import (
    Cadence,
    Capabilities,
    CredentialField,
    DeliveryKey,
    Limits,
    NetworkName,
    OutgoingPost,
    Problem,
    RemoteId,
    TextLimit,
)

NAME = NetworkName("feed")
TITLE = "Feed"
ATOM_FILE, RSS_FILE = "atom.xml", "rss.xml"

FIELDS = (
    CredentialField(
        name="FOLDER", words="The folder that the feed's files are written to", life=timedelta.max
    ),
    CredentialField(
        name="ADDRESS", words="Where everybody finds that folder, https://…/", life=timedelta.max
    ),
)
CAPABILITIES = Capabilities(
    metrics=(),
    account_metrics=(),
    cadence=Cadence(ages=(), weekly_until=timedelta()),
    key_life=timedelta.max,
    proves_absence=True,
    finds_unnoted=True,
    settling=timedelta(minutes=2),
    read_batch=1,
    refuses_repeats=False,
    one_text_per_app=False,
    deletes=True,
    edits=True,
    sells_showings=False,
    names_account=False,
)
ENDINGS = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/gif": "gif",
    "image/webp": "webp",
}
DOCUMENTED = Limits(
    # Ours: neither format names a limit, and readers are for more than a book.
    text=(TextLimit(unit="characters", measure=len, maximum=20_000),),
    max_media=20,
    max_media_bytes=16 * 1024 * 1024,
    media_types=frozenset(ENDINGS),
    max_alt_text=None,
)

_KEYS = uuid.UUID("3d5c2a0e-7d9a-5f5e-8f7c-1f6a2f0a4b7d")
_NOT_IN_XML = re.compile("[^\t\n\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""XML 1.0, section 2.2, and carriage returns, which readers turn into line feeds (2.11)."""
_KEY = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def choose_key(delivery_id: str, content_hash: str, first_attempt_at: datetime) -> DeliveryKey:
    """Name the delivery and its content: the entry's id, which readers know it by for ever."""
    del first_attempt_at
    return DeliveryKey(str(uuid.uuid5(_KEYS, f"{delivery_id}\n{content_hash}")))


def check(post: OutgoingPost, limits: Limits) -> list[Problem]:
    """List what goes over the limits, and characters that no XML can hold."""
    return [*check_limits(post, limits), *_unwritable(post)]


def read_permalink(url: str, handle: str, server: str | None) -> RemoteId | None:
    """Take the id out of an entry's address."""
    del handle, server
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return None
    fits = parts.scheme in {"http", "https"} and parts.path.endswith(f"/{ATOM_FILE}")
    return RemoteId(parts.fragment) if fits and _KEY.fullmatch(parts.fragment) else None


def _unwritable(post: OutgoingPost) -> Iterator[Problem]:
    texts = [("text", post.text), *(("alt_text", one.alt_text) for one in post.media)]
    for field, text in texts:
        found = _NOT_IN_XML.search(text)
        if found:
            message = (
                f"A feed cannot hold the control character U+{ord(found[0]):04X}: take it out."
            )
            yield Problem(field=field, message=message)
