"""Keeps what was paid for apart from the rest: which definition a count follows, and what it holds.

A network's own definitions say whether paid showings are in a count. Numbers that people bring
follow the same definitions, with a mark where the person said "paid" or "not paid"; where nobody
said, and somebody may have paid, the count may hold both.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from connectors.contract import PAID_METRICS, PAID_OF, Definition, Metric, Network, Paid


def definition_told(network: Network, metric: Metric, *, paid: bool | None) -> Definition | None:
    """Return what a number that a person brings counts; None where the network has no such count.

    `paid` is what the person says of it: paid for, not paid for, or nothing.
    """
    can = network.capabilities
    offered = next((one for one in can.metrics if one.metric is metric), None)
    if offered is None:
        return None
    if paid:
        return _paid(offered, can.sometimes)
    if paid is False:
        return offered if offered.paid is Paid.NONE else _organic(offered)
    if offered.paid is Paid.NOT_TOLD or not can.sells_showings:
        return offered
    combined = (one for one in can.sometimes if one.metric is metric)
    return next(combined, None) or _combined(offered)


def definitions_by_id(networks: Mapping[str, Network]) -> dict[str, Definition]:
    """Return every definition that a count may follow, whoever brought it."""
    found: dict[str, Definition] = {}
    for network in networks.values():
        can = network.capabilities
        told = (
            definition_told(network, one.metric, paid=paid)
            for one in can.metrics
            for paid in (True, False, None)
        )
        for definition in (*can.metrics, *can.sometimes, *told):
            if definition is not None:
                found.setdefault(definition.id, definition)
    return found


def _paid(offered: Definition, sometimes: Iterable[Definition]) -> Definition:
    metric = PAID_OF[offered.metric]
    of_network = next((one for one in sometimes if one.metric is metric), None)
    return of_network or replace(
        offered,
        id=f"{offered.id}.paid",
        metric=metric,
        words=f"{offered.words} Only what was paid for, as its owner says.",
        paid=Paid.ONLY,
    )


def _organic(offered: Definition) -> Definition:
    words = f"{offered.words} Without what was paid for, as its owner says."
    return replace(offered, id=f"{offered.id}.organic", words=words, paid=Paid.NONE)


def _combined(offered: Definition) -> Definition:
    words = f"{offered.words} Its owner did not say whether anything was paid for."
    return replace(offered, id=f"{offered.id}.combined", words=words, paid=Paid.NOT_TOLD)


def is_paid(metric: str) -> bool:
    """Say whether a metric counts what was paid for."""
    return metric in PAID_METRICS
