"""What networks charge for being read, with the day from which a price holds and its source.

A network without a price is free. Prices in the settings go before the ones here, from their day
on. Money is in millionths of a US dollar, so that sums are exact.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

MICROS = 1_000_000


@dataclass(frozen=True, kw_only=True, slots=True)
class ReadPrice:
    """What one network charges for a reading; the same thing twice in one UTC day is charged once.

    X says so itself, and calls it a soft guarantee.
    """

    network: str
    valid_from: date
    post: int
    """Millionths of a dollar for the counts of one post."""
    account: int
    """Millionths of a dollar for an account's own numbers."""
    source: str


KNOWN = (
    ReadPrice(
        network="x",
        valid_from=date(2026, 4, 20),
        post=5_000,
        account=10_000,
        source="X API pricing, pay per use (docs.x.com, August 2026)",
    ),
)


class PriceError(ValueError):
    """A price that cannot be read; the message says what to write."""


def price_on(prices: Iterable[ReadPrice], network: str, day: date) -> ReadPrice | None:
    """Return the price of a network on a day, None where reading it costs nothing.

    Of several that hold, the one with the latest day holds; of one day, the one listed last.
    """
    valid = [one for one in prices if one.network == network and one.valid_from <= day]
    return max(enumerate(valid), key=_recency)[1] if valid else None


def read_prices(text: str) -> tuple[ReadPrice, ...]:
    """Read prices as the settings have them: `x 2027-01-01 0.006 0.012; …`.

    Network, first day, dollars for a post, dollars for an account. Raises `PriceError`.
    """
    return tuple(_read_price(line) for line in text.split(";") if line.strip())


def read_dollars(text: str) -> int:
    """Read an amount of dollars such as `25` or `0.005`; raise `PriceError`."""
    try:
        micros = Decimal(text) * MICROS
    except InvalidOperation:
        micros = Decimal(-1)
    if not micros.is_finite() or micros < 0 or micros != int(micros):
        message = f"“{text}” is no amount in US dollars; write for example 25 or 0.005"
        raise PriceError(message)
    return int(micros)


def dollars(micros: int) -> str:
    """Write an amount: cents, or all digits where it is no whole number of cents."""
    amount = Decimal(micros) / MICROS
    return f"${amount:,.2f}" if micros % 10_000 == 0 else f"${amount.normalize():,f}"


def _recency(listed: tuple[int, ReadPrice]) -> tuple[date, int]:
    return listed[1].valid_from, listed[0]


def _read_price(line: str) -> ReadPrice:
    words = line.split()
    if len(words) != 4:
        message = f"“{line.strip()}” is no price; write network, day and two amounts in dollars"
        raise PriceError(message)
    network, day, post, account = words
    try:
        valid_from = date.fromisoformat(day)
    except ValueError:
        message = f"“{day}” is no day; write it like 2027-01-01"
        raise PriceError(message) from None
    return ReadPrice(
        network=network,
        valid_from=valid_from,
        post=read_dollars(post),
        account=read_dollars(account),
        source="the settings",
    )
