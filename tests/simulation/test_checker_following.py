"""What follows another post, and what is taken down: the checker knows where each belongs."""

from dataclasses import replace
from datetime import timedelta

import pytest

from simulation.checker import check
from simulation.history import Approved, Content, History, Logged, Pulled
from tests.simulation.test_checker import APPLIED, DAY, DUE, HALF_AN_HOUR, ID, POST, RIGHT, SAID

PART = f"{ID}/2"
PART_APPLIED = replace(APPLIED, delivery=PART, content="part", follows=ID)
PART_POST = replace(
    POST,
    order=11,
    remote_id="2",
    url="https://x.example/2",
    text="Ask first.",
    media=(),
    under="1",
)
PART_SAID = replace(SAID, delivery=PART, remote_id="2", url="https://x.example/2")
THREAD = replace(
    RIGHT,
    contents={**RIGHT.contents, "part": Content(text="Ask first.", media=())},
    acts=(
        *RIGHT.acts,
        PART_APPLIED,
        Approved(order=2, delivery=PART, content="part", day=DAY),
    ),
    stored=(POST, PART_POST),
    said=(SAID, PART_SAID),
)

REPOST = "law-helps/npcc-x/1"
PASSED_ON = replace(
    POST,
    order=11,
    channel="npcc-x",
    remote_id="9",
    url="https://x.example/9",
    under="1",
    passed_on="https://x.example/1",
)
REPOSTED = replace(
    RIGHT,
    channels={**RIGHT.channels, "npcc-x": RIGHT.channels["ico-x"]},
    contents={
        **RIGHT.contents,
        "passed on": Content(text="The law helps.", media=("a1",), is_repost=True),
    },
    acts=(
        *RIGHT.acts,
        replace(APPLIED, delivery=REPOST, content="passed on", follows=ID),
        Approved(order=2, delivery=REPOST, content="passed on", day=DAY),
    ),
    stored=(POST, PASSED_ON),
    said=(SAID, replace(SAID, delivery=REPOST, channel="npcc-x")),
)
LATER = DUE + timedelta(hours=2)
PULLED = Pulled(order=20, delivery=ID)
GONE = replace(
    SAID,
    state="withdrawn",
    log=(*SAID.log, Logged(before="published", after="withdrawn")),
)
TAKEN_DOWN = replace(
    RIGHT, acts=(*RIGHT.acts, PULLED), stored=(replace(POST, deleted=True),), said=(GONE,)
)

FINE = {
    "a thread": THREAD,
    "a part that waited for the one before it": replace(
        THREAD,
        stored=(
            replace(POST, called_at=DUE + HALF_AN_HOUR),
            replace(PART_POST, asked_at=DUE + HALF_AN_HOUR * 2),
        ),
    ),
    "a repost, known by what it passes on": REPOSTED,
    "a post that was taken down": TAKEN_DOWN,
    "a post that the network would not take down, and somebody is told": replace(
        RIGHT, acts=(*RIGHT.acts, PULLED), said=(replace(SAID, note="the network said no"),)
    ),
}
WRONG: dict[str, tuple[History, set[str]]] = {
    "a part by itself": (
        replace(THREAD, stored=(POST, replace(PART_POST, under=None))),
        {"astray"},
    ),
    "a part under another post": (
        replace(THREAD, stored=(POST, replace(PART_POST, under="7"))),
        {"astray"},
    ),
    "a part before the one that it follows": (
        replace(THREAD, stored=(replace(PART_POST, order=9), POST)),
        {"astray"},
    ),
    "a part long after the one before it": (
        replace(THREAD, stored=(POST, replace(PART_POST, asked_at=LATER))),
        {"untimely"},
    ),
    "a post under one that it does not follow": (
        replace(RIGHT, stored=(replace(POST, under="7"),)),
        {"astray"},
    ),
    "a repost of another post": (
        replace(REPOSTED, stored=(POST, replace(PASSED_ON, under="7"))),
        {"astray"},
    ),
    "a repost that is said to be out and is not": (
        replace(REPOSTED, stored=(POST,)),
        {"untrue"},
    ),
    "a repost twice": (
        replace(REPOSTED, stored=(POST, PASSED_ON, replace(PASSED_ON, remote_id="10"))),
        {"doubled"},
    ),
    "taken down, and nobody had said so": (
        replace(RIGHT, stored=(replace(POST, deleted=True),)),
        {"deleted"},
    ),
    "said to be withdrawn, and it stands": (replace(TAKEN_DOWN, stored=(POST,)), {"standing"}),
    "it shall not stand, and nobody is told that it does": (
        replace(RIGHT, acts=(*RIGHT.acts, PULLED)),
        {"standing"},
    ),
    "sent after somebody had said that it shall not stand": (
        replace(RIGHT, acts=(*RIGHT.acts, replace(PULLED, order=5))),
        {"dropped", "standing"},
    ),
    "withdrawn without a word": (
        replace(TAKEN_DOWN, acts=RIGHT.acts),
        {"deleted", "log"},
    ),
}


@pytest.mark.parametrize("name", FINE)
def test_what_is_right_is_left_alone(name: str) -> None:
    assert check(FINE[name]) == []


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_found(name: str) -> None:
    history, kinds = WRONG[name]
    assert {one.kind for one in check(history)} == kinds
