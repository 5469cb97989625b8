"""The same text twice: what networks refuse between accounts of one app, and on one account.

On one account texts are compared without their link, since UTM values differ, and without regard
to capitals and spaces; between accounts also nearly the same is too much (`likeness`).
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from campaign.checks.likeness import Likeness, Likenesses, words_of
from campaign.payload import Form
from campaign.planning.delivery import PlannedDelivery
from campaign.schedule.faults import Fault
from campaign.schedule.reading import PlacedSchedule
from campaign.store.leaders import root_of
from connectors.contract import Network, NetworkName

Deliveries = Iterable[PlannedDelivery]
Said = list[tuple[PlannedDelivery, tuple[str, ...]]]
Groups = dict[tuple[str, ...], list[PlannedDelivery]]
Sentences = Iterator[tuple[PlannedDelivery, str]]


def check_repeats(
    deliveries: Deliveries, placed: PlacedSchedule, networks: Mapping[NetworkName, Network]
) -> list[Fault]:
    """Return a fault for every text that its network would refuse as said already."""
    across: dict[str, Said] = defaultdict(list)
    within: Groups = defaultdict(list)
    for one in deliveries:
        network = networks[NetworkName(one.network)]
        can = network.capabilities
        if not (can.one_text_per_app or can.refuses_repeats) or one.payload.form is Form.REPOST:
            continue
        if can.one_text_per_app and one.mode == "connected":
            across[one.network].append((one, words_of(one, network)))
        if can.refuses_repeats:
            within[(one.channel, bare_text(one, network))].append(one)
    titles = {str(name): network.title for name, network in networks.items()}
    sentences = [*_across(across, titles), *_within(within, titles)]
    entries = {one.name: number for number, one in reversed([*enumerate(placed.schedule.schedule)])}
    return [
        placed.tree.fault(("schedule", entries[one.entry], "send_to"), sentence)
        for one, sentence in sentences
    ]


def bare_text(delivery: PlannedDelivery, network: Network) -> str:
    """Return what is compared: no link, no difference of case or space."""
    link = delivery.payload.link
    text = delivery.payload.text
    if link is not None:
        text = text.replace(network.show_link(link.url), " ")
    return " ".join(text.casefold().split())


def _across(by_network: Mapping[str, Said], titles: Mapping[str, str]) -> Sentences:
    for network, said in by_network.items():
        if len({one.channel for one, _ in said}) > 1:
            for found in Likenesses().among(said):
                yield found.later, _alike(found, titles[network])


def _alike(found: Likeness, title: str) -> str:
    one, first = found.later, found.earlier
    share = f"nearly the same ({found.share:.0%} of the words, in the same order)"
    where = first.channel if one.post == first.post else f"“{first.post}” on {first.channel}"
    return (
        f"“{one.post}” says {'the same' if found.share == 1 else share} on {one.channel} as "
        f"{'on ' if one.post == first.post else ''}{where}, and "
        f"{title} forbids one app posting the same text to several accounts: "
        f"write a wording “## {one.network} / {one.partner}” in posts/{one.post}/post.md, "
        f"or use “mode: repost” or “mode: pack” for {one.channel}"
    )


def _within(groups: Groups, titles: Mapping[str, str]) -> Sentences:
    for group in groups.values():
        for one in group[1:]:
            sentence = (
                f"{_what(one)} says the same on {one.channel} as {_what(group[0])}, and "
                f"{titles[one.network]} refuses repeats: {_remedy(one, group[0])}"
            )
            yield one, sentence


def _what(delivery: PlannedDelivery) -> str:
    if delivery.part > 1:
        return f"“{delivery.id}”"
    if delivery.run in {"1", delivery.post}:
        return f"“{delivery.post}” of {delivery.wall_time}"
    return f"run {delivery.run} of “{delivery.post}”"


def _remedy(one: PlannedDelivery, first: PlannedDelivery) -> str:
    where = f"posts/{one.post}/post.md"
    if one.run not in {"1", one.post}:
        return f"write a wording “## {one.network} #{one.run}” in {where}"
    if root_of(one.id) == root_of(first.id):
        return f"write another text for one of the two parts in {where}"
    if one.post == first.post:
        return f"give this entry a post of its own with another wording for {one.network}"
    return f"write another wording for {one.network} in {where}"
