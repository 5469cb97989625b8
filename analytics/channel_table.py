"""The week by channel, as the appendix prints it: a figure, or the reason in its place."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from analytics.gain_rows import PAID_SUMMABLE, SUMMABLE, GainRow
from analytics.numbers import exact, people
from analytics.paid import is_paid
from analytics.weekly_reach import weekly_reach
from connectors.contract import PAID_OF, Metric, Missing

HEADINGS: dict[Metric, str] = {
    Metric.IMPRESSIONS: "Times shown",
    Metric.VIEWS: "Views",
    Metric.REACTIONS: "Reactions",
    Metric.REPLIES: "Replies",
    Metric.RESHARES: "Reshares",
    Metric.QUOTES: "Quotes",
    Metric.SAVES: "Saves",
    Metric.LINK_CLICKS: "Link clicks",
    Metric.VIDEO_VIEWS: "Video views",
}
HEADINGS |= {PAID_OF[one]: f"Paid: {name.lower()}" for one, name in HEADINGS.items()}
_NONE_TOLD = "none told"
"""In place of a paid count: nobody can know of a post that it was never paid for."""
_SHORT = {str(Missing.NOT_OFFERED): "not offered", str(Missing.POST_GONE): "post gone"}


@dataclass(frozen=True, kw_only=True, slots=True)
class ChannelTable:
    """Headings and one row a channel; the first cell is the channel."""

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def channel_table(rows: Iterable[GainRow], networks: Mapping[str, str]) -> ChannelTable:
    """Lay out what each channel gained; metrics without a single figure have no column."""
    listed = list(rows)
    known = {row.metric for row in listed if row.gain is not None}
    metrics = [one for one in (*SUMMABLE, *PAID_SUMMABLE) if one in known]
    channels: dict[str, list[GainRow]] = {}
    for row in listed:
        channels.setdefault(row.channel, []).append(row)
    return ChannelTable(
        headings=("Channel", "Network", "People newly reached", *(HEADINGS[m] for m in metrics)),
        rows=tuple(
            (
                name,
                networks.get(found[0].network, found[0].network),
                _people(found),
                *(_cell([row for row in found if row.metric is metric]) for metric in metrics),
            )
            for name, found in sorted(channels.items())
        ),
    )


def _people(rows: Sequence[GainRow]) -> str:
    reach = weekly_reach(rows, None)
    if reach.lower is None:
        return _reason([row for row in rows if row.metric is Metric.REACH])
    return people(reach.lower, reach.upper)


def _cell(rows: Sequence[GainRow]) -> str:
    counted = [row for row in rows if row.counted]
    nets = [row.net for row in counted if row.net is not None]
    if not nets:
        return _reason(rows)
    read = len({row.delivery for row in counted if row.net is not None})
    live = read if is_paid(rows[0].metric) else len({row.delivery for row in rows})
    part = "" if read == live else f" ({read} of {live} posts)"
    return exact(sum(nets, 0)) + part


def _reason(rows: Sequence[GainRow]) -> str:
    if not rows:
        return _NONE_TOLD
    reasons = sorted({row.reason or "counted in the owner's post" for row in rows})
    return "; ".join(_SHORT.get(one, one) for one in reasons)
