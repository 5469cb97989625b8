"""What the database says, as metric families: names, units and words, in one place."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
    SummaryMetricFamily,
)

from campaign.operating.measuring import LATE_BOUNDS, Measured
from campaign.prices import MICROS

__all__ = ["GaugeMetricFamily", "gauge", "gauges", "of_database"]


def gauge(name: str, words: str, value: float) -> GaugeMetricFamily:
    """Return a metric with one value."""
    return GaugeMetricFamily(name, words, value=value)


def gauges(
    name: str, words: str, labels: Iterable[str], values: Iterable[tuple[Iterable[str], float]]
) -> GaugeMetricFamily:
    """Return a metric with a value for each set of labels."""
    family = GaugeMetricFamily(name, words, labels=list(labels))
    for names, value in values:
        family.add_metric(list(names), value)
    return family


def of_database(found: Measured, spending_limit: int | None) -> Iterator[Metric]:
    """Yield what the database says."""
    yield from _deliveries(found)
    yield from _tries(found)
    yield from _readings(found, spending_limit)
    yield from _around(found)


def _deliveries(found: Measured) -> Iterator[Metric]:
    yield gauges(
        "campaign_deliveries",
        "Deliveries by state.",
        ["state"],
        (([str(state)], number) for state, number in found.deliveries.items()),
    )
    yield gauge(
        "campaign_due_deliveries",
        "Deliveries whose time has come and that are not out, nor set aside.",
        found.due,
    )
    if found.oldest_due is not None:
        yield gauge(
            "campaign_oldest_due_age_seconds",
            "How long the oldest of them has waited; missing while nothing waits.",
            found.oldest_due.age.total_seconds(),
        )
    if found.published_at is not None:
        yield gauge(
            "campaign_last_published_timestamp_seconds",
            "When the program last put a post out, by the network's clock.",
            _stamp(found.published_at),
        )
    late = HistogramMetricFamily(
        "campaign_lateness_seconds",
        "How long after its time each post went out that the program sent.",
        labels=["network"],
    )
    for network, spread in sorted(found.lateness.items()):
        bounds = [*map(str, LATE_BOUNDS), "+Inf"]
        counts = [*spread.at_most, spread.count]
        buckets = [(bound, float(count)) for bound, count in zip(bounds, counts, strict=True)]
        late.add_metric([network], buckets=buckets, sum_value=spread.total_s)
    yield late


def _tries(found: Measured) -> Iterator[Metric]:
    ended = [one for one in found.tries if one.outcome != "open"]
    attempts = CounterMetricFamily(
        "campaign_attempts",
        "Attempts that have ended, by what became of them.",
        labels=["network", "outcome"],
    )
    for one in ended:
        attempts.add_metric([one.network, one.outcome], one.count)
    yield attempts
    took = SummaryMetricFamily(
        "campaign_attempt_duration_seconds",
        "How long attempts took from claim to outcome, uploads included.",
        labels=["network"],
    )
    for network in sorted({one.network for one in ended}):
        some = [one for one in ended if one.network == network]
        count, total = sum(one.count for one in some), sum(one.total_s for one in some)
        took.add_metric([network], count_value=count, sum_value=total)
    yield took
    yield gauges(
        "campaign_attempts_open",
        "Attempts that are under way, or were when their process died.",
        ["network"],
        (([one.network], one.count) for one in found.tries if one.outcome == "open"),
    )
    yield gauges(
        "campaign_quota_left",
        "What a channel may still publish, in the network's own unit: as we count it against what "
        "is documented for a window, or as the network announced it (window 0).",
        ["channel", "network", "window_seconds", "source"],
        (
            (
                [one.channel, one.network, _whole(one.window), one.source],
                one.left,
            )
            for one in found.quotas
        ),
    )


def _readings(found: Measured, spending_limit: int | None) -> Iterator[Metric]:
    yield gauges(
        "campaign_collection_lag_seconds",
        "How overdue the oldest planned reading of a network is; missing where none is.",
        ["network"],
        (([one.network], one.oldest.total_seconds()) for one in found.lags),
    )
    yield gauges(
        "campaign_readings_overdue",
        "Posts whose planned reading has not come; missing where there is none.",
        ["network"],
        (([one.network], one.posts) for one in found.lags),
    )
    yield gauge(
        "campaign_reading_cost_month_dollars",
        "What reading the networks has cost in this calendar month (UTC), in US dollars.",
        found.spent / MICROS,
    )
    if spending_limit is not None:
        yield gauge(
            "campaign_reading_cost_limit_dollars",
            "What it may cost in a calendar month; missing where no limit is set.",
            spending_limit / MICROS,
        )


def _around(found: Measured) -> Iterator[Metric]:
    yield gauges(
        "campaign_sign_in_expiry_timestamp_seconds",
        "When a channel's sign-in ends unless somebody signs in again; missing where nobody knows.",
        ["channel", "network"],
        (([*names], _stamp(at)) for names, at in sorted(found.sign_ins_end.items())),
    )
    yield gauges(
        "campaign_letters",
        "E-mails by state; refused and unknown ones need a person.",
        ["state"],
        (([state], number) for state, number in found.letters.items()),
    )
    if found.oldest_letter is not None:
        yield gauge(
            "campaign_oldest_letter_age_seconds",
            "How long the oldest e-mail has waited that has not left; missing while none waits.",
            found.oldest_letter.total_seconds(),
        )
    yield gauges(
        "campaign_subscriber_messages",
        "Messages to subscribers (webhooks) by state; those that were given up need a person.",
        ["state"],
        (([state], number) for state, number in found.messages.items()),
    )
    yield gauges(
        "campaign_stops",
        "Stops in force, by what they cover.",
        ["scope"],
        (([scope], number) for scope, number in found.stops.items()),
    )
    yield gauges(
        "campaign_heartbeat_timestamp_seconds",
        "When each process last wrote that it lives.",
        ["process", "kind"],
        (([one.process, one.kind], _stamp(one.beat_at)) for one in found.beats),
    )
    yield gauges(
        "campaign_work_timestamp_seconds",
        "When each process last did all it is there for; missing before the first time.",
        ["process", "kind"],
        (
            ([one.process, one.kind], _stamp(one.worked_at))
            for one in found.beats
            if one.worked_at is not None and one.kind != "web"
        ),
    )


def _stamp(instant: datetime) -> float:
    return instant.timestamp()


def _whole(window: object) -> str:
    seconds = getattr(window, "total_seconds", None)
    return str(int(seconds())) if seconds else "0"
