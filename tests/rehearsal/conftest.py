"""The rehearsal as its tests use it: a clock that stands still, one account on every network."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from campaign.clock import SteppedClock
from rehearsal.server import Rehearsal
from tests.rehearsal.clients import BlueskyClient, MastodonClient, XClient

START = datetime(2027, 1, 12, 8, 30, tzinfo=UTC)


@pytest.fixture
def clock() -> SteppedClock:
    return SteppedClock(START)


@pytest.fixture
def rehearsal(clock: SteppedClock) -> Iterator[Rehearsal]:
    with Rehearsal(now=clock.now, seed=7) as running:
        yield running


@pytest.fixture
def x(rehearsal: Rehearsal) -> XClient:
    return XClient(rehearsal.server_of("x"), rehearsal.add_account("x", "@ico.example"))


@pytest.fixture
def mastodon(rehearsal: Rehearsal) -> MastodonClient:
    credentials = rehearsal.add_account("mastodon", "@ico@social.example")
    return MastodonClient(rehearsal.server_of("mastodon"), credentials)


@pytest.fixture
def bluesky(rehearsal: Rehearsal) -> BlueskyClient:
    credentials = rehearsal.add_account("bluesky", "ico.example")
    return BlueskyClient(rehearsal.server_of("bluesky"), credentials)
