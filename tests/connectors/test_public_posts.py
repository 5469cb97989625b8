from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from campaign.clock import SteppedClock
from connectors.contract import Access, ConnectorError, NetworkName, PublicPost
from connectors.registry import NETWORKS
from rehearsal.server import Rehearsal
from tests.rehearsal.clients import BlueskyClient, MastodonClient, record

START = datetime(2027, 1, 12, 8, 30, tzinfo=UTC)
HANDLES = {"bluesky": "ndna.example", "mastodon": "@ndna@social.example"}
LINK = "https://ico.org.uk/share?utm_content=myth-ndna"
READABLE = sorted(HANDLES)


@pytest.fixture
def clock() -> SteppedClock:
    return SteppedClock(START)


@pytest.fixture
def rehearsal(clock: SteppedClock) -> Iterator[Rehearsal]:
    with Rehearsal(now=clock.now) as opened:
        yield opened


def access(rehearsal: Rehearsal, network: str, handle: str | None = None) -> Access:
    server = rehearsal.server_of(network)
    return Access(handle=handle or HANDLES[network], server=server, now=lambda: START)


def say(rehearsal: Rehearsal, network: str, text: str) -> None:
    """Post by hand as the account's owner would, with a link in the text."""
    secrets = rehearsal.add_account(network, HANDLES[network])
    server = rehearsal.server_of(network)
    if network == "mastodon":
        assert MastodonClient(server, secrets).post(f"{text}\n\n{LINK}").ok
        return
    card = {
        "$type": "app.bsky.embed.external",
        "external": {"uri": LINK, "title": "", "description": ""},
    }
    stamp = (START + timedelta(seconds=1)).isoformat().replace("+00:00", "Z")
    written = record(text, createdAt=stamp, embed=card)
    assert BlueskyClient(server, secrets).put("3lcwoqyuxc2aa", written).ok


def read(rehearsal: Rehearsal, network: str, since: datetime = START) -> list[PublicPost]:
    look = NETWORKS[NetworkName(network)].public_posts
    assert look is not None
    return look(access(rehearsal, network), since)


@pytest.mark.parametrize("network", READABLE)
def test_what_an_owner_posts_by_hand_is_seen_without_signing_in(
    rehearsal: Rehearsal, network: str
) -> None:
    say(rehearsal, network, "Think, check, share.")
    (post,) = read(rehearsal, network)
    assert post.text.startswith("Think, check, share.")
    assert post.links == (LINK,)
    assert post.published_at >= START


@pytest.mark.parametrize("network", READABLE)
def test_its_address_and_id_are_those_that_a_report_of_it_would_give(
    rehearsal: Rehearsal, network: str
) -> None:
    say(rehearsal, network, "Think, check, share.")
    (post,) = read(rehearsal, network)
    known = NETWORKS[NetworkName(network)].read_permalink(post.url, HANDLES[network], None)
    assert known == post.remote_id


@pytest.mark.parametrize("network", READABLE)
def test_what_is_older_is_not_listed(rehearsal: Rehearsal, network: str) -> None:
    say(rehearsal, network, "Think, check, share.")
    assert read(rehearsal, network, START + timedelta(hours=1)) == []


@pytest.mark.parametrize("network", READABLE)
def test_an_account_that_is_not_there_is_an_error_in_words(
    rehearsal: Rehearsal, network: str
) -> None:
    look = NETWORKS[NetworkName(network)].public_posts
    assert look is not None
    with pytest.raises(ConnectorError):
        look(access(rehearsal, network, "nobody.example"), START)


def test_an_answer_to_somebody_is_no_post_of_its_own(rehearsal: Rehearsal) -> None:
    secrets = rehearsal.add_account("mastodon", HANDLES["mastodon"])
    client = MastodonClient(rehearsal.server_of("mastodon"), secrets)
    first = client.post("Think, check, share.").json()
    assert client.post("And more.", in_reply_to_id=first["id"]).ok
    assert client.post("For followers.", visibility="private").ok
    assert [one.text for one in read(rehearsal, "mastodon")] == ["Think, check, share."]


def test_where_only_an_owner_may_ask_nothing_is_offered() -> None:
    able = sorted(str(name) for name, one in NETWORKS.items() if one.public_posts)
    assert able == READABLE
