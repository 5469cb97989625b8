"""What networks charge for publishing; `prices` has what they charge for being read.

A network without a price is free. Money is in millionths of a US dollar, as there.
"""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, kw_only=True, slots=True)
class PostingPrice:
    """What one network charges for a post and what belongs to it."""

    network: str
    valid_from: date
    post: int
    """Millionths of a dollar for a post without a link."""
    post_with_link: int
    alt_text: int
    """For the words of one picture; the upload itself is free."""
    source: str


KNOWN = (
    PostingPrice(
        network="x",
        valid_from=date(2026, 4, 20),
        post=15_000,
        post_with_link=200_000,
        alt_text=5_000,
        source="X API pricing, pay per use (docs.x.com, August 2026)",
    ),
)


def posting_price(network: str) -> PostingPrice | None:
    """Return the price of a network, None where publishing costs nothing."""
    return next((one for one in KNOWN if one.network == network), None)
