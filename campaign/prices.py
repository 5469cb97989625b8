"""What networks charge for API calls: one table, with the day it holds from and who says so.

Prices change without notice; whoever shows an amount shows the day and the source with it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, kw_only=True, slots=True)
class PriceList:
    """The prices of one network, in its own currency, each for one."""

    currency: str
    valid_from: date
    source: str
    create: Decimal
    """A post without a link."""
    create_with_link: Decimal
    alt_text: Decimal
    """The words of one picture; the upload itself is free."""
    post_read: Decimal
    """The counts of one post, once in a UTC day."""
    user_read: Decimal
    """One account's own numbers, once in a UTC day."""


PRICES: Mapping[str, PriceList] = {
    "x": PriceList(
        currency="USD",
        valid_from=date(2026, 4, 20),
        source="X developer documentation (docs.x.com), pay-per-use pricing",
        create=Decimal("0.015"),
        create_with_link=Decimal("0.20"),
        alt_text=Decimal("0.005"),
        post_read=Decimal("0.005"),
        user_read=Decimal("0.010"),
    ),
}
"""By network. Networks that are not here charge nothing for calls."""
