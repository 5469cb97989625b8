"""What stands behind a figure as JSON: `campaign explain --json` prints it, the API answers it."""

from collections.abc import Iterable, Sequence
from typing import Any

from analytics.due import Due
from analytics.explain import Explained, Step
from analytics.json_values import moment, plain
from analytics.report_json import gain_values, paid_by_definition
from analytics.report_parts import Contents
from analytics.top_posts import TopPost

POSTS_LIVE, TOP_POSTS = "posts-live", "top-posts"
LISTS = (POSTS_LIVE, TOP_POSTS)
"""The figures that are no sums of gains but lists of deliveries."""


def figure_values(report: Contents, figure: str, found: Sequence[Explained]) -> dict[str, Any]:
    """Return the gains that a figure is made of, each with its two boundaries."""
    paid = paid_by_definition(report)
    lines = [
        gain_values(one.row, paid) | {"start": _boundary(one.start), "end": _boundary(one.end)}
        for one in found
    ]
    return _head(report, figure) | {"lines": lines}


def posts_live_values(report: Contents, due: Iterable[Due]) -> dict[str, Any]:
    """Return the deliveries that were due in the week, and whether each is out."""
    return _head(report, POSTS_LIVE) | {"lines": [_due(one) for one in due]}


def top_posts_values(
    report: Contents, posts: Sequence[TopPost], steps: Sequence[Step]
) -> dict[str, Any]:
    """Return the top posts with the reading beside their age."""
    lines = [_top(post, step) for post, step in zip(posts, steps, strict=True)]
    return _head(report, TOP_POSTS) | {"lines": lines}


def step_values(step: Step) -> dict[str, Any]:
    """Return a boundary as plain values."""
    return {
        "at": moment(step.at),
        "value": plain(step.value),
        "method": str(step.method),
        "how": step.how,
        "lower": plain(step.lower),
        "upper": plain(step.upper),
        "readings": [
            {
                "observed_at": moment(one.observed_at),
                "recorded_at": moment(one.recorded_at),
                "value": one.value,
            }
            for one in step.readings
        ],
    }


def _boundary(step: Step | None) -> dict[str, Any] | None:
    return None if step is None else step_values(step)


def _head(report: Contents, figure: str) -> dict[str, Any]:
    return {"week": report.week.name, "as_of": moment(report.as_of), "figure": figure}


def _due(one: Due) -> dict[str, Any]:
    return {
        "delivery": one.id,
        "state": str(one.state),
        "due_at": moment(one.due_at),
        "published_at": moment(one.published_at),
    }


def _top(post: TopPost, step: Step) -> dict[str, Any]:
    return {"delivery": post.delivery, "evidence": post.evidence, "at_age": step_values(step)}
