"""Turns X's answer about up to 100 posts into one reading for every id that was asked."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from connectors.contract import Metric, MetricReading, Missing, RemoteId
from connectors.http import Answer
from connectors.readings import post_reading, unread_post
from connectors.x_errors import problem_kind, problems_of
from connectors.x_facts import COMBINED, METRICS, PROMOTED

GROUPS = ("public_metrics", "organic_metrics", "promoted_metrics")
"""What is asked of each post: for everybody, and for the account itself for 30 days."""
_REASONS = {
    "resource-not-found": Missing.POST_GONE,
    "not-authorized-for-resource": Missing.ACCESS_LOST,
    "resource-unavailable": Missing.WITHHELD,
    "disallowed-resource": Missing.WITHHELD,
}


def readings(
    answer: Answer, remote_ids: Iterable[RemoteId], *, observed_at: datetime
) -> list[MetricReading]:
    """Read each post, or the reason X gives for it.

    X leaves out posts it does not show. Where it says why, the reason is kept; where it does not,
    the post could not be read, which is not the same as its being gone.
    """
    posts = posts_in(answer)
    reasons = _reasons(answer)
    return [
        _reading(posts[one], one, observed_at)
        if one in posts
        else unread(one, reasons.get(one, Missing.NETWORK_ERROR), observed_at=observed_at)
        for one in remote_ids
    ]


def unread(remote_id: RemoteId, reason: Missing, *, observed_at: datetime) -> MetricReading:
    """Give one reason for all a post's counts."""
    return _without_reach(unread_post(remote_id, reason, METRICS, observed_at=observed_at))


def posts_in(answer: Answer) -> dict[str, Mapping[str, Any]]:
    """Return the posts in `data` by their ids."""
    listed = answer.mapping().get("data")
    posts: Sequence[Any] = listed if isinstance(listed, list) else []
    return {str(one["id"]): one for one in posts if isinstance(one, dict) and "id" in one}


def refused_for_a_field(answer: Answer, remote_ids: Iterable[RemoteId]) -> list[RemoteId]:
    """List the posts that X left out of its answer because of a field it does not tell."""
    refused = [
        problem.get("resource_id") or problem.get("value")
        for problem in problems_of(answer)
        if problem_kind(problem) == "not-authorized-for-field"
    ]
    shown = posts_in(answer)
    return [one for one in remote_ids if one in refused and one not in shown]


def _reading(post: Mapping[str, Any], remote_id: RemoteId, observed_at: datetime) -> MetricReading:
    """Read what was not promoted for money, and apart from it what was.

    Where X does not tell the two apart its sum of both stands in, under its own definition.
    """
    counts = _counts(post)
    read = post_reading(remote_id, counts, METRICS, observed_at=observed_at)
    # X offers every one of these; what is absent was kept back.
    missing = {
        metric: Missing.WITHHELD if reason is Missing.NOT_OFFERED else reason
        for metric, reason in read.missing.items()
    }
    absent = [one.metric for one in METRICS if one.raw_name not in counts]
    combined = post_reading(
        remote_id,
        counts,
        [one for one in COMBINED if one.metric in absent and one.raw_name in counts],
        observed_at=observed_at,
    )
    promoted = post_reading(
        remote_id,
        counts,
        [one for one in PROMOTED if one.raw_name in counts],
        observed_at=observed_at,
    )
    instead = {one.metric: one.id for one in COMBINED if one.metric in combined.values}
    missing = {one: why for one, why in missing.items() if one not in instead}
    return _without_reach(
        replace(
            read,
            values={**read.values, **combined.values, **promoted.values},
            missing={**missing, **combined.missing, **promoted.missing},
            definitions=instead,
        )
    )


def _counts(post: Mapping[str, Any]) -> dict[str, Any]:
    """Return the counts of every group by `group.name`."""
    found = {}
    for group in GROUPS:
        given = post.get(group)
        for name, value in given.items() if isinstance(given, dict) else ():
            # The specification says `repost_count` since August 2026, the service as yet does not.
            told = "retweet_count" if name == "repost_count" else name
            found[f"{group}.{told}"] = value
    return found


def _without_reach(read: MetricReading) -> MetricReading:
    return replace(read, missing={**read.missing, Metric.REACH: Missing.NOT_OFFERED})


def _reasons(answer: Answer) -> dict[str, Missing]:
    found: dict[str, Missing] = {}
    for problem in problems_of(answer):
        reason = _REASONS.get(problem_kind(problem))
        named = problem.get("resource_id") or problem.get("value")
        if reason is not None and isinstance(named, str):
            found[named] = reason
    return found
