"""What is known of handing a post over by e-mail: limits, addresses, keys.

Message format is RFC 5322, MIME RFC 2045; `mid:` addresses are RFC 2392. That nobody can know what
became of a letter whose connection broke after its text is RFC 1047.
"""

import re
import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta

from connectors.checking import check_limits
from connectors.contract import (
    Cadence,
    Capabilities,
    DeliveryKey,
    Limits,
    NetworkName,
    OutgoingPost,
    Problem,
    RemoteId,
    TextLimit,
)
from connectors.web_addresses import is_web_address

NAME = NetworkName("email")
TITLE = "E-mail"

CAPABILITIES = Capabilities(
    metrics=(),
    account_metrics=(),
    cadence=Cadence(ages=(), weekly_until=timedelta()),
    key_life=None,
    proves_absence=False,
    settling=timedelta(minutes=2),
    read_batch=1,
    refuses_repeats=False,
    one_text_per_app=False,
    sells_showings=False,
    finds=False,
    names_account=False,
    doubles=True,
)
MOST_BYTES = 10_000_000
"""Of all pictures together: what mail servers take of one letter, by long custom."""
DOCUMENTED = Limits(
    text=(TextLimit(unit="characters", measure=len, maximum=20_000),),
    max_media=10,
    max_media_bytes=MOST_BYTES,
    media_types=frozenset({"image/jpeg", "image/png", "image/gif", "image/webp"}),
    max_alt_text=None,
)

_KEYS = uuid.UUID("6a1e9a4c-54a7-5a1b-9d7e-2f0c1b7d9e35")
_ADDRESS = re.compile(r"[^@\s<>,;:\"]+@[^@\s<>,;:\"]+\.[^@\s<>,;:\".]+", re.ASCII)
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f]")


def choose_key(delivery_id: str, content_hash: str, first_attempt_at: datetime) -> DeliveryKey:
    """Name the delivery alone: mail programs that hide repeats know a letter by its id."""
    del content_hash, first_attempt_at
    return DeliveryKey(str(uuid.uuid5(_KEYS, delivery_id)))


def wrong_handle(handle: str) -> str | None:
    """Say why a handle is no address that a letter can go to."""
    if _ADDRESS.fullmatch(handle):
        return None
    return f"“{handle}” is no e-mail address; write for example comms@ndna.example"


def check(post: OutgoingPost, limits: Limits) -> list[Problem]:
    """List what goes over the limits, together as well, and what a letter cannot hold."""
    return [*check_limits(post, limits), *_too_heavy(post), *_unwritable(post)]


def read_permalink(url: str, handle: str, server: str | None) -> RemoteId | None:
    """Take a letter's own address, or any at which the partner says that the post stands."""
    del handle, server
    text = url.strip()
    if text.startswith("mid:"):
        return RemoteId(text.removeprefix("mid:").partition("@")[0])
    return RemoteId(text) if is_web_address(text) else None


def _too_heavy(post: OutgoingPost) -> Iterator[Problem]:
    together = sum(len(one.content) for one in post.media)
    if len(post.media) > 1 and together > MOST_BYTES:
        message = (
            f"The pictures have {together:,} bytes together, the most is {MOST_BYTES:,}: "
            f"make them smaller."
        )
        yield Problem(field="media", message=message)


def _unwritable(post: OutgoingPost) -> Iterator[Problem]:
    texts = [("text", post.text), *(("alt_text", one.alt_text) for one in post.media)]
    for field, text in texts:
        found = _CONTROL.search(text)
        if found:
            message = f"A letter cannot hold the control character U+{ord(found[0]):04X}."
            yield Problem(field=field, message=message)
