"""`campaign run` as a process of its own, by the machine's clock, against rehearsal networks."""

import signal
import time
from datetime import UTC, datetime, timedelta

from rehearsal.server import Call, Fault
from tests.campaign.cli.running import PATIENCE_S, SECOND, Scene, next_second


def test_what_is_due_goes_out_within_a_second_and_the_log_says_so(scene: Scene) -> None:
    due_at = next_second(10)
    scene.plan(due_at)
    scene.start()
    assert datetime.now(UTC) < due_at, "the machine is too slow for this test"
    scene.wait_for("published: 1")
    (post,) = scene.rehearsal.posts("mastodon")
    assert due_at <= post.created_at < due_at + SECOND
    assert scene.stop() == 0
    assert scene.log().rstrip().endswith("stopped")
    assert "1 planned; nothing is overdue" in scene.log()
    assert set(scene.campaign.states().values()) == {"published"}
    secrets = [one for name, one in scene.environment.items() if name.endswith("TOKEN")]
    assert [one for one in secrets if one in scene.log()] == []


def test_it_reads_the_counts_that_are_due_as_soon_as_it_starts(scene: Scene) -> None:
    scene.hour.by = -timedelta(hours=5)
    due_at = next_second(-5 * 3600 + 6)
    scene.plan(due_at, late="1h")
    time.sleep(max(0.0, (due_at - scene.hour.now()).total_seconds()))
    scene.campaign.fine("publish")
    assert set(scene.campaign.states().values()) == {"published"}
    scene.hour.by = timedelta()
    scene.start()
    scene.wait_for("read 1 posts, 1 accounts")
    assert scene.stop() == 0


def test_told_to_stop_it_lets_the_call_in_flight_end_and_leaves_nothing_sending(
    scene: Scene,
) -> None:
    scene.plan(next_second(2), next_second(2))
    scene.rehearsal.inject("mastodon", Fault.SLOW, on=Call.PUBLISH, seconds=2.0)
    scene.start()
    deadline = time.monotonic() + PATIENCE_S
    while not scene.texts():
        assert time.monotonic() < deadline
        time.sleep(0.02)
    assert "sending" in scene.campaign.states().values()
    began = time.monotonic()
    assert scene.stop() == 0
    assert time.monotonic() - began < 5 + 2  # the time-out of a call, and a little to end
    assert "waiting for calls in flight" in scene.log()
    assert sorted(scene.campaign.states().values()) == ["planned", "published"]
    assert len(scene.texts()) == 1


def test_after_a_pause_it_sends_what_is_in_time_and_puts_aside_what_is_not(scene: Scene) -> None:
    first, second = next_second(8), next_second(10)
    scene.plan(first, second, late="2s")
    scene.start()
    assert scene.process is not None
    assert datetime.now(UTC) < first, "the machine is too slow for this test"
    scene.process.send_signal(signal.SIGSTOP)
    time.sleep((second - datetime.now(UTC)).total_seconds() + 0.3)
    scene.process.send_signal(signal.SIGCONT)
    scene.wait_for("published: 1")
    scene.wait_for("missed: 1")
    assert scene.stop() == 0
    assert scene.campaign.states() == {
        "post-0/ico-mastodon/1": "missed",
        "post-1/ico-mastodon/1": "published",
    }
    assert scene.texts() == ["Post 1."]


def test_started_late_it_catches_up_within_the_late_limit(scene: Scene) -> None:
    scene.hour.by = -timedelta(minutes=40)
    scene.plan(next_second(-39 * 60), next_second(-60))
    scene.hour.by = timedelta()
    scene.start()
    scene.wait_for("published: 1")
    assert scene.stop() == 0
    assert scene.campaign.states() == {
        "post-0/ico-mastodon/1": "missed",
        "post-1/ico-mastodon/1": "published",
    }


def test_a_stop_thrown_beside_it_keeps_the_next_post_back(scene: Scene) -> None:
    due_at = next_second(8)
    scene.plan(due_at)
    scene.start()
    scene.campaign.fine("stop", "--reason", "mourning")
    assert datetime.now(UTC) < due_at, "the machine is too slow for this test"
    scene.wait_for("held: 1")
    assert scene.stop() == 0
    assert set(scene.campaign.states().values()) == {"held"}
    assert scene.texts() == []
