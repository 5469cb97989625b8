"""Numbers that a partner types or sends as a file, by the rules of `campaign import-metrics`.

Nothing is half taken in. What was typed is marked `stated`, what came as a file `upload`, what one
of us typed off a picture `screenshot`. A field left empty is a number that nobody has: never zero.
"""

import csv
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from analytics.imports import (
    ImportSummary,
    MetricsFileError,
    NumbersFile,
    decode_metrics,
    import_metrics,
)
from campaign.partner_links.posts import PartnerPost
from connectors.contract import Metric, Network

STATED = "stated"
LARGEST_FILE = 1_000_000
"""Bytes of a file from a partner: some ten thousand numbers."""
MOST_FAULTS = 20
"""Faults told at once; whoever mends these hears of the others."""
MOST_FIELDS = 5
_FORM, _FILE = "form", "file"
_GROUPED = re.compile(r"\d{1,3}(?:[,\u00a0\u202f ]\d{3})+", re.ASCII)
_WORDS: dict[Metric, str] = {
    Metric.REACTIONS: "Likes and other reactions",
    Metric.REPLIES: "Comments",
    Metric.RESHARES: "Reposts or shares",
    Metric.IMPRESSIONS: "Impressions: how often it was shown",
    Metric.VIEWS: "Views: how often it was shown",
    Metric.LINK_CLICKS: "Clicks on the link",
    Metric.REACH: "People reached",
}
"""What is asked for, the first that the network counts, in this order."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Field:
    """One number that the form asks for."""

    metric: str
    words: str


class NumbersError(Exception):
    """Numbers that cannot be taken in; nothing was stored."""

    def __init__(self, by_field: Mapping[str, str], *, jumps: bool = False) -> None:
        self.by_field = dict(by_field)
        """A sentence for each field; those of a file are named by their line."""
        self.jumps = jumps
        """Whether a count jumps, so that a person may say that it is right all the same."""
        super().__init__("; ".join(self.by_field.values()))


@dataclass(frozen=True, kw_only=True, slots=True)
class Typed:
    """What somebody typed of one post."""

    values: Mapping[str, str]
    """By metric, as typed."""
    observed_at: str
    """When the network showed it: local time, or an instant with its offset."""
    accept_jumps: bool = False
    evidence: str = STATED


def fields_for(network: Network) -> tuple[Field, ...]:
    """Return the numbers that can be asked for, at most five, the commonest first."""
    counted = {one.metric for one in network.capabilities.metrics}
    asked = [(metric, words) for metric, words in _WORDS.items() if metric in counted]
    return tuple(Field(metric=str(one), words=words) for one, words in asked[:MOST_FIELDS])


def take_typed(
    connection: Connection,
    post: PartnerPost,
    typed: Typed,
    networks: Mapping[str, Network],
    now: datetime,
) -> ImportSummary:
    """Store the numbers of a form, or raise `NumbersError` and store none."""
    fields = fields_for(networks[post.delivery.network])
    given = [(one.metric, _plain(typed.values.get(one.metric, ""))) for one in fields]
    rows = [(metric, value) for metric, value in given if value]
    if not rows:
        raise NumbersError({"": "Write at least one number; leave out what you do not have."})
    delivery, observed_at = post.delivery, " ".join(typed.observed_at.split())
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["channel", "post", "observed_at", "metric", "value"])
    for metric, value in rows:
        writer.writerow([delivery.channel, delivery.id, observed_at, metric, value])
    file = NumbersFile(
        name=_FORM,
        text=text.getvalue(),
        accept_jumps=typed.accept_jumps,
        evidence=typed.evidence,
        partner=delivery.partner,
        remedy=_REMEDY,
    )
    try:
        return import_metrics(connection, file, networks=networks, now=now)
    except MetricsFileError as error:
        raise _by_field(error, [metric for metric, _ in rows]) from error


def take_file(
    connection: Connection,
    partner: str,
    content: bytes,
    networks: Mapping[str, Network],
    now: datetime,
) -> ImportSummary:
    """Store the numbers of a partner's CSV file, or raise `NumbersError` and store none."""
    if len(content) > LARGEST_FILE:
        raise NumbersError({"file": "The file is larger than 1 MB. Split it."})
    try:
        text = decode_metrics(content, _FILE)
        file = NumbersFile(name=_FILE, text=text, partner=partner, remedy="mend it")
        return import_metrics(connection, file, networks=networks, now=now)
    except MetricsFileError as error:
        told = [_of_file(one) for one in error.faults[:MOST_FAULTS]]
        if len(error.faults) > MOST_FAULTS:
            told.append(f"There are {len(error.faults) - MOST_FAULTS} more like these.")
        raise NumbersError({f"file {place}": one for place, one in enumerate(told)}) from error


def _of_file(fault: str) -> str:
    """Return a fault with its line in words: `line 3: …`."""
    place, _, said = fault.removeprefix(f"{_FILE}:").partition(": ")
    if place.strip().isdigit():
        return f"Line {place.strip()}: {_without_commands(said)}."
    return f"The file {fault.removeprefix(f'{_FILE}:').strip()}."


_REMEDY = "mend it, or say that it is right"


def _plain(text: str) -> str:
    """Return a number without the marks that group its digits, other text as it is."""
    stripped = " ".join(text.split())
    return re.sub(r"\D", "", stripped) if _GROUPED.fullmatch(stripped) else stripped


def _by_field(error: MetricsFileError, metrics: list[str]) -> NumbersError:
    found: dict[str, str] = {}
    for fault in error.faults:
        _, line, said = fault.split(":", 2)
        of_value, colon, rest = said.strip().partition(": ")
        if of_value == "observed_at" or said.strip().startswith("observed_at"):
            found["observed_at"] = _sentence(rest)
        else:
            place = int(line) - 2
            field = metrics[place] if 0 <= place < len(metrics) else ""
            found[field] = _sentence(rest if of_value == "value" and colon else said)
    return NumbersError(found, jumps=any(_REMEDY in one for one in error.faults))


def _without_commands(fault: str) -> str:
    """Return a fault as a partner can use it, who types no commands."""
    head = fault.partition("; run `campaign record")[0]
    return head if head == fault else f"{head}; report its address first"


def _sentence(text: str) -> str:
    said = _without_commands(text.strip())
    return f"{said[:1].upper()}{said[1:]}" + ("" if said.endswith(".") else ".")
