"""What one process knows of itself, as metric families; other processes say other things."""

import platform
import shutil
from collections.abc import Iterator
from itertools import accumulate

from prometheus_client.core import (
    CounterMetricFamily,
    HistogramMetricFamily,
    InfoMetricFamily,
    Metric,
)

from campaign.operating.calls import BOUNDS
from campaign.operating.families import gauge
from campaign.operating.heartbeats import own_version
from campaign.operating.watched import Watched


def of_process(watched: Watched) -> Iterator[Metric]:
    """Yield what is known here."""
    about = {"version": own_version(), "python": platform.python_version()}
    yield InfoMetricFamily(
        "campaign_build", "The program that answers.", value={**about, "kind": watched.pulse.kind}
    )
    ahead = watched.watch.ahead
    if ahead is not None:
        yield gauge(
            "campaign_process_clock_ahead_seconds",
            "By how much this machine's clock was ahead of the networks' when they were last "
            "compared; missing before the first time.",
            ahead.total_seconds(),
        )
    try:
        free = shutil.disk_usage(watched.settings.folder).free
    except OSError:
        free = None
    if free is not None:
        yield gauge(
            "campaign_process_disk_free_bytes",
            "Room on the disk of the campaign's folder, on this machine.",
            free,
        )
    yield from _calls(watched)


def _calls(watched: Watched) -> Iterator[Metric]:
    made = CounterMetricFamily(
        "campaign_process_network_calls",
        "HTTP calls that this process made to a network, by class of answer.",
        labels=["network", "outcome"],
    )
    for names, number in sorted(watched.calls.outcomes().items()):
        made.add_metric(list(names), number)
    yield made
    took = HistogramMetricFamily(
        "campaign_process_network_call_duration_seconds",
        "How long this process waited for the head of each answer.",
        labels=["network"],
    )
    for network, times in sorted(watched.calls.times().items()):
        bounds = [*map(str, BOUNDS), "+Inf"]
        counts = accumulate(map(float, times.counts))
        buckets = list(zip(bounds, counts, strict=True))
        took.add_metric([network], buckets=buckets, sum_value=times.total_s)
    yield took
