import io
import zlib
from datetime import datetime, timedelta

import pytest
from PIL import Image
from sqlalchemy import select

from campaign.decisions.approvals import CannotDecideError
from campaign.partner_links.numbers import NumbersError, Typed
from campaign.partner_links.posts import post_of
from campaign.partner_links.screenshots import (
    PictureError,
    Sent,
    keep,
    made_anew,
    open_by,
    refuse,
    type_off,
    waiting,
)
from campaign.store.tables import SCREENSHOT, SNAPSHOT
from campaign.wiring import NETWORKS
from tests.campaign.deliveries import NOW
from tests.campaign.ledger import Ledger
from tests.campaign.partner_links.scene import MINE, by_hand

BY_NAME = {str(name): network for name, network in NETWORKS.items()}
TAKEN = NOW - timedelta(minutes=5)
NUMBERS = Typed(values={"reactions": "41"}, observed_at="2027-01-11 06:55", evidence="screenshot")


def picture(kind: str = "PNG", size: tuple[int, int] = (40, 30)) -> bytes:
    made = io.BytesIO()
    Image.new("RGB", size, (200, 30, 30)).save(made, kind)
    return made.getvalue()


def bomb(side: int) -> bytes:
    """A PNG of some bytes that says it has side times side dots."""

    def chunk(name: bytes, data: bytes) -> bytes:
        crc = zlib.crc32(name + data).to_bytes(4, "big")
        return len(data).to_bytes(4, "big") + name + data + crc

    head = side.to_bytes(4, "big") * 2 + b"\x08\x02\x00\x00\x00"
    body = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 1000))
    return b"\x89PNG\r\n\x1a\n" + body + chunk(b"IEND", b"")


@pytest.fixture
def live(ledger: Ledger) -> Ledger:
    ledger.put(by_hand(MINE))
    ledger.force("published", MINE, published_at=NOW - timedelta(hours=1))
    return ledger


def send(ledger: Ledger, content: bytes | None = None, taken_at: datetime = TAKEN) -> int:
    post = post_of(ledger.connection, "npcc", MINE, ledger.now)
    assert post is not None
    sent = Sent(by="press@npcc.example", at=ledger.now)
    return keep(ledger.connection, post, content or picture(), taken_at, sent)


def content_of(ledger: Ledger, number: int) -> bytes | None:
    query = select(SCREENSHOT.c.content).where(SCREENSHOT.c.id == number)
    found: bytes | None = ledger.connection.execute(query).scalar_one()
    return found


def type_as(ledger: Ledger, number: int, person: str, typed: Typed = NUMBERS) -> None:
    type_off(ledger.connection, number, typed, BY_NAME, Sent(by=person, at=ledger.now))


def test_one_person_opens_it_types_the_numbers_and_the_picture_is_gone(live: Ledger) -> None:
    number = send(live)
    one, shown = open_by(live.connection, number, "ama")
    assert (one.delivery, one.sent_by, one.taken_at) == (MINE, "press@npcc.example", TAKEN)
    assert Image.open(io.BytesIO(shown)).size == (40, 30)
    type_as(live, number, "ama")
    row = live.connection.execute(select(SNAPSHOT)).one()
    assert (row.metric, row.value, row.source) == ("reactions", 41, "screenshot")
    assert content_of(live, number) is None
    assert waiting(live.connection) == []


def test_nobody_else_sees_it_or_types_for_whoever_opened_it(live: Ledger) -> None:
    number = send(live)
    open_by(live.connection, number, "ama")
    with pytest.raises(CannotDecideError, match="for ama alone"):
        open_by(live.connection, number, "ben")
    with pytest.raises(CannotDecideError, match="for ama alone"):
        type_as(live, number, "ben")
    assert open_by(live.connection, number, "ama")[1] != b""


def test_what_was_not_opened_is_not_typed(live: Ledger) -> None:
    with pytest.raises(CannotDecideError, match="open it first"):
        type_as(live, send(live), "ama")


def test_a_number_that_cannot_be_used_leaves_the_picture_where_it_is(live: Ledger) -> None:
    number = send(live)
    open_by(live.connection, number, "ama")
    bad = Typed(values={"reactions": "many"}, observed_at="2027-01-11 06:55", evidence="screenshot")
    with pytest.raises(NumbersError):
        type_as(live, number, "ama", bad)
    assert content_of(live, number) is not None


def test_one_that_shows_something_else_is_refused_and_deleted(live: Ledger) -> None:
    number = send(live)
    refuse(live.connection, number, Sent(by="ama", at=live.now))
    assert content_of(live, number) is None
    with pytest.raises(CannotDecideError, match="no picture"):
        open_by(live.connection, number, "ama")


def test_what_nobody_types_within_a_month_is_deleted(live: Ledger) -> None:
    number = send(live)
    live.now += timedelta(days=30)
    send(live)
    assert content_of(live, number) is None
    assert len(waiting(live.connection)) == 1


def test_three_pictures_of_a_post_are_enough(live: Ledger) -> None:
    for _ in range(3):
        send(live)
    with pytest.raises(PictureError, match="wait already"):
        send(live)


def test_a_picture_has_to_be_of_a_time_at_which_the_post_was_out(live: Ledger) -> None:
    with pytest.raises(PictureError, match="before the post went out"):
        send(live, taken_at=NOW - timedelta(hours=2))
    with pytest.raises(PictureError, match="still to come"):
        send(live, taken_at=NOW + timedelta(minutes=1))


def test_a_post_that_is_not_out_takes_no_picture(live: Ledger) -> None:
    live.force("with-partner", MINE)
    with pytest.raises(PictureError, match="Report its address first"):
        send(live)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_whatever_was_hidden_in_it_is_not_kept(kind: str) -> None:
    hidden = picture(kind) + b"<script>alert(1)</script>"
    made = made_anew(hidden)
    assert made.startswith(b"\x89PNG")
    assert b"script" not in made


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "no PNG, JPEG or WebP"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "no PNG, JPEG or WebP"),
        (b"%PDF-1.7", "no PNG, JPEG or WebP"),
        (picture("GIF"), "no PNG, JPEG or WebP"),
        (picture()[:60], "no PNG, JPEG or WebP"),
        (bomb(7_000), "too many dots"),
        (bomb(10_000), "too many dots"),
        (bomb(60_000), "too many dots"),
        (b"\x89PNG\r\n\x1a\n" + b"0" * 8_000_000, "larger than 8 MB"),
    ],
)
def test_what_is_no_picture_or_far_too_large_a_one_is_refused(content: bytes, said: str) -> None:
    with pytest.raises(PictureError, match=said):
        made_anew(content)


def test_an_enormous_screen_is_kept_small_enough_to_send_around() -> None:
    made = Image.open(io.BytesIO(made_anew(picture("JPEG", (6_000, 1_000)))))
    assert made.size == (3_000, 500)
