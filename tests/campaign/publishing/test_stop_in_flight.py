"""A stop that is thrown while a call is in flight: the call ends, or its delivery is unknown."""

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest

from campaign.decisions.stops import resume, stop
from campaign.publishing.callby import calls_about
from campaign.store.barriers import stop_on_channel
from campaign.store.deliveries import Change
from rehearsal.server import Call, Fault
from tests.campaign.office import DUE, Office
from tests.campaign.publishing.sleepers import Sleep, publish_asleep, wait

X, MASTODON = "law-helps/ico-x/1", "law-helps/ico-mastodon/1"
TEXT = "Data protection law helps you share information to protect a child."


@pytest.fixture(autouse=True)
def due(office: Office) -> None:
    office.apply()
    office.approve()
    office.clock.move_to(DUE)


Scope = tuple[str, str]
ALL: Scope = ("all", "")
THEME: Scope = ("theme", "myth")


def throw(office: Office, scope: Scope = ALL) -> None:
    with office.desk.store.write() as connection:
        stop(connection, *scope, Change(who="ben", at=office.clock.now(), why="mourning"))


def about_posts(office: Office) -> int:
    """Count the calls but for looks at the account, by which clocks are compared."""
    asked = office.rehearsal.requests("mastodon")
    return sum(one.call is not Call.ACCOUNT for one in asked)


def lift(office: Office, scope: Scope = ALL) -> None:
    with office.desk.store.write() as connection:
        resume(connection, *scope, Change(who="cat", at=office.clock.now(), why="over"))


def test_a_call_that_has_left_ends_and_is_published_under_the_stop(office: Office) -> None:
    assert publish_asleep(office, MASTODON, lambda: throw(office)) == "published"
    wait(office, 600)
    assert (office.texts("mastodon"), office.texts("x")) == ([TEXT], [])
    assert office.state(X) == "held"


@pytest.mark.parametrize("scope", [ALL, THEME])
def test_a_call_that_has_left_without_an_answer_is_unknown_until_the_stop_is_lifted(
    office: Office, scope: Scope
) -> None:
    office.rehearsal.inject("mastodon", Fault.STORE_THEN_DROP, on=Call.PUBLISH)
    assert publish_asleep(office, MASTODON, lambda: throw(office, scope)) == "unknown"
    calls = about_posts(office)
    for _ in range(10):
        wait(office, 120)
    assert office.state(MASTODON) == "unknown"
    assert office.delivery(MASTODON).note == "could not be looked up: stopped by ben: mourning"
    assert about_posts(office) == calls
    lift(office, scope)
    wait(office, 120)
    assert (office.state(MASTODON), office.texts("mastodon")) == ("published", [TEXT])
    wait(office, 3600)
    assert office.states()[X] == "held"
    assert office.texts("x") == []


def test_a_second_of_calls_looks_at_the_stops_once_and_at_each_post_while_one_goes_by_theme(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk, looks = office.desk, Counter[str]()

    def look(*asked: Any) -> str | None:
        looks[asked[-1]] += 1
        return stop_on_channel(*asked)

    monkeypatch.setattr("campaign.wiring.stop_on_channel", look)
    ask = desk._stopped(desk.account("ico-x"))

    def calls(*posts: str) -> list[str | None]:
        answers = []
        for post in posts:
            office.clock.advance(timedelta(milliseconds=1))
            with calls_about(post):
                answers.append(ask())
        return answers

    assert calls("law-helps", "other", "law-helps", "other") == [None] * 4
    assert looks.total() == 1
    throw(office, THEME)
    office.clock.advance(timedelta(seconds=1))
    assert calls("other", "law-helps", "other") == [None, "stopped by ben: mourning", None]
    assert looks == {"law-helps": 2, "other": 2}


@pytest.mark.parametrize("scope", [ALL, THEME])
@pytest.mark.parametrize("where", [Sleep.BEFORE_LAST_CHECK, Sleep.BEFORE_LAST_LOOK])
def test_a_call_that_has_not_left_is_not_made(office: Office, where: Sleep, scope: Scope) -> None:
    publish_asleep(office, MASTODON, lambda: throw(office, scope), where=where)
    wait(office, 60)
    assert (office.state(MASTODON), office.texts("mastodon")) == ("held", [])
    office.clock.advance(timedelta(minutes=1))
    lift(office, scope)
    wait(office, 60)
    assert (office.state(MASTODON), office.texts("mastodon")) == ("held", [])
