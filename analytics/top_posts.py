"""The most shown posts, compared at the same age so that an early post has no head start.

A week judges the posts that turned three days old in it: every post once, in one week only.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from fractions import Fraction

from sqlalchemy import Connection

from analytics.attribution import Count, Method, Reading, link_definitions, make_series, value_at
from analytics.frames import all_readings_of, sent_texts
from analytics.gain_rows import sureness
from analytics.live_posts import LivePost
from analytics.thumbnails import Picture, small_picture
from analytics.weeks import Week
from campaign.payload import payload_from_json
from connectors.contract import Metric

AGE = timedelta(hours=72)
FLOOR = 200
"""Fewer times shown say nothing about a post."""
_KNOWN_WITHIN = Fraction(1, 5)
"""The readings around the age may differ by that share of the count; more is no comparison."""
_SHOWN = 3
_EXCERPT = 70


@dataclass(frozen=True, kw_only=True, slots=True)
class TopPost:
    """One post on one channel, with its times shown when it was three days old."""

    delivery: str
    post: str
    channel: str
    network: str
    published_at: datetime
    shown: Count
    lower: Count
    upper: Count
    method: Method
    evidence: str
    excerpt: str
    """The beginning of the text as it was sent."""
    picture: Picture | None
    """What people saw first, small."""

    @property
    def is_estimated(self) -> bool:
        """Whether it lies between two readings."""
        return self.method is not Method.OBSERVED


def top_posts(
    connection: Connection, posts: Iterable[LivePost], week: Week, *, as_of: datetime
) -> list[TopPost]:
    """Return the three most shown posts that turned three days old in the week."""
    judged = {
        post.id: post
        for post in posts
        if week.start_at < post.published_at + AGE <= min(week.end_at, as_of)
        if post.mode != "repost"
    }
    readings = all_readings_of(connection, judged, [Metric.IMPRESSIONS], as_of)
    ranked = [
        found
        for (delivery, _), by_series in readings.items()
        if (found := _at_age(judged[delivery], by_series)) is not None
    ]
    ranked.sort(key=lambda one: (-one.shown, one.delivery))
    return _as_sent(connection, ranked[:_SHOWN])


def _at_age(post: LivePost, by_series: Mapping[tuple[str, str], list[Reading]]) -> TopPost | None:
    """Return the post's count at the age, from its surest source; None where it is not known."""
    source = min((key[0] for key in by_series), key=sureness)
    linked = link_definitions(
        make_series(post.published_at, found, definition)
        for (one, definition), found in by_series.items()
        if one == source
    )
    # A definition that changed before the age leaves no single count to compare.
    if len(linked) != 1:
        return None
    count = value_at(linked[0], post.published_at + AGE)
    if count.upper is None or count.value < FLOOR:
        return None
    if count.upper - count.lower > _KNOWN_WITHIN * count.value:
        return None
    return TopPost(
        delivery=post.id,
        post=post.post,
        channel=post.channel,
        network=post.network,
        published_at=post.published_at,
        shown=count.value,
        lower=count.lower,
        upper=count.upper,
        method=count.method,
        evidence=source,
        excerpt="",
        picture=None,
    )


def _as_sent(connection: Connection, posts: list[TopPost]) -> list[TopPost]:
    """Add the beginning of each text and a small copy of its first picture."""
    bodies = sent_texts(connection, [one.delivery for one in posts])
    sent = {delivery: payload_from_json(body) for delivery, body in bodies.items()}
    return [
        replace(
            one,
            excerpt=_excerpt(sent[one.delivery].text),
            picture=small_picture(connection, sent[one.delivery]),
        )
        if one.delivery in sent
        else one
        for one in posts
    ]


def _excerpt(words: str) -> str:
    text = " ".join(words.split())
    if len(text) <= _EXCERPT:
        return text
    return text[:_EXCERPT].rsplit(" ", 1)[0].rstrip(",;:-.") + "…"
