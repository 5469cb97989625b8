"""Counts the calls that the networks got in a rehearsal, and what they would have cost.

What X charges for is counted as X counts it: a post read once in a UTC day however often it is
asked for, an account likewise, and nothing for what was refused.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from urllib.parse import parse_qs
from zoneinfo import ZoneInfo

from analytics.weeks import week_of
from campaign.posting_prices import PostingPrice, posting_price
from campaign.prices import ReadPrice, price_on
from connectors.link_spans import x_links
from rehearsal.server import Call, Fault, RecordedRequest, StoredPost

WRITES = frozenset({Call.PUBLISH, Call.MEDIA, Call.WITHDRAW})

KINDS: Mapping[Call, str] = {
    Call.PUBLISH: "posts",
    Call.MEDIA: "pictures",
    Call.READ: "counts",
    Call.ACCOUNT: "account",
    Call.FIND: "look-ups",
    Call.SIGN_IN: "sign-ins",
    Call.LIMITS: "limits",
    Call.WITHDRAW: "withdrawals",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Item:
    """One kind of thing that is charged for."""

    words: str
    count: int
    each: int
    """Millionths of a dollar."""

    @property
    def amount(self) -> int:
        """What they come to, in millionths of a dollar."""
        return self.count * self.each


@dataclass(frozen=True, kw_only=True, slots=True)
class Price:
    """What one network charges, for publishing and for being read."""

    posting: PostingPrice
    reading: ReadPrice

    @property
    def valid_from(self) -> date:
        """The day from which both hold."""
        return max(self.posting.valid_from, self.reading.valid_from)

    @property
    def source(self) -> str:
        """Who says so."""
        return "; ".join(dict.fromkeys((self.posting.source, self.reading.source)))


@dataclass(frozen=True, kw_only=True, slots=True)
class Bill:
    """What one network would charge, item by item."""

    price: Price
    items: tuple[Item, ...]

    @property
    def total(self) -> int:
        """What all of it comes to, in millionths of a dollar."""
        return sum(one.amount for one in self.items)


def price_of(network: str, day: date, read_prices: Iterable[ReadPrice]) -> Price | None:
    """Return what a network charges on a day, None where it charges nothing."""
    posting, reading = posting_price(network), price_on(read_prices, network, day)
    return Price(posting=posting, reading=reading) if posting and reading else None


@dataclass
class Calls:
    """Every call that reached a network."""

    zone: ZoneInfo
    by_week: Counter[tuple[str, str, bool]] = field(default_factory=Counter)
    """By network, week and whether it writes."""
    by_kind: Counter[tuple[str, str]] = field(default_factory=Counter)
    faults: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    """By network, kind of call and what went wrong."""
    _posts_read: dict[str, set[tuple[str, date]]] = field(default_factory=lambda: defaultdict(set))
    _accounts_read: dict[str, set[tuple[str, date]]] = field(
        default_factory=lambda: defaultdict(set)
    )
    _described: Counter[str] = field(default_factory=Counter)
    _looked: list[tuple[str, RecordedRequest]] = field(default_factory=list)

    @property
    def weeks(self) -> list[str]:
        """The weeks in which any network was called, in order."""
        return sorted({week for _, week, _ in self.by_week})

    def saw(self, network: str, request: RecordedRequest) -> None:
        """Take in a request."""
        call = request.call or Call.READ
        week = week_of(request.at, self.zone).name
        self.by_week[network, week, call in WRITES] += 1
        self.by_kind[network, KINDS[call]] += 1
        if request.fault is not None:
            self.faults[network, KINDS[call], str(request.fault)] += 1
        if _was_answered(request):
            self._charge(network, request, call)

    def bill(self, network: str, price: Price, posts: Iterable[StoredPost]) -> Bill:
        """Work out what a network would charge for everything it was asked and told."""
        # What X charges for a repost it does not say; it is no post.
        stored = [one for one in posts if one.reposts is None]
        linked = sum(_has_link(post.text) for post in stored)
        read = self._posts_read[network] | set(self._found(network, stored))
        accounts = self._accounts_read[network]
        counts = (
            ("posts with a link", linked, price.posting.post_with_link),
            ("posts without a link", len(stored) - linked, price.posting.post),
            ("alt texts", self._described[network], price.posting.alt_text),
            ("posts read, once a UTC day", len(read), price.reading.post),
            ("accounts read, once a UTC day", len(accounts), price.reading.account),
        )
        return Bill(
            price=price,
            items=tuple(Item(words=words, count=count, each=each) for words, count, each in counts),
        )

    def _charge(self, network: str, request: RecordedRequest, call: Call) -> None:
        day = request.at.date()
        if call is Call.READ:
            ids = ",".join(parse_qs(request.query).get("ids", [])).split(",")
            self._posts_read[network].update((one, day) for one in ids if one)
        elif call is Call.ACCOUNT:
            self._accounts_read[network].add((request.handle or "", day))
        elif call is Call.FIND:
            self._looked.append((network, request))
        elif call is Call.MEDIA and request.path.endswith("/metadata"):
            self._described[network] += 1

    def _found(self, network: str, stored: list[StoredPost]) -> Iterable[tuple[str, date]]:
        """Yield the posts that look-ups on a timeline were shown."""
        for where, request in self._looked:
            if where != network:
                continue
            asked = parse_qs(request.query).get("start_time")
            since = datetime.fromisoformat(asked[0]) if asked else datetime.min.replace(tzinfo=UTC)
            for post in stored:
                if post.handle == request.handle and since <= post.created_at <= request.at:
                    yield post.remote_id, request.at.date()


def _was_answered(request: RecordedRequest) -> bool:
    """Whether the network did what was asked, also where its answer was lost."""
    dropped = request.fault is Fault.STORE_THEN_DROP
    return dropped or (request.status is not None and request.status < 400)


def _has_link(text: str) -> bool:
    """Whether X would find a link; one to an example address stands for the real one to come."""
    return "://" in text or bool(x_links(text))
