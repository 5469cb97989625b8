"""What happens under a running `campaign run`: what was approved stays what is sent."""

import shutil
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from tests.campaign.cli.running import Scene, next_second


def test_a_schedule_edited_and_posts_deleted_while_it_runs_change_nothing_until_applied(
    scene: Scene,
) -> None:
    first, second = next_second(8), next_second(9)
    scene.plan(first, second)
    scene.start()
    file = scene.folder / "schedule.yaml"
    applied = file.read_text(encoding="utf-8")
    file.write_text(applied.replace("post-1", "post-9") + "nonsense: [", encoding="utf-8")
    shutil.rmtree(scene.folder / "posts")
    said = scene.campaign("plan")
    assert (said.code, "schedule.yaml" in said.out + said.err) == (3, True)
    assert datetime.now(UTC) < first, "the machine is too slow for this test"
    scene.wait_for_posts(2)
    assert scene.stop() == 0
    assert scene.texts() == ["Post 0.", "Post 1."]
    assert set(scene.campaign.states().values()) == {"published"}


def test_what_is_applied_beside_it_is_what_it_sends(scene: Scene) -> None:
    due_at = next_second(10)
    scene.plan(due_at)
    scene.start()
    post = scene.folder / "posts" / "post-0" / "post.md"
    post.write_text("---\ntitle: 0\n---\nEdited in time.\n", encoding="utf-8")
    scene.campaign.fine("apply", "--yes")
    assert datetime.now(UTC) < due_at, "the machine is too slow for this test"
    scene.wait_for_posts(1)
    assert scene.stop() == 0
    assert scene.texts() == ["Edited in time."]


def test_two_of_them_on_one_database_send_each_post_once(scene: Scene) -> None:
    due_at = next_second(9)
    scene.plan(*[due_at] * 6)
    other = replace(scene, name="other", process=None)
    try:
        scene.start()
        other.start()
        assert datetime.now(UTC) < due_at, "the machine is too slow for this test"
        scene.wait_for_posts(6)
        assert (scene.stop(), other.stop()) == (0, 0)
    finally:
        other.kill()
    assert Counter(scene.texts()) == Counter(f"Post {number}." for number in range(6))
    assert set(scene.campaign.states().values()) == {"published"}
    assert {one["attempts"] for one in scene.rows()} == {1}
    assert "rror" not in scene.log() + other.log()


def test_a_clock_set_forward_within_the_hour_is_noticed_before_anything_is_sent(
    scene: Scene,
) -> None:
    scene.hour.by = timedelta(hours=1)  # the networks, too: the running process is an hour behind
    scene.plan(scene.hour.now().replace(microsecond=0) + timedelta(hours=-1, seconds=8))
    scene.start()
    scene.wait_for("this machine's clock is 3600 seconds behind the networks'")
    scene.wait_for("nothing is sent until it is set right")
    assert scene.stop() == 0
    assert scene.texts() == []
