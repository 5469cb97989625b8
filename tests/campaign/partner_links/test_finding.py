from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection

from campaign.decisions.approvals import CannotDecideError
from campaign.partner_links.finding import Finding, confirm, look_around, sightings, turn_down
from campaign.payload import Payload, PayloadLink
from campaign.wiring import NETWORKS
from connectors.contract import NetworkName, NotSent, PublicPost, RemoteId
from tests.campaign.deliveries import TUESDAY
from tests.campaign.ledger import Ledger
from tests.campaign.partner_links.scene import by_hand

BY_NAME = {str(name): network for name, network in NETWORKS.items()}
HOUR = timedelta(hours=1)
LATER = TUESDAY + 3 * HOUR
MYTH, AGAIN = "myth/npcc-bluesky/1", "again/npcc-bluesky/1"
LINK = "https://ico.example/share?utm_content=myth-npcc"
TEXT = "Think: what could happen to the child?"
SHORT = "ico.example/share?utm_co..."


def on_bluesky(delivery: str = MYTH, text: str = TEXT, **changes: Any) -> Any:
    payload = Payload(
        network="bluesky",
        handle="npcc.example",
        server=None,
        text=f"{text}\n\nico.example/share",
        language="en",
        link=PayloadLink(url=LINK),
    )
    return by_hand(delivery, payload=payload, **changes)


def posted(
    text: str = f"{TEXT} {SHORT}",
    key: str = "3lcwoqyuxc2aa",
    at: datetime = TUESDAY + HOUR,
    links: tuple[str, ...] = (LINK,),
) -> PublicPost:
    return PublicPost(
        remote_id=RemoteId(f"at://npcc.example/app.bsky.feed.post/{key}"),
        url=f"https://bsky.app/profile/npcc.example/post/{key}",
        text=text,
        links=links,
        published_at=at,
    )


class Held:
    """The ledger's one transaction in place of a database that commits."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    @contextmanager
    def read(self) -> Iterator[Connection]:
        yield self._ledger.connection

    write = read


def look(ledger: Ledger, *posts: PublicPost, now: datetime = LATER) -> Finding:
    held: Any = Held(ledger)
    return look_around(held, BY_NAME, lambda _channel, _since: list(posts), now)


@pytest.fixture
def waiting(ledger: Ledger) -> Ledger:
    ledger.put(on_bluesky())
    ledger.now = LATER
    return ledger


def asked(ledger: Ledger) -> list[tuple[str, str]]:
    return [(one.delivery, one.why) for one in sightings(ledger.connection)]


def test_the_same_words_and_link_in_the_slots_window_are_attached(waiting: Ledger) -> None:
    found = look(waiting, posted(), posted("Good morning.", "3lcwoqyuxc2bb", links=()))
    assert (found.attached, found.offered) == ((MYTH,), 0)
    row = waiting.row(MYTH)
    assert (row.state, row.evidence, row.published_at) == ("published", "found", TUESDAY + HOUR)
    assert row.url == "https://bsky.app/profile/npcc.example/post/3lcwoqyuxc2aa"
    assert waiting.log(MYTH)[-1][2] == "campaign"


@pytest.mark.parametrize(
    ("post", "why"),
    [
        (
            posted(at=TUESDAY + 25 * HOUR),
            "the same words, its link, more than a day from its slot",
        ),
        (posted(links=()), "the same words, not its link, within a day of its slot"),
        (
            posted("Quite different words from another hand"),
            "0% of the words, its link, within a day of its slot",
        ),
        (
            posted("Think: what could happen to the children?"),
            "86% of the words, its link, within a day of its slot",
        ),
    ],
)
def test_what_is_only_like_it_is_offered_to_a_person_once(
    waiting: Ledger, post: PublicPost, why: str
) -> None:
    assert look(waiting, post, now=TUESDAY + 26 * HOUR).offered == 1
    assert look(waiting, post, now=TUESDAY + 27 * HOUR).offered == 0
    assert waiting.state(MYTH) == "with-partner"
    assert asked(waiting) == [(MYTH, why)]


def test_what_has_nothing_to_do_with_it_is_left_alone(waiting: Ledger) -> None:
    found = look(waiting, posted("Our summer fair is on Sunday, come along.", links=()))
    assert (found.attached, found.offered) == ((), 0)


def test_where_two_posts_fit_a_person_says_which(waiting: Ledger) -> None:
    found = look(waiting, posted(), posted(key="3lcwoqyuxc2bb"))
    assert (found.attached, found.offered) == ((), 2)


def test_where_two_deliveries_fit_one_post_a_person_says_which(ledger: Ledger) -> None:
    ledger.put(on_bluesky(), on_bluesky(AGAIN, due_at=TUESDAY + 2 * HOUR))
    found = look(ledger, posted())
    assert (found.attached, found.offered) == ((), 2)


def test_one_post_is_never_two_deliveries(ledger: Ledger) -> None:
    ledger.put(on_bluesky(), on_bluesky(AGAIN, "Something else entirely, and long enough."))
    ledger.now = LATER
    assert look(ledger, posted()).attached == (MYTH,)
    ledger.put(on_bluesky(), on_bluesky(AGAIN))
    again = look(ledger, posted())
    assert (again.attached, again.offered) == ((), 0)


def test_a_person_confirms_and_the_post_is_live(waiting: Ledger) -> None:
    look(waiting, posted(links=()))
    (one,) = sightings(waiting.connection)
    confirmed = confirm(waiting.connection, one.number, BY_NAME, waiting.change("ama"))
    assert (confirmed, waiting.state(MYTH)) == (MYTH, "published")
    assert waiting.log(MYTH)[-1][2] == "ama"
    with pytest.raises(CannotDecideError, match="nobody is asked"):
        confirm(waiting.connection, one.number, BY_NAME, waiting.change("ama"))


def test_what_a_person_turns_down_is_not_offered_again(waiting: Ledger) -> None:
    look(waiting, posted(links=()))
    (one,) = sightings(waiting.connection)
    turn_down(waiting.connection, one.number, waiting.change("ama"))
    assert look(waiting, posted(links=())).offered == 0
    assert (asked(waiting), waiting.state(MYTH)) == ([], "with-partner")


def test_once_a_partner_has_reported_nobody_is_asked_any_more(waiting: Ledger) -> None:
    look(waiting, posted(links=()))
    waiting.force("published", MYTH)
    assert asked(waiting) == []


def test_a_network_that_does_not_answer_loses_nothing(waiting: Ledger) -> None:
    def silent(channel: str, since: datetime) -> list[PublicPost]:
        assert since == TUESDAY - 24 * HOUR
        raise NotSent("no answer", network=NetworkName("bluesky"))

    held: Any = Held(waiting)
    found = look_around(held, BY_NAME, silent, LATER)
    assert found.failures == ("npcc-bluesky: no answer",)
    assert waiting.state(MYTH) == "with-partner"


@pytest.mark.parametrize("state", ["planned", "declined", "published", "cancelled"])
def test_only_what_is_waited_for_is_looked_for(waiting: Ledger, state: str) -> None:
    waiting.force(state, MYTH)
    assert look(waiting, posted()).attached == ()


def test_two_weeks_after_its_slot_nothing_is_looked_for(waiting: Ledger) -> None:
    assert look(waiting, posted(), now=TUESDAY + timedelta(days=14)).attached == ()


def test_three_words_are_nobodys_campaign(ledger: Ledger) -> None:
    ledger.put(on_bluesky(text="Good morning, everybody"))
    assert look(ledger, posted("Good morning, everybody", links=())).offered == 0
