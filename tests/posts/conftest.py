"""The sample as the program reads it, once for all tests of this folder."""

from pathlib import Path

import pytest

from campaign.content.post import Post
from campaign.content.reading import read_posts
from campaign.plan import PlannedDelivery, plan
from campaign.schedule.model import Schedule
from campaign.schedule.reading import read_schedule
from connectors.registry import NETWORKS

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def posts() -> dict[str, Post]:
    return read_posts(ROOT / "posts")


@pytest.fixture(scope="session")
def schedule() -> Schedule:
    return read_schedule(ROOT / "schedule.yaml")


@pytest.fixture(scope="session")
def planned(schedule: Schedule, posts: dict[str, Post]) -> list[PlannedDelivery]:
    return plan(schedule, posts, NETWORKS)
