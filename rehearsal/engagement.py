"""How often a rehearsed post is seen and answered.

A final size, drawn from the seed and the post's id, is reached along the network's own curve by the
rehearsal's clock.

The curves follow published measurements. X: impressions have a median half-life of about 80
minutes and 95 % come within a day (Pfeffer, Matter, Sargsyan, ICWSM 2023), a lognormal
distribution with sigma 1.757 and a median of 1.33 h. LinkedIn and Facebook saturate as
t / (t + h). Sizes are lognormal as in the UCI "Facebook metrics" data (Moro, Rita, Vala 2016):
sigma 1.1 for exposure, 1.26 % interactions per impression with sigma 0.92, likes : shares :
comments 84 : 13 : 3.5. No damping by the hour of the day is applied. Nothing here says anything
about a real account.
"""

import hashlib
import math
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import NormalDist

SIGMA_OF_TIME = 1.757
HALF_LIFE_HOURS = {
    "x": 1.33,
    "mastodon": 3.0,
    "bluesky": 3.0,
    "linkedin": 24.3,
    "facebook": 3.0,
    "instagram": 3.0,
    "threads": 3.0,
    "youtube": 144.0,
}
SLOW_SHARE_ON_FACEBOOK = 0.15
SLOW_HOURS_ON_FACEBOOK = 24.0

SIGMA_OF_SIZE = 1.1
SIGMA_OF_ANSWERS = 0.92
FURTHEST = 2.5
"""Draws are cut at so many standard deviations: no post of a small account outgrows a country."""

SEEN_BY_FOLLOWER = {
    "x": 0.03,
    "mastodon": 0.10,
    "bluesky": 0.10,
    "linkedin": 0.05,
    "facebook": 0.04,
    "instagram": 0.08,
    "threads": 0.05,
    "youtube": 0.08,
}
"""Median impressions per follower. On Mastodon and Bluesky nobody counts them: there it is the
hidden audience from which answers come."""
ANSWERS_PER_IMPRESSION = {"x": 0.0126, "mastodon": 0.03, "bluesky": 0.03}
USUAL_ANSWERS = 0.0126
MOST_ANSWERS = 0.3
PARTS_OF_ANSWERS = {"reactions": 84 / 100.5, "reshares": 13 / 100.5, "replies": 3.5 / 100.5}
QUOTES_PER_RESHARE = 0.2
SAVES_PER_REACTION = 0.08
CLICKS_PER_IMPRESSION = 0.008
FREQUENCY = (1.5, 2.1)
"""Impressions per person reached."""


def share(network: str, elapsed: timedelta) -> float:
    """Return the share of a post's final counts that is reached after `elapsed`, 0 to 1."""
    hours = elapsed.total_seconds() / 3600
    if hours <= 0:
        return 0.0
    half = HALF_LIFE_HOURS[network]
    if network == "linkedin":
        return hours / (hours + half)
    if network == "facebook":
        fast = (1 - SLOW_SHARE_ON_FACEBOOK) * hours / (hours + half)
        return fast + SLOW_SHARE_ON_FACEBOOK * hours / (hours + SLOW_HOURS_ON_FACEBOOK)
    return NormalDist(math.log(half), SIGMA_OF_TIME).cdf(math.log(hours))


@dataclass(frozen=True, kw_only=True, slots=True)
class Subject:
    """The post whose counts are asked for."""

    network: str
    key: str
    followers: int
    since: datetime


class Engagement:
    """Counts of every post, the same for the same seed, post and instant."""

    def __init__(self, seed: int, now: Callable[[], datetime]) -> None:
        self._seed = seed
        self._now = now
        self._dropped: dict[tuple[str, str], float] = {}
        self._lock = threading.Lock()

    def counts(self, subject: Subject) -> dict[str, int]:
        """Return the counts now, by our metric words; they only grow unless `drop` was called."""
        with self._lock:
            kept = self._dropped.get((subject.network, subject.key), 1.0)
        part = share(subject.network, self._now() - subject.since) * kept
        counts = {name: int(size * part) for name, size in self.final_sizes(subject).items()}
        if subject.network in {"linkedin", "facebook", "instagram"}:
            counts["reach"] = math.ceil(counts["impressions"] / self._frequency(subject))
        return counts

    def drop(self, network: str, key: str, *, percent: float) -> None:
        """Take 1 to 5 % off all counts of a post from now on, as removed spam accounts do."""
        if not 1 <= percent <= 5:
            message = f"counts can drop by 1 to 5 %, not by {percent} %"
            raise ValueError(message)
        with self._lock:
            kept = self._dropped.get((network, key), 1.0)
            self._dropped[network, key] = kept * (1 - percent / 100)

    def final_sizes(self, subject: Subject) -> Mapping[str, float]:
        """Return what the post will have reached when nobody looks at it any more."""
        network = subject.network
        seen = subject.followers * SEEN_BY_FOLLOWER[network]
        seen *= math.exp(SIGMA_OF_SIZE * self._normal(subject, "size"))
        rate = ANSWERS_PER_IMPRESSION.get(network, USUAL_ANSWERS)
        rate *= math.exp(SIGMA_OF_ANSWERS * self._normal(subject, "answers"))
        answers = seen * min(rate, MOST_ANSWERS)
        sizes = {name: answers * part for name, part in PARTS_OF_ANSWERS.items()}
        clicks = CLICKS_PER_IMPRESSION * math.exp(self._normal(subject, "clicks"))
        return sizes | {
            "impressions": seen,
            "quotes": sizes["reshares"] * QUOTES_PER_RESHARE,
            "saves": sizes["reactions"] * SAVES_PER_REACTION,
            "link-clicks": seen * min(clicks, MOST_ANSWERS),
        }

    def _frequency(self, subject: Subject) -> float:
        low, high = FREQUENCY
        return low + (high - low) * self._uniform(subject, "frequency")

    def _normal(self, subject: Subject, label: str) -> float:
        drawn = NormalDist().inv_cdf(self._uniform(subject, label))
        return min(max(drawn, -FURTHEST), FURTHEST)

    def _uniform(self, subject: Subject, label: str) -> float:
        words = f"{self._seed}\n{subject.network}\n{subject.key}\n{label}"
        drawn = int.from_bytes(hashlib.sha256(words.encode()).digest()[:6])
        return (drawn + 0.5) / 2**48
