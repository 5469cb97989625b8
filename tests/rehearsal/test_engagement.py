"""Counts follow the documented curves, are the same every time, and never claim the impossible."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign.clock import SteppedClock
from rehearsal.engagement import Engagement, Subject, share
from rehearsal.server import Rehearsal
from tests.rehearsal.clients import BlueskyClient, MastodonClient, XClient, record

START = datetime(2027, 1, 12, 8, 30, tzinfo=UTC)
NETWORKS = ("x", "mastodon", "bluesky", "linkedin", "facebook", "threads")
subjects = st.builds(
    Subject,
    network=st.sampled_from(NETWORKS),
    key=st.text(min_size=1, max_size=20),
    followers=st.integers(0, 1_000_000),
    since=st.just(START),
)
ages = st.timedeltas(timedelta(), timedelta(days=120))


@pytest.mark.parametrize(
    ("hours", "expected"),
    [(5 / 60, 0.057), (0.5, 0.288), (1, 0.435), (6, 0.804), (24, 0.950), (72, 0.988)],
)
def test_the_curve_of_x_passes_through_the_measured_points(hours: float, expected: float) -> None:
    assert share("x", timedelta(hours=hours)) == pytest.approx(expected, abs=0.001)


@pytest.mark.parametrize(
    ("hours", "expected"), [(1, 0.040), (6, 0.198), (24, 0.497), (72, 0.748), (168, 0.874)]
)
def test_the_curve_of_linkedin_passes_through_the_fitted_points(
    hours: float, expected: float
) -> None:
    assert share("linkedin", timedelta(hours=hours)) == pytest.approx(expected, abs=0.001)


@pytest.mark.parametrize("network", ["mastodon", "bluesky"])
def test_half_of_the_answers_come_within_three_hours(network: str) -> None:
    assert share(network, timedelta(hours=3)) == pytest.approx(0.5)


def test_facebook_has_a_slow_tail() -> None:
    assert share("facebook", timedelta(hours=3)) == pytest.approx(0.85 / 2 + 0.15 * 3 / 27)


@given(network=st.sampled_from(NETWORKS), first=ages, more=ages)
def test_shares_only_grow_and_stay_below_one(
    network: str, first: timedelta, more: timedelta
) -> None:
    assert 0 <= share(network, first) <= share(network, first + more) <= 1


@given(subject=subjects, first=ages, more=ages)
def test_counts_only_grow(subject: Subject, first: timedelta, more: timedelta) -> None:
    clock = SteppedClock(START + first)
    engagement = Engagement(7, clock.now)
    before = engagement.counts(subject)
    clock.advance(more)
    after = engagement.counts(subject)
    assert all(0 <= before[name] <= after[name] for name in before)


@given(subject=subjects, age=ages)
def test_nobody_answers_what_nobody_saw(subject: Subject, age: timedelta) -> None:
    counts = Engagement(7, lambda: START + age).counts(subject)
    answers = ("reactions", "replies", "reshares", "quotes", "saves", "link-clicks", "reach")
    assert all(counts.get(name, 0) <= counts["impressions"] for name in answers)
    assert ("reach" in counts) == (subject.network in {"linkedin", "facebook"})


@given(key=st.text(min_size=1, max_size=20))
def test_a_person_reached_saw_it_one_and_a_half_to_two_times(key: str) -> None:
    subject = Subject(network="facebook", key=key, followers=1_000_000, since=START)
    counts = Engagement(7, lambda: START + timedelta(days=90)).counts(subject)
    assert 1.49 < counts["impressions"] / counts["reach"] <= 2.1


@given(subject=subjects, age=ages)
def test_the_same_seed_post_and_instant_give_the_same_counts(
    subject: Subject, age: timedelta
) -> None:
    first, second = (Engagement(7, lambda: START + age).counts(subject) for _ in range(2))
    assert first == second


def test_posts_and_seeds_differ() -> None:
    def seen(seed: int, key: str) -> int:
        subject = Subject(network="x", key=key, followers=30_000, since=START)
        return Engagement(seed, lambda: START + timedelta(days=1)).counts(subject)["impressions"]

    assert len({seen(1, "1"), seen(1, "2"), seen(2, "1")}) == 3


def test_the_middle_post_is_seen_by_three_percent_of_the_followers() -> None:
    seen = []
    for number in range(999):
        subject = Subject(network="x", key=str(number), followers=30_000, since=START)
        seen.append(Engagement(1, lambda: START).final_sizes(subject)["impressions"])
    assert 750 < sorted(seen)[499] < 1050
    assert sum(sorted(seen)[-99:]) > 0.3 * sum(seen)


def test_counts_grow_on_the_wire_with_the_clock(
    rehearsal: Rehearsal, clock: SteppedClock, x: XClient
) -> None:
    remote_id = x.post("Counted").json()["data"]["id"]
    path = f"/2/tweets?ids={remote_id}&tweet.fields=public_metrics"
    seen = []
    for _ in range(4):
        (post,) = x.call("GET", path).json()["data"]
        seen.append(post["public_metrics"]["impression_count"])
        clock.advance(timedelta(hours=8))
    assert seen[0] == 0
    assert seen == sorted(set(seen))


def test_answers_reach_mastodon_and_bluesky_too(
    clock: SteppedClock, mastodon: MastodonClient, bluesky: BlueskyClient
) -> None:
    statuses = [mastodon.post(f"Post {number}").json()["id"] for number in range(9)]
    uris = [bluesky.put(f"3lfkqx2pz2k2{one}", record(one)).json()["uri"] for one in "abcdefghi"]
    clock.advance(timedelta(days=3))
    read = mastodon.call("GET", "/api/v1/statuses", params={"id[]": statuses}).json()
    assert sum(one["favourites_count"] for one in read) > 20
    posts = bluesky.open("GET", "app.bsky.feed.getPosts", params={"uris": uris}).json()["posts"]
    assert sum(one["likeCount"] for one in posts) > 20


def test_counts_can_drop_by_a_few_percent(
    rehearsal: Rehearsal, clock: SteppedClock, x: XClient
) -> None:
    remote_id = x.post("Counted").json()["data"]["id"]
    clock.advance(timedelta(days=30))
    path = f"/2/tweets?ids={remote_id}&tweet.fields=public_metrics"

    def seen() -> int:
        count = x.call("GET", path).json()["data"][0]["public_metrics"]["impression_count"]
        return int(count)

    before = seen()
    rehearsal.drop_counts("x", remote_id, percent=5)
    assert 0.94 * before - 1 < seen() < 0.96 * before
    with pytest.raises(ValueError, match="1 to 5"):
        rehearsal.drop_counts("x", remote_id, percent=50)
    with pytest.raises(ValueError, match="no post 999"):
        rehearsal.drop_counts("x", "999")


def test_a_post_made_by_hand_is_counted_from_its_own_time(
    rehearsal: Rehearsal, clock: SteppedClock
) -> None:
    rehearsal.add_account("linkedin", "NDNA", followers=60_000)
    rehearsal.hand_post("linkedin", "ndna", "law", START + timedelta(hours=2))
    with pytest.raises(ValueError, match="has not posted law on linkedin yet"):
        rehearsal.hand_counts("linkedin", "NDNA", "law")
    clock.advance(timedelta(hours=26))
    first = rehearsal.hand_counts("linkedin", "NDNA", "law")
    assert set(first) == {"impressions", "reach", "reactions", "replies", "reshares"}
    assert 0 < first["reach"] < first["impressions"]
    clock.advance(timedelta(days=7))
    assert rehearsal.hand_counts("linkedin", "NDNA", "law")["impressions"] > first["impressions"]


def test_facebook_shows_views_instead_of_impressions(
    rehearsal: Rehearsal, clock: SteppedClock
) -> None:
    rehearsal.add_account("facebook", "NDNA")
    rehearsal.hand_post("facebook", "NDNA", "law", START)
    clock.advance(timedelta(days=1))
    counts = rehearsal.hand_counts("facebook", "NDNA", "law")
    assert set(counts) == {"views", "reach", "reactions", "replies", "reshares"}


def test_hand_posts_are_for_networks_without_a_server(rehearsal: Rehearsal, x: XClient) -> None:
    with pytest.raises(ValueError, match="knows linkedin, facebook here, not x"):
        rehearsal.hand_post("x", "@ico.example", "law", START)
