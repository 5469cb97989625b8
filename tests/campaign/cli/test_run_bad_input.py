"""What happens under a running `campaign run`: what was approved stays what is sent."""

import shutil
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tests.campaign.cli.running import Scene, next_second

SOON = 6
"""Seconds in which a command can be given, also on a busy machine."""


@pytest.fixture
def running(scene: Scene) -> Scene:
    """The program runs; the one post it knows of is due in an hour."""
    scene.plan(next_second(3600))
    scene.start()
    return scene


def test_a_schedule_broken_and_posts_deleted_while_it_runs_change_nothing(running: Scene) -> None:
    due_at = next_second(SOON)
    running.plan(due_at, due_at)
    file = running.folder / "schedule.yaml"
    file.write_text(file.read_text(encoding="utf-8") + "nonsense: [", encoding="utf-8")
    shutil.rmtree(running.folder / "posts")
    assert datetime.now(UTC) < due_at, "the machine is too slow for this test"
    said = running.campaign("plan")
    assert (said.code, "schedule.yaml" in said.out + said.err) == (3, True)
    running.wait_for("published: ")
    running.wait_for_posts(2)
    assert running.stop() == 0
    assert sorted(running.texts()) == ["Post 0.", "Post 1."]


def test_an_edited_schedule_counts_once_it_is_applied(running: Scene) -> None:
    due_at = next_second(SOON)
    running.plan(due_at)
    post = running.folder / "posts" / "post-0" / "post.md"
    post.write_text("---\ntitle: 0\n---\nEdited in time.\n", encoding="utf-8")
    running.campaign.fine("apply", "--yes")
    post.write_text("---\ntitle: 0\n---\nEdited and not applied.\n", encoding="utf-8")
    assert datetime.now(UTC) < due_at, "the machine is too slow for this test"
    running.wait_for_posts(1)
    assert running.stop() == 0
    assert running.texts() == ["Edited in time."]


def test_two_of_them_on_one_file_send_each_post_once(running: Scene) -> None:
    other = replace(running, name="other", process=None)
    try:
        other.start()
        running.plan(*[next_second(SOON)] * 6)
        running.wait_for_posts(6)
        assert (running.stop(), other.stop()) == (0, 0)
    finally:
        other.kill()
    assert Counter(running.texts()) == Counter(f"Post {number}." for number in range(6))
    assert {one["attempts"] for one in running.rows()} == {1}
    assert "rror" not in running.log() + other.log()


def test_a_clock_an_hour_behind_is_named_and_nothing_is_sent(scene: Scene) -> None:
    scene.rehearsal.skew_dates("mastodon", timedelta(hours=1))
    scene.plan(next_second(3600))
    scene.start()
    scene.plan(next_second(SOON))
    scene.wait_for("this machine's clock is 3600 seconds behind the networks'")
    scene.wait_for("nothing is sent until it is set right")
    assert scene.stop() == 0
    assert scene.texts() == []
