from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from campaign.decisions.approvals import approve
from campaign.decisions.stops import resume, stop
from campaign.partner_links.posts import PartnerPost, picture_of, post_of, posts_of
from campaign.payload import Payload, PayloadMedia
from campaign.states import State
from campaign.store.tables import MEDIA
from campaign.store.withdrawals import write_withdrawal
from tests.campaign.deliveries import NOW, TUESDAY
from tests.campaign.ledger import Ledger
from tests.campaign.partner_links.scene import MINE, ON_X, THEIRS, by_hand

SECOND = timedelta(seconds=1)
SHA = "cf2a6b9dc684296c5190ba63f0f60e5962de3cb9197fabd692d8c110117f3025"
PICTURE = PayloadMedia(sha256=SHA, media_type="image/png", alt_text="A door.", content=b"picture\n")


def with_picture(**changes: Any) -> Any:
    payload = Payload(
        network="linkedin", handle="", server=None, text="Hello.", language="en", media=(PICTURE,)
    )
    return replace(by_hand(**changes), payload=payload)


def seen(ledger: Ledger, at: datetime = NOW, delivery: str = MINE) -> PartnerPost:
    found = post_of(ledger.connection, "npcc", delivery, at)
    assert found is not None
    return found


def shows(ledger: Ledger, at: datetime = NOW) -> tuple[bool, bool]:
    """Whether the words and the picture are to be had at an instant."""
    post = seen(ledger, at)
    picture = picture_of(ledger.connection, post, PICTURE.sha256)
    return post.payload is not None, picture is not None


def test_a_partner_sees_its_own_posts_and_nobody_elses(ledger: Ledger) -> None:
    ledger.put(by_hand(MINE), by_hand(ON_X), by_hand(THEIRS))
    found = posts_of(ledger.connection, "npcc", NOW)
    assert {one.id for one in found} == {MINE, ON_X}
    assert post_of(ledger.connection, "npcc", THEIRS, NOW) is None
    assert post_of(ledger.connection, "npcc", "no/such/1", NOW) is None


def test_what_is_approved_can_be_copied_with_its_picture_and_alt_text(ledger: Ledger) -> None:
    ledger.put(with_picture())
    post = seen(ledger)
    assert post.payload is not None
    assert (post.payload.text, post.payload.media[0].alt_text) == ("Hello.", "A door.")
    picture = picture_of(ledger.connection, post, PICTURE.sha256)
    assert picture is not None
    assert (picture.content, picture.media_type) == (b"picture\n", "image/png")


def test_a_picture_of_another_post_or_one_that_has_changed_is_not_shown(ledger: Ledger) -> None:
    ledger.put(with_picture(), by_hand(ON_X))
    other = seen(ledger, delivery=ON_X)
    assert picture_of(ledger.connection, other, PICTURE.sha256) is None
    ledger.connection.execute(update(MEDIA).values(content=b"another"))
    assert picture_of(ledger.connection, seen(ledger), PICTURE.sha256) is None


def test_nothing_is_shown_before_the_owners_approvers_have_said_yes(ledger: Ledger) -> None:
    ledger.put(with_picture(gates=("approval", "partner")))
    assert shows(ledger) == (False, False)
    assert not seen(ledger).may_accept
    approve(ledger.connection, MINE, ledger.change("ben"), ledger.roles)
    assert shows(ledger) == (True, True)
    assert (seen(ledger).may_accept, seen(ledger).may_decline) == (True, True)


def test_an_embargo_ends_to_the_second_also_for_pictures(ledger: Ledger) -> None:
    ledger.put(with_picture(embargo_until=TUESDAY))
    assert shows(ledger, TUESDAY - SECOND) == (False, False)
    assert seen(ledger, TUESDAY - SECOND).sight.embargo_until == TUESDAY
    assert shows(ledger, TUESDAY) == (True, True)


def test_an_embargo_that_was_moved_counts_once_it_is_applied(ledger: Ledger) -> None:
    ledger.put(with_picture(embargo_until=TUESDAY))
    ledger.put(with_picture(embargo_until=TUESDAY - timedelta(hours=1)))
    assert shows(ledger, TUESDAY - SECOND) == (True, True)
    ledger.put(with_picture())
    assert shows(ledger) == (True, True)


def test_under_an_embargo_nobody_can_say_yes_to_what_cannot_be_seen(ledger: Ledger) -> None:
    ledger.put(with_picture(gates=("partner",), embargo_until=TUESDAY))
    assert (seen(ledger).may_accept, seen(ledger).may_decline) == (False, True)


@pytest.mark.parametrize(
    "scope",
    [("all", ""), ("partner", "npcc"), ("channel", "npcc-linkedin"), ("network", "linkedin")],
)
def test_a_stop_hides_words_and_pictures_at_once_and_its_end_shows_them(
    ledger: Ledger, scope: tuple[str, str]
) -> None:
    ledger.put(with_picture())
    stop(ledger.connection, *scope, ledger.change("ben", "an incident"))
    assert shows(ledger) == (False, False)
    assert seen(ledger).sight.quiet == "the campaign is stopped"
    resume(ledger.connection, *scope, ledger.change("cat", "over"))
    assert shows(ledger, TUESDAY + timedelta(days=1)) == (True, True)


def test_another_partners_stop_hides_nothing(ledger: Ledger) -> None:
    ledger.put(with_picture())
    stop(ledger.connection, "partner", "ndna", ledger.change("ben", "an incident"))
    assert shows(ledger) == (True, True)


def test_a_hold_window_hides_from_its_first_to_its_last_second(ledger: Ledger) -> None:
    ledger.put(with_picture())
    first, after = datetime(2027, 2, 1, tzinfo=UTC), datetime(2027, 2, 2, tzinfo=UTC)
    assert [shows(ledger, at)[1] for at in (first - SECOND, first, after - SECOND, after)] == [
        True,
        False,
        False,
        True,
    ]
    assert seen(ledger, first).sight.quiet == "election"


def test_what_was_withdrawn_is_gone_from_the_page_and_asks_for_nothing(ledger: Ledger) -> None:
    ledger.put(with_picture())
    write_withdrawal(ledger.connection, MINE, ledger.change("ben", "wrong"))
    assert shows(ledger) == (False, False)
    post = seen(ledger)
    assert (post.sight.withdrawn, post.may_report, post.may_decline) == (True, False, False)


@pytest.mark.parametrize(
    "state", sorted(set(State) - {"planned", "sending", "unknown", "with-partner", "published"})
)
def test_what_was_put_aside_is_listed_without_its_words(ledger: Ledger, state: str) -> None:
    ledger.put(with_picture())
    ledger.force(state, MINE)
    assert shows(ledger) == (False, False)


@pytest.mark.parametrize(
    ("state", "asked"),
    [
        ("with-partner", "report"),
        ("declined", "report"),
        ("no-answer", "report"),
        ("published", "count"),
        ("cancelled", ""),
    ],
)
def test_what_may_be_reported_and_counted_follows_the_state(
    ledger: Ledger, state: str, asked: str
) -> None:
    ledger.put(with_picture())
    ledger.force(state, MINE)
    post = seen(ledger)
    assert (post.may_report, post.may_count) == (asked == "report", asked == "count")
