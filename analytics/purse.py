"""Pays for readings under the spending limit, and says which ones there is no money for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from campaign.prices import KNOWN, ReadPrice, price_on
from campaign.store.database import Store
from campaign.store.spending import already_paid, charge, give_back, spent_in_month

POST, ACCOUNT = "post", "account"

NOT_FOR_COST = "not read, because the spending limit was reached"
"""The reason that stands in place of a count that there was no money for."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Purse:
    """The prices of the networks, and what may be spent on reading in a calendar month (UTC)."""

    prices: tuple[ReadPrice, ...] = KNOWN
    limit: int | None = None
    """Millionths of a dollar; None is no limit."""

    def price(self, network: str, kind: str, now: datetime) -> int:
        """Return what one reading costs, 0 where the network charges nothing."""
        found = price_on(self.prices, network, now.astimezone(UTC).date())
        if found is None:
            return 0
        return found.post if kind == POST else found.account


FREE = Purse(prices=())
"""For networks that charge nothing, and for tests."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Paid:
    """What may be read now."""

    network: str
    kind: str
    things: frozenset[str]
    charged: frozenset[str]
    """Those of them that were charged just now; the others were free or paid today already."""
    at: datetime


def pay(
    store: Store, purse: Purse, what: tuple[str, str], things: Sequence[str], now: datetime
) -> Paid:
    """Charge for things as far as the limit allows, in their order; `what` is network and kind."""
    network, kind = what
    price = purse.price(network, kind, now)
    if not price or not things:
        return Paid(
            network=network, kind=kind, things=frozenset(things), charged=frozenset(), at=now
        )
    day = now.astimezone(UTC).date()
    with store.write() as connection:
        paid = already_paid(connection, network, kind, things, day)
        new = [one for one in things if one not in paid]
        if purse.limit is not None:
            left = purse.limit - spent_in_month(connection, now)
            new = new[: max(0, left // price)]
        charge(connection, network, kind, new, (day, price))
    return Paid(
        network=network,
        kind=kind,
        things=frozenset(paid | set(new)),
        charged=frozenset(new),
        at=now,
    )


def refund(store: Store, paid: Paid) -> None:
    """Give back what was charged for a call that reached nobody: networks bill no failed calls."""
    if paid.charged:
        with store.write() as connection:
            day = paid.at.astimezone(UTC).date()
            give_back(connection, paid.network, paid.kind, paid.charged, day)
