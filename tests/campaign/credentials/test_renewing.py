import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest

from campaign.cli.session import open_session
from campaign.cli.sign_ins_clock import tick
from campaign.credentials.holding import AGAIN_AFTER_NO, LEASE
from campaign.store.credentials import Kept, all_kept, finish_renewal, kept_for
from connectors.contract import AccessRefused, NotSent
from rehearsal.server import Call, Fault
from tests.campaign.credentials.scene import Scene, open_scene
from tests.campaign.office import MONDAY
from tests.postgres import KINDS, fresh_database

ROOT = Path(__file__).parents[3]
X_DUE = MONDAY + timedelta(minutes=61)
"""When less than an hour is left of the two that a token of X lasts."""


@pytest.fixture(params=KINDS)
def on_either(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Scene]:
    """Signed in on X, in a database of either kind."""
    with open_scene(tmp_path, fresh_database(request, tmp_path)) as scene:
        scene.owner_says(monkeypatch, "x")
        assert scene.connect("x").code == 0
        yield scene


@pytest.fixture
def on_x(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> Scene:
    scene.owner_says(monkeypatch, "x")
    assert scene.connect("x").code == 0
    return scene


def renewals(scene: Scene, path: str = "/2/oauth2/token") -> int:
    """Return how often the network was asked for tokens since the sign-in."""
    return len([one for one in scene.rehearsal.requests("x") if one.path == path]) - 1


def row(scene: Scene, channel: str = "ico-x") -> Kept:
    """Return the row as it stands."""
    desk = scene.desk()
    with desk.store.read() as connection:
        found = kept_for(connection, channel)
    desk.close()
    assert found is not None
    return found


def test_a_token_is_renewed_an_hour_ahead_and_what_came_is_used(on_x: Scene) -> None:
    desk = on_x.desk()
    before = desk.sign_in("ico-x")
    on_x.clock.move_to(X_DUE - timedelta(minutes=2))
    assert desk.sign_in("ico-x") is before
    on_x.clock.move_to(X_DUE)
    after = desk.sign_in("ico-x")
    assert after is not before
    assert (renewals(on_x), row(on_x).edition) == (1, 2)
    on_x.clock.move_to(MONDAY + timedelta(hours=2, minutes=1))
    assert after.whoami().handle == "@ico.example"
    desk.close()


def test_the_clock_of_a_running_campaign_renews_by_itself_and_not_under_a_stop(
    on_x: Scene,
) -> None:
    on_x.clock.move_to(X_DUE)
    on_x.shell.fine("stop", "--reason", "drill", "--as", "ama")
    with open_session(on_x.place) as session:
        tick(session)
        assert renewals(on_x) == 0
        on_x.shell.fine("resume", "--as", "ben")
        tick(session)
        tick(session)
    assert (renewals(on_x), row(on_x).edition) == (1, 2)


def test_of_many_that_find_it_due_at_once_one_renews_and_the_others_go_on(on_either: Scene) -> None:
    on_either.clock.move_to(X_DUE)
    desks = [on_either.desk() for _ in range(6)]

    def use(number: int) -> str:
        return desks[number].sign_in("ico-x").whoami().handle

    with ThreadPoolExecutor(6) as pool:
        assert set(pool.map(use, range(6))) == {"@ico.example"}
    for desk in desks:
        desk.close()
    assert (renewals(on_either), row(on_either).edition) == (1, 2)


def test_a_renewal_that_reached_nobody_is_tried_again_and_the_old_token_serves(
    on_x: Scene,
) -> None:
    on_x.clock.move_to(X_DUE)
    on_x.rehearsal.inject("x", Fault.DROP_BEFORE_STORING, on=Call.SIGN_IN)
    desk = on_x.desk()
    assert desk.sign_in("ico-x").whoami().handle == "@ico.example"
    assert "no whole answer" in row(on_x).trouble
    on_x.clock.move_to(X_DUE + timedelta(minutes=3))
    desk.sign_in("ico-x")
    assert (row(on_x).trouble, row(on_x).edition) == ("", 2)
    desk.close()


def test_killed_between_the_answer_and_the_commit_posting_goes_on_until_the_old_token_ends(
    on_either: Scene,
) -> None:
    line = [sys.executable, "-m", "tests.campaign.credentials.killed_at_commit"]
    environment = {**os.environ, **on_either.environment}
    line += [str(on_either.folder), "ico-x", X_DUE.isoformat()]
    dead = subprocess.run(line, cwd=ROOT, env=environment, check=False, timeout=60)
    assert dead.returncode == -9
    assert renewals(on_either) == 1  # the network has given new tokens, and nobody has them

    on_either.clock.move_to(X_DUE + LEASE + timedelta(seconds=1))
    desk = on_either.desk()
    assert desk.sign_in("ico-x").whoami().handle == "@ico.example"
    assert row(on_either).edition == 1
    assert "a renewal was broken off, and the network does not take the old token" in (
        row(on_either).trouble
    )
    told = on_either.shell("doctor", "--json").json()["findings"]
    (finding,) = [one for one in told if one["what"] == "sign-in of ico-x"]
    assert "run `campaign connect ico-x`" in finding["words"]

    on_either.clock.move_to(MONDAY + timedelta(hours=2, seconds=1))
    with pytest.raises(AccessRefused, match=r"ico-x: the sign-in has ended .*connect ico-x` again"):
        desk.sign_in("ico-x")
    desk.close()


def test_after_a_refusal_the_network_is_left_alone_for_hours(on_x: Scene) -> None:
    on_x.clock.move_to(X_DUE)
    on_x.rehearsal.inject("x", Fault.EXPIRED_TOKEN, on=Call.SIGN_IN)
    desk = on_x.desk()
    for minutes in range(0, 50, 10):
        on_x.clock.move_to(X_DUE + timedelta(minutes=minutes))
        desk.sign_in("ico-x")
    assert renewals(on_x) == 1
    assert row(on_x).renewing_until == X_DUE + AGAIN_AFTER_NO
    desk.close()


def test_an_answer_that_comes_after_another_renewal_or_a_sign_out_changes_nothing(
    on_either: Scene,
) -> None:
    first = row(on_either)
    desk = on_either.desk()
    with desk.store.write() as connection:
        assert finish_renewal(connection, first, {"rights": "second"})
        assert not finish_renewal(connection, first, {"rights": "late"})
        assert kept_for(connection, "ico-x").rights == "second"  # type: ignore[union-attr]
    on_either.shell.fine("disconnect", "ico-x", "--only-here")
    with desk.store.write() as connection:
        assert not finish_renewal(connection, first, {"rights": "later"})
        assert all_kept(connection) == []
    desk.close()


def test_a_refusal_of_a_token_that_was_renewed_meanwhile_is_no_refusal(on_x: Scene) -> None:
    desk = on_x.desk()
    connector = desk.sign_in("ico-x")
    on_x.clock.move_to(X_DUE)
    other = on_x.desk()
    other.sign_in("ico-x")
    other.close()
    on_x.rehearsal.inject("x", Fault.EXPIRED_TOKEN, on=Call.ACCOUNT, times=2)
    with pytest.raises(NotSent, match="the sign-in was renewed while the call was on its way"):
        connector.whoami()
    with pytest.raises(AccessRefused):
        desk.sign_in("ico-x").whoami()
    desk.close()


def test_what_a_full_disk_kept_from_being_written_is_written_before_it_is_used(
    on_x: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = on_x.desk()
    desk.sign_in("ico-x")
    on_x.clock.move_to(X_DUE)
    with sqlite3.connect(on_x.folder / "campaign.db") as connection:
        connection.execute(
            "CREATE TRIGGER full BEFORE UPDATE OF sealed ON credential "
            "BEGIN SELECT RAISE(ABORT, 'the disk is full'); END"
        )
    with pytest.raises(NotSent, match="the disk is full"):
        desk.sign_in("ico-x")
    with sqlite3.connect(on_x.folder / "campaign.db") as connection:
        connection.execute("DROP TRIGGER full")
    assert desk.sign_in("ico-x").whoami().handle == "@ico.example"
    assert (renewals(on_x), row(on_x).edition) == (1, 2)
    desk.close()


@pytest.mark.parametrize(
    ("network", "days", "edition"), [("threads", 31, 2), ("linkedin", 41, 2), ("facebook", 41, 1)]
)
def test_tokens_of_sixty_days_are_renewed_weeks_ahead(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, network: str, days: int, edition: int
) -> None:
    scene.owner_says(monkeypatch, network)
    assert scene.connect(network).code == 0
    desk = scene.desk()
    for day in range(0, days + 80, 10):
        scene.clock.move_to(MONDAY + timedelta(days=day))
        desk.sign_in(f"ico-{network}").whoami()
        if day < days - 10:
            assert row(scene, f"ico-{network}").edition == 1
    assert row(scene, f"ico-{network}").edition >= edition
    desk.close()
