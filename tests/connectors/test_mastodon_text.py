from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from connectors.contract import (
    Absent,
    CannotSay,
    DeliveryKey,
    Found,
    Media,
    OutgoingPost,
    RemoteId,
    Sought,
)
from connectors.mastodon_finding import judge
from connectors.mastodon_text import alike, same_text

SINCE = datetime(2027, 1, 12, 8, 30, tzinfo=UTC)
LONG_LINK = (
    '<a href="https://ico.example/think/check?utm_source=x" rel="nofollow noopener">'
    '<span class="invisible">https://</span><span class="ellipsis">ico.example/think/che</span>'
    '<span class="invisible">ck?utm_source=x</span></a>'
)

LETTERS_LINK = (
    '<a href="https://xn--bcher-kva.example/a"><span class="invisible">https://</span>'
    "<span>bücher.example/a</span></a>"
)
MENTION = (
    '<span class="h-card"><a href="https://social.example/@ndna" class="u-url mention">'
    "@<span>ndna</span></a></span>"
)

SAME = [
    ("Think. Check. Share.", "<p>Think. Check. Share.</p>"),
    ("One\nTwo\n\nThree", "<p>One<br />Two</p><p>Three</p>"),
    ("A & B < C", "<p>A &amp; B &lt; C</p>"),
    ("See https://ico.example/think/check?utm_source=x now", f"<p>See {LONG_LINK} now</p>"),
    # An address with letters beyond ASCII leads to its ASCII form.
    ("See https://bücher.example/a", f"<p>See {LETTERS_LINK}</p>"),
    # A server that shortens what is shown and hides nothing.
    (
        "See https://ico.example/think/check",
        '<p>See <a href="https://ico.example/think/check">ico.example/thin…</a></p>',
    ),
    ("#Think twice", '<p><a href="/t" class="mention hashtag">#<span>Think</span></a> twice</p>'),
    ("Thanks @ndna@social.example.", f"<p>Thanks {MENTION}.</p>"),
    ("Caf\u00e9", "<p>Cafe\u0301</p>"),
    ("  spaced \t out ", "<p>spaced out</p>"),
    ("", ""),
]


@pytest.mark.parametrize(("sent", "content"), SAME)
def test_our_text_is_known_again_under_the_mark_up(sent: str, content: str) -> None:
    assert same_text(sent, content)


@pytest.mark.parametrize(
    ("sent", "content"),
    [
        ("Think. Check. Share.", "<p>Think. Check. Stop.</p>"),
        ("See https://ico.example/a", '<p>See <a href="https://ico.example/b">ico.example</a></p>'),
        ("One", "<p>One</p><p>More</p>"),
        ("@ndna hello", "<p>@npcc hello</p>"),
    ],
)
def test_another_text_is_another_text(sent: str, content: str) -> None:
    assert not same_text(sent, content)


@pytest.mark.parametrize(
    ("sent", "content", "expected"),
    [
        ("Know the law before you share", "<p>Know the law BEFORE you share!</p>", True),
        ("Know the law before you share", "<p>Edited: know the law before you share it</p>", True),
        ("Know the law before you share", "<p>Office hours are nine to five</p>", False),
        ("", "<p>Office hours</p>", False),
        ("https://ico.example/a", '<p><a href="https://ico.example/b">b</a></p>', True),
    ],
)
def test_texts_with_much_in_common_are_alike(sent: str, content: str, expected: bool) -> None:  # noqa: FBT001 - a column
    assert alike(sent, content) is expected


def sought(*, pictures: int = 0, taken: tuple[str, ...] = ()) -> Sought:
    media = tuple(Media(content=b"", media_type="image/png", alt_text="") for _ in range(pictures))
    post = OutgoingPost(
        delivery_key=DeliveryKey("k"), text="Think. Check. Share.", language="en", media=media
    )
    return Sought(post=post, since=SINCE, taken=frozenset(RemoteId(one) for one in taken))


def status(remote_id: str, **changes: Any) -> dict[str, Any]:
    return {
        "id": remote_id,
        "url": f"https://social.example/@ico/{remote_id}",
        "created_at": "2027-01-12T08:30:01.000Z",
        "content": "<p>Think. Check. Share.</p>",
        "media_attachments": [],
        "reblog": None,
    } | changes


def test_the_one_status_with_our_text_is_ours() -> None:
    found = judge([status("8", content="<p>Other</p>"), status("7")], sought())
    assert isinstance(found, Found)
    assert found.post.remote_id == "7"
    assert found.post.url == "https://social.example/@ico/7"
    assert found.post.published_at == datetime(2027, 1, 12, 8, 30, 1, tzinfo=UTC)


def test_no_status_with_our_text_proves_that_it_is_absent() -> None:
    assert judge([status("8", content="<p>Office hours</p>")], sought()) == Absent()


def test_two_statuses_with_our_text_prove_nothing() -> None:
    finding = judge([status("8"), status("7")], sought())
    assert finding == CannotSay(why="2 posts of the account have this text and pictures")


def test_a_status_that_is_another_delivery_is_not_ours() -> None:
    found = judge([status("8"), status("7")], sought(taken=("8",)))
    assert isinstance(found, Found)
    assert found.post.remote_id == "7"


def test_a_status_from_before_the_first_attempt_is_not_ours() -> None:
    old = status("7", created_at=(SINCE - timedelta(minutes=6)).isoformat())
    assert judge([old], sought()) == Absent()


def test_a_server_clock_that_is_a_little_behind_does_not_hide_our_post() -> None:
    assert isinstance(judge([status("7", created_at="2027-01-12T08:28:00Z")], sought()), Found)


def test_our_text_with_other_pictures_proves_nothing() -> None:
    finding = judge([status("7")], sought(pictures=1))
    assert finding == CannotSay(why="a post of the account has this text but other pictures")


def test_a_text_that_was_edited_meanwhile_proves_nothing() -> None:
    edited = status("7", content="<p>Think. Check. Share! (corrected)</p>")
    assert isinstance(judge([edited], sought()), CannotSay)


def test_a_boost_is_not_ours() -> None:
    assert judge([status("7", reblog={"id": "1"})], sought()) == Absent()


def test_a_status_without_a_readable_time_is_not_taken_for_absent() -> None:
    assert isinstance(judge([status("7", created_at="yesterday")], sought()), CannotSay)
