from datetime import datetime, timedelta

import pytest

from campaign.partner_links.posts import post_of
from campaign.partner_links.reporting import Report, ReportError, report
from campaign.wiring import NETWORKS
from connectors.contract import NetworkName
from tests.campaign.deliveries import NOW, TUESDAY
from tests.campaign.ledger import Ledger
from tests.campaign.partner_links.scene import MINE, ON_X, THEIRS, by_hand

MINUTE = timedelta(minutes=1)
LINKED = "https://www.linkedin.com/feed/update/urn:li:share:7000000000000000001"
ON_X_URL = "https://x.com/npcc.example/status/2142901896606646336"


def tell(
    ledger: Ledger, url: str, delivery: str = MINE, published_at: datetime = NOW - MINUTE
) -> bool:
    partner = "ndna" if delivery == THEIRS else "npcc"
    post = post_of(ledger.connection, partner, delivery, NOW)
    assert post is not None
    network = NETWORKS[NetworkName(post.delivery.network)]
    said = Report(url=url, published_at=published_at, who="press@npcc.example")
    return report(ledger.connection, post, network, said, NOW)


def refused(ledger: Ledger, url: str, delivery: str = MINE, at: datetime = NOW) -> str:
    before = (ledger.row(delivery).model_dump(), ledger.log(delivery))
    with pytest.raises(ReportError) as caught:
        tell(ledger, url, delivery, at)
    assert (ledger.row(delivery).model_dump(), ledger.log(delivery)) == before
    return str(caught.value)


@pytest.fixture
def given(ledger: Ledger) -> Ledger:
    ledger.put(by_hand(MINE), by_hand(ON_X), by_hand(THEIRS))
    return ledger


def test_a_reported_post_is_live_with_who_when_and_where(given: Ledger) -> None:
    assert tell(given, f" {LINKED} ") is True
    row = given.row(MINE)
    assert (row.state, row.url, row.published_at) == ("published", LINKED, NOW - MINUTE)
    assert (row.evidence, row.read_due_at) == ("person", None)
    assert given.log(MINE)[-1][2:] == (
        "press@npcc.example",
        f"reported by the partner: {LINKED}",
    )


def test_the_same_report_again_changes_nothing(given: Ledger) -> None:
    tell(given, LINKED)
    before = (given.row(MINE).model_dump(), given.log(MINE))
    assert tell(given, LINKED + "?utm=1", published_at=NOW) is False
    assert (given.row(MINE).model_dump(), given.log(MINE)) == before


def test_another_accounts_post_is_refused_and_nothing_recorded(given: Ledger) -> None:
    said = refused(given, "https://x.com/ndna.example/status/2142901896606646336", ON_X)
    assert said == (
        "That is no post of @npcc.example on X. Nothing was recorded. Open the post on X in the "
        "right account and copy its address."
    )


@pytest.mark.parametrize(
    "url",
    [
        LINKED,
        "https://x.com.evil.example/npcc.example/status/2142901896606646336",
        "https://evil.example/x.com/npcc.example/status/2142901896606646336",
        "https://x.com/npcc.example",
    ],
)
def test_another_networks_address_is_refused(given: Ledger, url: str) -> None:
    assert "That is no post of @npcc.example on X." in refused(given, url, ON_X)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "myth",
        "javascript:alert(1)",
        "https://",
        "https://[",
        "http://x.com/a b",
        "https://x.com/" + "a" * 2000,
    ],
)
def test_what_is_no_address_is_refused_with_what_to_do(given: Ledger, url: str) -> None:
    assert refused(given, url, ON_X).startswith("That is no web address. Open your post on X")


def test_two_partners_cannot_report_one_post(given: Ledger) -> None:
    tell(given, LINKED)
    said = refused(given, LINKED, THEIRS)
    assert "has been reported for another post already" in said
    assert "npcc" not in said


def test_two_posts_cannot_be_reported_with_one_address(given: Ledger) -> None:
    again = "again/npcc-linkedin/1"
    given.put(by_hand(MINE), by_hand(again))
    tell(given, LINKED)
    assert "another post already" in refused(given, LINKED, again)


def test_a_time_to_come_or_one_long_before_the_slot_is_a_slip(given: Ledger) -> None:
    assert "still to come" in refused(given, LINKED, at=NOW + MINUTE)
    early = refused(given, LINKED, at=TUESDAY - timedelta(days=32))
    assert "Look at the day and the year." in early


@pytest.mark.parametrize("state", ["planned", "cancelled", "withdrawn", "published"])
def test_what_waits_for_no_report_takes_none(given: Ledger, state: str) -> None:
    given.force(state, MINE)
    assert "waits for no report" in refused(given, LINKED)


@pytest.mark.parametrize("state", ["declined", "no-answer"])
def test_what_was_declined_or_never_answered_can_be_reported_after_all(
    given: Ledger, state: str
) -> None:
    given.force(state, MINE)
    assert tell(given, LINKED) is True
