"""What is known of a webhook before any endpoint is named: limits, what is signed in with, keys.

Envelope and signature are those of Standard Webhooks 1.0.0 (github.com/standard-webhooks, its
specification, read November 2026). What the body holds is our own, see docs/handing-over.md.
"""

import re
import uuid
from datetime import datetime, timedelta

from connectors.contract import (
    Cadence,
    Capabilities,
    CredentialField,
    DeliveryKey,
    Limits,
    NetworkName,
    RemoteId,
    TextLimit,
)
from connectors.web_addresses import is_web_address

NAME = NetworkName("webhook")
TITLE = "Webhook"

FIELDS = (
    CredentialField(
        name="URL", words="The address that takes posts, https://…", life=timedelta.max
    ),
    CredentialField(
        name="SECRET",
        words="The shared secret, whsec_…; while it is changed the new one and the old one, with "
        "a space between",
        life=timedelta.max,
    ),
    CredentialField(
        name="DROPS_REPEATS_FOR",
        words="For how long the receiver drops a second request with the same webhook-id, by its "
        "owner's word: such as 72h, or no",
        life=timedelta.max,
    ),
)
CAPABILITIES = Capabilities(
    metrics=(),
    account_metrics=(),
    cadence=Cadence(ages=(), weekly_until=timedelta()),
    key_life=None,  # only an endpoint's owner can promise one, for that endpoint
    proves_absence=False,
    settling=timedelta(minutes=2),
    read_batch=1,
    refuses_repeats=False,
    one_text_per_app=False,
    fetches_media=True,
    sells_showings=False,
    finds=False,
    names_account=False,
)
DOCUMENTED = Limits(
    # Ours: Standard Webhooks asks for small bodies and names no limit.
    text=(TextLimit(unit="characters", measure=len, maximum=10_000),),
    max_media=20,
    max_media_bytes=16 * 1024 * 1024,
    media_types=frozenset({"image/jpeg", "image/png", "image/gif", "image/webp"}),
    max_alt_text=None,
)

_KEYS = uuid.UUID("8f3f1c52-3f0e-5b0e-9b0a-6f0c5f6a7d11")
_DURATION = re.compile(r"(\d{1,4})\s*(h|d)", re.ASCII)
_UNITS = {"h": timedelta(hours=1), "d": timedelta(days=1)}


def choose_key(delivery_id: str, content_hash: str, first_attempt_at: datetime) -> DeliveryKey:
    """Name the delivery alone, whatever it says: a receiver that drops repeats never shows two."""
    del content_hash, first_attempt_at
    return DeliveryKey(str(uuid.uuid5(_KEYS, delivery_id)))


def promised_life(text: str) -> timedelta | None:
    """Read for how long repeats are dropped; None for `no`.

    Raises:
        ValueError: it says neither; the message is a sentence.
    """
    words = text.strip().lower()
    if words == "no":
        return None
    match = _DURATION.fullmatch(words)
    if match is None or int(match[1]) == 0:
        message = f"DROPS_REPEATS_FOR is “{text}”; write a time such as 72h or 7d, or no"
        raise ValueError(message)
    return int(match[1]) * _UNITS[match[2]]


def read_permalink(url: str, handle: str, server: str | None) -> RemoteId | None:
    """Take any address at which the partner says that the post stands."""
    del handle, server
    text = url.strip()
    if text.startswith("urn:uuid:"):
        return RemoteId(text.removeprefix("urn:uuid:"))
    return RemoteId(text) if is_web_address(text) else None
