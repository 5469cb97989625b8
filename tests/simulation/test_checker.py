"""Histories that are wrong, each in one way: the checker has to see it, and nothing besides."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from simulation.checker import check
from simulation.history import (
    Account,
    Act,
    Applied,
    Approved,
    Called,
    Content,
    Dropped,
    History,
    Logged,
    Moved,
    Quiet,
    Said,
    Stopped,
    Stored,
    Tried,
    Windows,
    Withdrawn,
)

DUE = datetime(2027, 1, 12, 8, 30, tzinfo=UTC)
DAY = "2027-01-12"
ID = "law-helps/ico-x/1"
HALF_AN_HOUR = timedelta(minutes=30)

APPLIED = Applied(
    order=1,
    delivery=ID,
    content="first",
    due_at=DUE,
    late_limit=HALF_AN_HOUR,
    day=DAY,
    theme="rumour",
)
APPROVED = Approved(order=2, delivery=ID, content="first", day=DAY)
POST = Stored(
    order=10,
    checked=9,
    asked_at=DUE,
    called_at=DUE,
    clock_off=timedelta(),
    fate="answered",
    channel="ico-x",
    remote_id="1",
    url="https://x.example/1",
    text="The law helps.",
    media=("a1",),
)
SAID = Said(
    delivery=ID,
    channel="ico-x",
    state="published",
    note="",
    remote_id="1",
    url="https://x.example/1",
    by_person=False,
    due_at=DUE,
    late_limit=HALF_AN_HOUR,
    log=(
        Logged(before=None, after="awaiting-approval"),
        Logged(before="awaiting-approval", after="planned"),
        Logged(before="planned", after="sending"),
        Logged(before="sending", after="published"),
    ),
    attempts=(Tried(content="first", key="k"),),
)
RIGHT = History(
    ended_at=DUE + timedelta(days=1),
    channels={"ico-x": Account(network="x", partner="ico")},
    contents={
        "first": Content(text="The law helps.", media=("a1",)),
        "second": Content(text="The law helps you.", media=("a1",)),
    },
    acts=(APPLIED, APPROVED),
    stored=(POST,),
    called=(Called(order=10, channel="ico-x", clear=True, late=False),),
    said=(SAID,),
)


def ended_as(state: str, note: str = "somebody said why") -> Said:
    """Return what is said of a delivery that is not out, with a log that fits."""
    log = (*SAID.log[:3], Logged(before="sending", after=state))
    return replace(SAID, state=state, note=note, remote_id=None, url=None, log=log)


def acts(*more: Act) -> History:
    return replace(RIGHT, acts=(APPLIED, APPROVED, *more))


def stored(*posts: Stored) -> History:
    return replace(RIGHT, stored=posts)


def said(one: Said, *posts: Stored) -> History:
    return replace(RIGHT, said=(one,), stored=posts)


EDITED = Applied(
    order=3, delivery=ID, content="second", due_at=DUE, late_limit=HALF_AN_HOUR, day=DAY
)
MOVED = Moved(order=3, delivery=ID, due_at=DUE + timedelta(days=1), day="2027-01-13")


def stop(scope: str, target: str, order: int = 5) -> Stopped:
    return Stopped(order=order, scope=scope, target=target, on=True)


def window(from_at: datetime, partner: str | None, order: int = 3) -> Windows:
    quiet = Quiet(from_at=from_at, until_at=from_at + timedelta(days=1), partner=partner)
    return Windows(order=order, windows=(quiet,))


SECOND = "https://x.example/2"
LATE = replace(POST, remote_id="2", url=SECOND, called_at=DUE + timedelta(seconds=200))
"""The second post of a delivery, by a process that had stood still before its call."""
LATE_CALL = Called(order=10, channel="ico-x", clear=True, late=True)


def twice(post: Stored, *, told: str = "", by_log: str = "") -> History:
    """Return a history with a second post, and what people are told of it."""
    log = (*SAID.log, Logged(before="published", after="published", why=by_log))
    one = replace(SAID, note=told, log=log if by_log else SAID.log)
    return replace(RIGHT, stored=(POST, post), said=(one,), called=(*RIGHT.called, LATE_CALL))


def out_after(state: str) -> Said:
    """Return what is said of a delivery that turned out to be out when it was given up."""
    given_up = Logged(before="sending", after=state)
    found = Logged(before=state, after="published")
    return replace(SAID, log=(*SAID.log[:3], given_up, found))


WRONG = {
    "the same post stands twice": (
        stored(POST, replace(POST, remote_id="2", url="https://x.example/2")),
        {"doubled"},
    ),
    "out twice through the window, and nobody is told": (twice(LATE), {"doubled"}),
    "out twice, told, but not through the window": (
        twice(replace(LATE, called_at=DUE), told=f"out twice: also at {SECOND}"),
        {"doubled"},
    ),
    "out twice through the window, and the wrong address is told": (
        twice(LATE, told="out twice: also at https://x.example/9"),
        {"doubled"},
    ),
    "out twice through the window, no answer, and no doubt is left": (
        twice(replace(LATE, fate="unclear")),
        {"doubled"},
    ),
    "out twice, and the one that was in time says nothing although its sender lives": (
        replace(
            twice(LATE),
            said=(replace(SAID, remote_id="2", url=SECOND),),
        ),
        {"doubled"},
    ),
    "late, answered, and said to be missed": (
        replace(said(ended_as("missed"), LATE), called=(LATE_CALL,)),
        {"untold"},
    ),
    "published after it was cancelled, and no call was late": (
        said(out_after("cancelled"), POST),
        {"log"},
    ),
    "cancelled after it was published, and a call was late": (
        replace(
            said(
                replace(
                    ended_as("cancelled"),
                    log=(*SAID.log, Logged(before="published", after="cancelled")),
                )
            ),
            called=(LATE_CALL,),
        ),
        {"log"},
    ),
    "sent by a clock that was known to be wrong": (
        stored(replace(POST, clock_off=timedelta(seconds=61))),
        {"clock"},
    ),
    "called again before anybody knew": (
        replace(
            RIGHT,
            called=(
                Called(order=10, channel="ico-x", clear=False, late=False),
                Called(order=10, channel="ico-x", clear=True, late=False),
            ),
        ),
        {"repeated"},
    ),
    "said to be out and is not": (stored(), {"untrue"}),
    "said to be out under another id": (said(replace(SAID, remote_id="9"), POST), {"untrue"}),
    "said to be out at another address": (
        said(replace(SAID, url="https://x.example/9", by_person=True), POST),
        {"untrue"},
    ),
    "said to be out at its account's page, and nobody is told so": (
        said(replace(SAID, url="https://x.example/"), POST),
        {"untrue"},
    ),
    "refused, and yet it stands": (said(ended_as("refused"), POST), {"untold"}),
    "missed, and yet it stands": (said(ended_as("missed"), POST), {"untold"}),
    "a text that no plan holds": (
        stored(POST, replace(POST, remote_id="2", text="Buy this!")),
        {"stranger"},
    ),
    "another picture than the plan's": (
        stored(replace(POST, media=("b2",))),
        {"stranger", "untrue"},
    ),
    "sent under a stop of everything": (acts(stop("all", "")), {"stopped"}),
    "sent under a stop of its channel": (acts(stop("channel", "ico-x")), {"stopped"}),
    "sent under a stop of its partner": (acts(stop("partner", "ico")), {"stopped"}),
    "sent under a stop of its theme": (acts(stop("theme", "rumour")), {"stopped"}),
    "sent under a stop of its network": (acts(stop("network", "x")), {"stopped"}),
    "sent without a yes": (replace(RIGHT, acts=(APPLIED,)), {"unapproved"}),
    "sent after the yes was taken back": (
        acts(Withdrawn(order=3, delivery=ID)),
        {"unapproved"},
    ),
    "sent with a yes that came later": (
        replace(RIGHT, acts=(APPLIED, replace(APPROVED, order=11))),
        {"unapproved"},
    ),
    "sent with a yes to another content": (
        replace(RIGHT, acts=(APPLIED, replace(APPROVED, content="second"))),
        {"unapproved"},
    ),
    "sent with a yes for another day": (
        replace(RIGHT, acts=(APPLIED, replace(APPROVED, day="2027-01-13"))),
        {"unapproved"},
    ),
    "sent with the wording before the edit": (acts(EDITED), {"unapproved"}),
    "sent a second before it was due": (
        stored(replace(POST, called_at=DUE, asked_at=DUE - timedelta(seconds=1))),
        {"untimely"},
    ),
    "sent a second past its late limit": (
        stored(replace(POST, called_at=DUE, asked_at=DUE + timedelta(minutes=30, seconds=1))),
        {"untimely"},
    ),
    "sent at the time it was moved away from": (
        acts(MOVED, replace(APPROVED, order=4, day="2027-01-13")),
        {"untimely"},
    ),
    "sent in a window": (acts(window(DUE, None)), {"held"}),
    "sent in a window of its partner": (acts(window(DUE, "ico")), {"held"}),
    "due in a window and sent when it ended": (
        replace(
            RIGHT,
            acts=(APPLIED, APPROVED, window(DUE - timedelta(days=1) + timedelta(minutes=1), None)),
            stored=(replace(POST, called_at=DUE, asked_at=DUE + timedelta(minutes=5)),),
        ),
        {"held"},
    ),
    "sent although it was taken out": (acts(Dropped(order=3, delivery=ID)), {"dropped"}),
    "left as planned": (said(ended_as("planned")), {"lost"}),
    "left as sending": (said(replace(ended_as("sending"), log=SAID.log[:3])), {"lost"}),
    "missed and nothing says why": (said(ended_as("missed", note="")), {"lost"}),
    "unknown and nobody is asked": (said(ended_as("unknown", note="no answer")), {"lost"}),
    "waits for approval after its time": (
        said(replace(ended_as("awaiting-approval"), note="")),
        {"lost"},
    ),
    "planned and without a row": (replace(RIGHT, said=(), stored=()), {"lost"}),
    "the log has a gap": (said(replace(SAID, log=SAID.log[:2] + SAID.log[3:]), POST), {"log"}),
    "the log ends elsewhere": (said(replace(SAID, log=SAID.log[:3]), POST), {"log"}),
    "the log goes on after the end": (
        said(replace(SAID, log=(*SAID.log, Logged(before="published", after="published"))), POST),
        {"log"},
    ),
    "two keys for one content": (
        said(replace(SAID, attempts=(*SAID.attempts, Tried(content="first", key="other"))), POST),
        {"key"},
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_history_is_seen_for_what_it_is(name: str) -> None:
    history, kinds = WRONG[name]
    assert {one.kind for one in check(history)} == kinds


FINE = {
    "out twice through the window, and the note says where": twice(
        LATE, told=f"out twice: also at {SECOND}"
    ),
    "out twice through the window, and the log says where": twice(
        LATE, by_log=f"out twice: also at {SECOND}"
    ),
    "out twice through the window, no answer, and the note asks to look": twice(
        replace(LATE, fate="unclear"),
        told="it may be out twice: nobody knows what came of attempt 1, so look",
    ),
    "out twice through the window, and its sender died: known, and documented": twice(
        replace(LATE, fate="died")
    ),
    "missed, and its late sender died: known, and documented": replace(
        said(ended_as("missed"), replace(LATE, fate="died")), called=(LATE_CALL,)
    ),
    "given up as cancelled, and then it turned out to be out": replace(
        said(replace(out_after("cancelled"), remote_id="2", url=SECOND), LATE),
        called=(LATE_CALL,),
    ),
    "out, and people are told why only its account's page is named": said(
        replace(SAID, url="https://x.example/", note="X did not name the post's own address."),
        POST,
    ),
    "as it should be": RIGHT,
    "at the last instant of its late limit": stored(
        replace(POST, called_at=DUE, asked_at=DUE + HALF_AN_HOUR)
    ),
    "stopped only after the call had begun": acts(stop("all", "", order=11)),
    "a window written between the last check and the look for a stop": acts(
        window(DUE, None, order=10)
    ),
    "stopped and lifted before": acts(
        stop("all", ""), Stopped(order=6, scope="all", target="", on=False)
    ),
    "another theme is stopped": acts(stop("theme", "advice")),
    "another channel is stopped": acts(stop("channel", "ico-bluesky")),
    "a window of another partner": acts(window(DUE, "ndna")),
    "withdrawn after the call had begun": acts(Withdrawn(order=11, delivery=ID)),
    "a person settled it by its address": said(replace(SAID, remote_id="?", by_person=True), POST),
    "unknown, out, and a person is asked": said(
        ended_as("unknown", note="a person has to settle it"), POST
    ),
    "missed, and not out": said(ended_as("missed")),
    "called again after a clear answer": replace(
        RIGHT,
        called=(
            Called(order=10, channel="ico-x", clear=True, late=False),
            Called(order=10, channel="ico-x", clear=True, late=False),
        ),
    ),
    "edited, approved again and sent so": replace(
        RIGHT,
        acts=(APPLIED, APPROVED, EDITED, replace(APPROVED, order=4, content="second")),
        stored=(replace(POST, text="The law helps you."),),
    ),
}


@pytest.mark.parametrize("name", FINE)
def test_a_history_that_keeps_every_promise_is_let_pass(name: str) -> None:
    assert check(FINE[name]) == []


AGAIN = "law-helps/ico-x/2"
LATER = timedelta(days=7)
SECOND_POST = replace(
    POST, order=20, asked_at=DUE + LATER, remote_id="2", url="https://x.example/2"
)
SERIES = replace(
    RIGHT,
    ended_at=DUE + timedelta(days=8),
    acts=(
        APPLIED,
        replace(APPLIED, delivery=AGAIN, due_at=DUE + LATER, day="2027-01-19"),
        APPROVED,
        replace(APPROVED, delivery=AGAIN, day="2027-01-19"),
    ),
    stored=(POST, SECOND_POST),
    said=(
        SAID,
        replace(SAID, delivery=AGAIN, due_at=DUE + LATER, remote_id="2", url="https://x.example/2"),
    ),
)


def test_the_runs_of_a_series_that_say_the_same_are_told_apart_by_their_times() -> None:
    assert check(SERIES) == []


def test_a_run_that_stands_twice_is_doubled_and_the_other_run_is_not() -> None:
    third = replace(SECOND_POST, order=21, remote_id="3", url="https://x.example/3")
    found = check(replace(SERIES, stored=(POST, SECOND_POST, third)))
    assert [(one.kind, one.delivery) for one in found] == [("doubled", AGAIN)]


@pytest.mark.parametrize("swapped", [False, True])
def test_two_that_differ_in_nothing_may_stand_for_each_other(*, swapped: bool) -> None:
    addresses = [("1", POST.url), ("2", SECOND_POST.url)]
    (first, here), (second, there) = reversed(addresses) if swapped else addresses
    at_once = replace(
        SERIES,
        acts=(
            APPLIED,
            replace(APPLIED, delivery=AGAIN),
            APPROVED,
            replace(APPROVED, delivery=AGAIN),
        ),
        stored=(POST, replace(SECOND_POST, asked_at=DUE)),
        said=(
            replace(SAID, remote_id=first, url=here),
            replace(SAID, delivery=AGAIN, remote_id=second, url=there),
        ),
    )
    assert check(at_once) == []


def test_a_run_of_a_series_that_goes_out_between_the_times_is_untimely() -> None:
    early = replace(SECOND_POST, asked_at=DUE + timedelta(days=3))
    found = check(replace(SERIES, stored=(POST, early)))
    assert "untimely" in {one.kind for one in found}


def test_a_run_of_a_series_that_is_not_there_is_untrue_though_the_other_is() -> None:
    found = check(replace(SERIES, stored=(POST,)))
    assert [(one.kind, one.delivery) for one in found] == [("untrue", AGAIN)]
