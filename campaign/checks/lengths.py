"""What each network would refuse: length by its own counting, pictures, cards.

A fault stands at the wording or field that has to be mended, once, for the account on which it
is worst.
"""

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from campaign.checks.following import cannot_follow
from campaign.content.compose import choose_wording
from campaign.content.post import Post, Wording
from campaign.outgoing import Ahead, outgoing
from campaign.payload import Form, Payload
from campaign.planning.delivery import PlannedDelivery
from campaign.schedule.faults import Fault
from campaign.schedule.model import Schedule
from connectors.contract import DeliveryKey, Limits, Network, NetworkName, Problem

_NO_KEY = DeliveryKey("check")
"""Checking sends nothing, so the key that `outgoing` wants is never used."""
_NOTHING_OUT = Ahead(remote_id="0", url="", root_id="0")
"""Nor is what a part follows."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Measure:
    """A text as its network counts it, against the limit that binds it."""

    length: int
    maximum: int
    unit: str
    announced: bool

    @property
    def over(self) -> int:
        """How much has to go; 0 where it fits."""
        return max(0, self.length - self.maximum)

    @property
    def source(self) -> str:
        """Who says so."""
        return "announced by its server" if self.announced else "its documented limit"


def measure(payload: Payload, limits: Limits) -> Measure:
    """Count a text by the limit that is nearest to, or furthest past, its maximum."""
    holds = limits.for_comments() if payload.form is Form.COMMENT else limits
    length, limit = holds.binding(payload.text)
    return Measure(
        length=length, maximum=limit.maximum, unit=limit.unit, announced=limits.announced
    )


def other_problems(payload: Payload, network: Network, limits: Limits) -> list[Problem]:
    """List what the network would refuse besides the text's length."""
    boundless = tuple(replace(one, maximum=sys.maxsize) for one in limits.text)
    post = outgoing(payload, _NO_KEY, _NOTHING_OUT)
    return network.check(post, replace(limits, text=boundless, comment_text=()))


def too_long(channel: str, found: Measure, network: Network) -> str:
    """Say by how much a text is too long, by which limit, and who set it."""
    return (
        f"{found.length} {found.unit} on {channel}, but {network.title} takes {found.maximum} "
        f"({found.source}): cut {found.over}"
    )


def check_deliveries(
    deliveries: Iterable[PlannedDelivery],
    posts: Mapping[str, Post],
    schedule: Schedule,
    networks: Mapping[NetworkName, Network],
    limits_of: Callable[[str], Limits | None],
) -> list[Fault]:
    """Return every fault that a network would find in what it would be sent."""
    worst: dict[tuple[str, int, str], tuple[int, Fault]] = {}
    faults: set[Fault] = set()
    seen: set[tuple[object, ...]] = set()
    for one in deliveries:
        if one.payload.form is Form.REPOST:
            continue  # its original is checked where it is posted
        post, network = posts[one.post], networks[NetworkName(one.network)]
        limits = limits_of(one.channel) or network.documented
        wording = piece_of(one, post, schedule)
        sentence = None if one.mode == "pack" else cannot_follow(one.payload, network)
        if sentence:
            faults.add(post.fault_at(wording, sentence))
            continue
        # The same to the same limits has the same faults, however many accounts send it.
        payload = one.payload
        same = (
            one.post,
            wording.place,
            one.network,
            payload.text,
            payload.link,
            payload.media,
            limits,
        )
        if same in seen:
            continue
        seen.add(same)
        found = measure(one.payload, limits)
        key = (one.post, wording.place, one.network)
        if found.over > worst.get(key, (0, None))[0]:
            sentence = f"{wording.heading} comes to {too_long(one.channel, found, network)}"
            worst[key] = (found.over, post.fault_at(wording, sentence))
        problems = other_problems(one.payload, network, limits)
        faults.update(_placed(problems, post, wording, network))
    return [*(fault for _, fault in worst.values()), *faults]


def piece_of(delivery: PlannedDelivery, post: Post, schedule: Schedule) -> Wording:
    """Return the part of the wording that a delivery sends."""
    run = run_number(delivery)
    wording = choose_wording(post, delivery.channel, schedule=schedule, run=run)
    return wording.pieces[delivery.part - 1]


def run_number(delivery: PlannedDelivery) -> int:
    """Return which run a delivery is, from 1; a queue's posts are first runs."""
    return 1 if delivery.run == delivery.post else int(delivery.run)


def _placed(
    problems: Iterable[Problem], post: Post, wording: Wording, network: Network
) -> Iterator[Fault]:
    for one in problems:
        sentence = f"{network.title}: {one.message}"
        if one.field == "text":
            yield post.fault_at(wording, sentence)
        else:
            place = one.field if one.field in {"link", "video"} else "media"
            yield post.fault((place,), sentence)
