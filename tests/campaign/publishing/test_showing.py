"""Posts whose pictures the network fetches from us, over real HTTP, from first to last."""

import http.client
import re
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from sqlalchemy import select, update

from campaign.public_settings import Public
from campaign.publishing.gallery import Gallery
from campaign.store.tables import DELIVERY, MEDIA, SHOWN
from rehearsal.server import Call, Fault
from tests.campaign.meta import INSTAGRAM, THREADS, free_port, move_to_meta
from tests.campaign.office import DUE, Office

HERE = Public(url="")


@pytest.fixture
def meta(office: Office) -> Office:
    """The office with an account on each network that fetches, and a post with two pictures."""
    move_to_meta(office)
    office.public = HERE
    reopen(office)
    office.apply()
    office.approve()
    return office


def reopen(office: Office) -> None:
    office.desk.close()
    office.desk = office.open()


def addresses(office: Office, network: str) -> list[str]:
    """Return the addresses that a network was given."""
    bodies = [
        one.body.decode() for one in office.rehearsal.requests(network) if one.call is Call.MEDIA
    ]
    found = [re.search(r"image_url=([^&]+)", one) for one in bodies]
    return [one[1].replace("%3A", ":").replace("%2F", "/") for one in found if one]


def status_at(address: str) -> int:
    parts = urlsplit(address)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=5)
    try:
        connection.request("GET", parts.path)
        return connection.getresponse().status
    finally:
        connection.close()


def test_the_pictures_that_were_approved_are_what_the_networks_fetched(meta: Office) -> None:
    assert meta.publish_at(DUE) == {"published": 2}
    wanted = [(meta.folder / "posts" / "look" / one).read_bytes() for one in ("one.jpg", "two.jpg")]
    for network in ("threads", "instagram"):
        (post,) = meta.rehearsal.posts(network)
        assert [one.content for one in post.media] == wanted
        assert [one.alt_text for one in post.media] == ["A green door.", "A blue door."]


def test_every_picture_of_every_attempt_has_an_address_of_its_own(meta: Office) -> None:
    meta.publish_at(DUE)
    given = [*addresses(meta, "threads"), *addresses(meta, "instagram")]
    assert len(given) == len(set(given)) == 4
    assert all(re.fullmatch(r"/[\w-]{43}\.jpg", urlsplit(one).path) for one in given)
    with meta.desk.store.read() as connection:
        kept = connection.execute(select(SHOWN)).all()
    said = repr(kept)
    assert not any(urlsplit(one).path[1:44] in said for one in given)


def test_an_address_leads_nowhere_once_its_post_is_out(meta: Office) -> None:
    meta.publish_at(DUE)
    assert {status_at(one) for one in addresses(meta, "threads")} == {404}


def test_an_address_lasts_while_its_post_is_on_the_way_and_at_most_an_hour(meta: Office) -> None:
    meta.rehearsal.inject("threads", Fault.STILL_PROCESSING, on=Call.MEDIA, seconds=4000, times=2)
    meta.publish_at(DUE)
    assert meta.state(THREADS) == "planned"
    given = addresses(meta, "threads")
    assert {status_at(one) for one in given} == {200}
    with meta.desk.store.write() as connection:
        connection.execute(update(DELIVERY).where(DELIVERY.c.id == THREADS).values(state="held"))
    assert {status_at(one) for one in given} == {404}
    with meta.desk.store.write() as connection:
        connection.execute(update(DELIVERY).where(DELIVERY.c.id == THREADS).values(state="planned"))
    meta.clock.move_to(DUE + timedelta(hours=1))
    assert {status_at(one) for one in given} == {404}


def test_bytes_that_are_not_those_approved_are_shown_to_nobody(meta: Office) -> None:
    meta.rehearsal.inject("threads", Fault.STILL_PROCESSING, on=Call.MEDIA, seconds=60, times=2)
    meta.publish_at(DUE)
    with meta.desk.store.write() as connection:
        connection.execute(update(MEDIA).values(content=b"other"))
    assert {status_at(one) for one in addresses(meta, "threads")} == {404}


def test_pictures_in_the_works_are_waited_for_and_then_published_once(meta: Office) -> None:
    meta.rehearsal.inject("threads", Fault.STILL_PROCESSING, on=Call.MEDIA, seconds=40, times=2)
    meta.publish_at(DUE)
    for seconds in (15, 30, 45):
        meta.publish_at(DUE + timedelta(seconds=seconds))
    assert meta.state(THREADS) == "published"
    assert len(meta.rehearsal.posts("threads")) == 1
    assert len(addresses(meta, "threads")) == 2


def test_without_a_public_address_nothing_is_sent_and_the_remedy_is_said(meta: Office) -> None:
    meta.public = None
    reopen(meta)
    assert meta.publish_at(DUE) == {"planned": 2}
    note = meta.delivery(INSTAGRAM).note
    assert note == (
        "The network has to fetch the pictures, and cannot. Set CAMPAIGN_PUBLIC_URL to the https "
        "address at which the world reaches this machine; docs/operations.md says how"
    )
    meta.public = HERE
    reopen(meta)
    assert meta.publish_at(DUE + timedelta(minutes=2)) == {"published": 2}


@pytest.fixture
def port() -> int:
    return free_port()


def test_another_process_that_holds_the_port_answers_for_us(meta: Office, port: int) -> None:
    meta.public = Public(url=f"http://127.0.0.1:{port}", port=port)
    other = meta.open()
    assert other.showing.open() is None
    reopen(meta)
    assert "in use" in str(meta.desk.showing.open())
    assert meta.publish_at(DUE) == {"published": 2}
    other.close()
    assert meta.desk.showing.open() is None


def test_a_port_that_others_hold_is_told_before_an_address_is_given_away(
    meta: Office, port: int
) -> None:
    meta.public = Public(url=f"http://127.0.0.1:{port}", port=port)
    others = Gallery("127.0.0.1", port, lambda _token: None)
    reopen(meta)
    meta.publish_at(DUE)
    others.close()
    assert f"CAMPAIGN_LISTEN: 127.0.0.1:{port} cannot be used" in meta.delivery(THREADS).note
    assert addresses(meta, "threads") == []


def test_it_knows_whether_it_is_reached(meta: Office, port: int) -> None:
    showing = meta.desk.showing
    assert showing.open() is None
    assert not showing.is_reached(f"http://127.0.0.1:{port}")
    meta.public = Public(url="", port=port)
    reopen(meta)
    assert meta.desk.showing.open() is None
    assert meta.desk.showing.is_reached(f"http://127.0.0.1:{port}/behind/a/proxy")


def test_old_addresses_are_forgotten(meta: Office) -> None:
    meta.publish_at(DUE)
    meta.clock.advance(timedelta(hours=2))
    meta.desk.showing.open()
    meta.desk.showing.is_reached("http://127.0.0.1:9")
    with meta.desk.store.read() as connection:
        assert len(connection.execute(select(SHOWN)).all()) == 1


def test_a_post_that_needs_no_pictures_needs_no_address(meta: Office, tmp_path: Path) -> None:
    meta.public = None
    reopen(meta)
    meta.write_post("look", "---\ntitle: Look\n---\nOnly words.\n")
    meta.apply()
    meta.approve()
    meta.publish_at(DUE)
    assert meta.state(THREADS) == "published"
