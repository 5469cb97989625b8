"""Nothing in the sample can reach, or pass for, a real account."""

import re
from pathlib import Path

from campaign.content.post import Post
from campaign.schedule.model import Schedule

ROOT = Path(__file__).resolve().parents[2]
FILES = (ROOT / "schedule.yaml", *sorted((ROOT / "posts").glob("*/post.md")))
HOST = re.compile(r"(?:https?://|@)((?:[a-z0-9-]+\.)+[a-z]+)", re.IGNORECASE)


def test_every_host_and_address_in_the_files_ends_in_example() -> None:
    hosts = [host for file in FILES for host in HOST.findall(file.read_text(encoding="utf-8"))]
    assert len(hosts) > 30
    assert [host for host in hosts if not host.endswith(".example")] == []


def test_every_handle_and_server_ends_in_example(schedule: Schedule) -> None:
    handles = [str(channel.handle) for channel in schedule.channels.values()]
    servers = [channel.server for channel in schedule.channels.values() if channel.server]
    assert len(handles) == 19
    assert [one for one in handles if not one.endswith(".example")] == []
    assert [one for one in servers if not one.endswith(".example")] == []


def test_every_handle_stands_for_one_channel_of_its_network(schedule: Schedule) -> None:
    accounts = [(one.network, one.handle) for one in schedule.channels.values()]
    assert len(set(accounts)) == len(accounts)


def test_every_link_leads_to_the_owner_s_example_site(posts: dict[str, Post]) -> None:
    links = [post.link.url for post in posts.values() if post.link]
    assert len(links) == 16
    assert [url for url in links if not url.startswith("https://ico.example/share")] == []


def test_the_note_beside_the_posts_says_that_nobody_approved_them() -> None:
    note = (ROOT / "posts" / "README.md").read_text(encoding="utf-8")
    assert "None of these organisations wrote, saw or approved any of it." in note
    assert "The people in `schedule.yaml` are invented" in note


def test_the_schedule_says_that_its_audience_is_made_up(schedule: Schedule) -> None:
    assert schedule.audience is not None
    assert schedule.audience.source.startswith("made up for the sample")
