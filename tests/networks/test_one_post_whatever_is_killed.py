"""The first promise on the real network: whatever is killed and when, one post, as approved.

The program is killed with SIGKILL at five points around the one call, started again as a timer
would, and what then stands on the network is read with plain calls.
"""

import signal
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.networks.desk import ROOT, Desk
from tests.networks.relay import Answer, Asked, Relay, relaying
from tests.networks.xrpc import Account

pytestmark = pytest.mark.networks

PICTURE_POST = "law-helps-you-share"
CARD_POST = "plan-before-you-need-it"


@dataclass(frozen=True, kw_only=True)
class Approved:
    """What a person approved, letter by letter; bytes are those of the file in posts/."""

    text: str
    facets: list[dict[str, Any]]
    file: str


def link(start: int, end: int, uri: str) -> dict[str, Any]:
    feature = {"$type": "app.bsky.richtext.facet#link", "uri": uri}
    return {"index": {"byteStart": start, "byteEnd": end}, "features": [feature]}


def tag(start: int, end: int, word: str) -> dict[str, Any]:
    feature = {"$type": "app.bsky.richtext.facet#tag", "tag": word}
    return {"index": {"byteStart": start, "byteEnd": end}, "features": [feature]}


UTM = "utm_source=bluesky&utm_medium=social&utm_campaign=think-check-share&utm_content="
TEN_STEPS = f"https://ico.example/share/ten-steps?{UTM}law-helps-you-share-ico"
AGREEMENTS = f"https://ico.example/share/agreements?{UTM}plan-before-you-need-it-ico"

APPROVED = {
    PICTURE_POST: Approved(
        text=(
            "Belief: data protection law stops you sharing a worry about a child.\n\n"
            "Fact: it gives you a way to share what is needed, fairly and in proportion.\n\n"
            "ico.example/share/ten-steps\n\n#ThinkCheckShare"
        ),
        facets=[link(147, 174, TEN_STEPS), tag(176, 192, "ThinkCheckShare")],
        file="law-helps-you-share.png",
    ),
    CARD_POST: Approved(
        text=(
            "Steps 5 and 6 of 10: if you share regularly, look at the risks and write an "
            "agreement while the day is quiet.\n\n"
            "An emergency does not have to wait for either.\n\n"
            "ico.example/share/agreements\n\n#ThinkCheckShare"
        ),
        facets=[link(159, 187, AGREEMENTS), tag(189, 205, "ThinkCheckShare")],
        file="plan-before-you-need-it.png",
    ),
}
ALT_TEXT = (
    "Two colleagues hold up a sign with a large tick in front of a nursery hung with bunting. "
    "Text: Myth and fact. The law helps you share. It does not stand in the way. "
    "Foot: Think. Check. Share. Sample."
)


BOTH = (PICTURE_POST, CARD_POST)


@pytest.fixture
def relay(server: str) -> Iterator[Relay]:
    with relaying(server) as relay:
        yield relay


@pytest.fixture
def desk(tmp_path: Path, account: Account, relay: Relay) -> Desk:
    """Both posts are approved and due; nothing has been sent."""
    desk = Desk(folder=tmp_path, posts=BOTH, account=account, server=relay.origin)
    desk.approve()
    return desk


def test_posts_that_nothing_befalls_are_what_was_approved(desk: Desk, relay: Relay) -> None:
    rows = desk.publish_until_all_are_out()
    assert relay.count("putRecord") == 2
    assert_once_and_as_approved(desk, rows, attempts=1, evidence="api")


def test_killed_before_the_attempt_is_written(desk: Desk, relay: Relay) -> None:
    assert_killed(desk.start_dying("before-claim"))
    assert desk.states() == ["planned", "planned"]
    assert desk.account.posts() == []
    rows = desk.publish_until_all_are_out()
    assert relay.count("putRecord") == 2
    assert_once_and_as_approved(desk, rows, attempts=1, evidence="api")


def test_killed_after_the_attempt_and_before_the_call(desk: Desk, relay: Relay) -> None:
    for _ in BOTH:
        assert_killed(desk.start_dying("after-prepare"))
    assert desk.states() == ["sending", "sending"]
    assert relay.count("putRecord") == 0
    rows = desk.publish_until_all_are_out()
    assert relay.count("putRecord") == 2
    assert_once_and_as_approved(desk, rows, attempts=2, evidence="api")


def test_killed_when_the_request_was_under_way_and_did_not_arrive(desk: Desk, relay: Relay) -> None:
    for _ in BOTH:
        assert_killed(killed_on_put(desk, relay, store=False))
    assert desk.states() == ["sending", "sending"]
    assert desk.account.posts() == []
    rows = desk.publish_until_all_are_out()
    assert_once_and_as_approved(desk, rows, attempts=2, evidence="api")


def test_killed_when_the_network_had_stored_the_post_and_not_answered(
    desk: Desk, relay: Relay
) -> None:
    for _ in BOTH:
        assert_killed(killed_on_put(desk, relay, store=True))
    assert desk.states() == ["sending", "sending"]
    assert len(desk.account.posts()) == 2
    rows = desk.publish_until_all_are_out()
    assert relay.count("putRecord") == 2
    assert_once_and_as_approved(desk, rows, attempts=1, evidence="found")


def test_killed_after_the_answer_and_before_the_outcome_is_written(
    desk: Desk, relay: Relay
) -> None:
    for _ in BOTH:
        assert_killed(desk.start_dying("after-answer"))
    assert desk.states() == ["sending", "sending"]
    assert len(desk.account.posts()) == 2
    rows = desk.publish_until_all_are_out()
    assert relay.count("putRecord") == 2
    assert_once_and_as_approved(desk, rows, attempts=1, evidence="found")


def killed_on_put(desk: Desk, relay: Relay, *, store: bool) -> "subprocess.Popen[bytes]":
    """Start `campaign publish`, to be killed while it waits for the answer to its one call."""
    started: list[subprocess.Popen[bytes]] = []

    def kill(_: Asked, forward: Callable[[], Answer]) -> None:
        if store:
            assert forward().status == 200
        started[0].kill()

    relay.on("putRecord", turn=kill)
    started.append(desk.start("publish"))
    return started[0]


def assert_killed(program: "subprocess.Popen[bytes]") -> None:
    with program:
        said, _ = program.communicate(timeout=60)
    assert program.returncode == -signal.SIGKILL, said.decode()


def assert_once_and_as_approved(
    desk: Desk, rows: dict[str, dict[str, Any]], *, attempts: int, evidence: str
) -> None:
    """Read what anybody can read, and once more after another pass of the program."""
    listed = {one["value"]["text"]: one for one in desk.account.posts()}
    assert sorted(listed) == sorted(one.text for one in APPROVED.values())
    assert len(desk.account.posts()) == 2
    for post in BOTH:
        assert_as_approved(desk.account, post, listed[APPROVED[post].text]["value"])
        row = rows[post]
        assert (row["attempts"], row["evidence"]) == (attempts, evidence)
        assert_status_agrees(desk, row, listed[APPROVED[post].text])
    revision = desk.account.revision()
    desk.run("publish")
    assert desk.account.revision() == revision, "a further pass wrote to the account"


def assert_as_approved(account: Account, post: str, record: dict[str, Any]) -> None:
    approved = APPROVED[post]
    assert record["text"].encode() == approved.text.encode()
    assert record["facets"] == approved.facets
    assert record["langs"] == ["en"]
    assert "reply" not in record
    blob = picture_of(record["embed"]) if post == PICTURE_POST else card_of(record["embed"])
    assert blob["mimeType"] == "image/png"
    file = ROOT / "posts" / post / approved.file
    assert account.blob(blob) == file.read_bytes()


def picture_of(embed: dict[str, Any]) -> dict[str, Any]:
    """Check the picture's words; return where its bytes are."""
    assert embed["$type"] == "app.bsky.embed.images"
    (image,) = embed["images"]
    assert image["alt"] == ALT_TEXT
    blob: dict[str, Any] = image["image"]
    return blob


def card_of(embed: dict[str, Any]) -> dict[str, Any]:
    """Check the card's words; return where its thumbnail's bytes are."""
    assert embed["$type"] == "app.bsky.embed.external"
    card = embed["external"]
    assert card["uri"] == AGREEMENTS
    assert card["title"] == "Plan regular sharing"
    assert card["description"] == "The fifth and the sixth of the ten steps."
    blob: dict[str, Any] = card["thumb"]
    return blob


def assert_status_agrees(desk: Desk, row: dict[str, Any], listed: dict[str, Any]) -> None:
    """The program says of the post what the network says."""
    key = listed["uri"].rpartition("/")[2]
    assert row["remote_id"] == listed["uri"]
    assert row["url"] == f"https://bsky.app/profile/{desk.account.handle}/post/{key}"
    written_at = datetime.fromisoformat(listed["value"]["createdAt"])
    assert desk.due_at <= written_at <= datetime.now(UTC)
    assert abs(datetime.fromisoformat(row["published_at"]) - written_at) < timedelta(seconds=1)
