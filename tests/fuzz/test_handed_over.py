"""Ways out that are no HTTP: whatever lies in a feed's folder, whatever a mail server answers."""

import socketserver
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest

from campaign.mail_settings import PLAIN, MailServer
from campaign.mailing.servers import hand_over
from campaign.publishing.disk_folder import DiskFolder
from connectors.contract import Access, Connector, ConnectorError, Found, RemoteId, Sought
from connectors.feed import connect
from connectors.feed_facts import ATOM_FILE
from connectors.handing import MaybeHandedError, NotHandedError, TurnedAwayError
from tests.connectors.bench import START, send
from tests.connectors.test_feed import post
from tests.fuzz.budget import with_each_seed
from tests.fuzz.test_files import damaged
from tests.fuzz.test_network_answers import assert_is_declared, assert_is_published

OURS, THEIRS = "feed", "theirs.txt"
XML_PIECES = (
    *(b"", b"<", b"/>", b"&x;", b"<!DOCTYPE a [<!ENTITY x 'y'>]>", b"\x00", b"\xff\xfe", b"<a/>"),
    *(b"../theirs.txt", b"/etc/passwd", b"2027-13-41", b"2027-01-12T08:30", b"0001-01-01", b"1"),
    *(b"xmlns", b'"', b"entry", b"feed", b"published", b"<entry>" * 2000, b"</entry>", b"\xc3"),
)
REPLIES = (
    *("220 here", "250 OK", "250-more\r\n250 OK", "354 go on", "421 closing", "450 later"),
    *("535 no", "550 nobody", "552 full", "999 what", "0", "", "not a number", "25\u00e9 OK"),
    *("250", "200 \x00", "250-" + "x" * 9000, "100 go", "300 go", "x" * 20_000),
)


def feed_in(folder: Path) -> Connector:
    """Use a folder as the feed's."""
    credentials = {"FOLDER": str(folder), "ADDRESS": "https://ico.example/feed"}
    return connect(
        Access(
            handle="ICO",
            server=None,
            credentials=credentials,
            now=lambda: START,
            open_folder=DiskFolder,
        )
    )


def spoiled(chance: Random, content: bytes) -> bytes:
    """Damage an Atom file, mostly in small places."""
    if chance.random() < 0.2:
        return damaged(chance, content)
    for _ in range(chance.randrange(1, 4)):
        place = chance.randrange(len(content) + 1)
        end = place + chance.choice((0, 1, 8, 25))
        content = content[:place] + chance.choice(XML_PIECES) + content[end:]
    return content


def ask(chance: Random, connector: Connector, known: RemoteId) -> None:
    """Ask one thing of a feed, as publishing does."""
    kind = chance.choice(("publish", "find", "withdraw", "correct"))
    if kind == "publish":
        assert_is_published(send(connector, post("Another one.", pictures=1)))
    elif kind == "find":
        found = connector.find(sought_of(chance))
        if isinstance(found, Found):
            assert_is_published(found.post)
    elif kind == "withdraw":
        connector.withdraw(known)
    else:
        connector.correct(known, post("Other words."))


def sought_of(chance: Random) -> Sought:
    """Name a post that stands, or one that never did."""
    text = chance.choice(("The first.", "Nobody wrote it."))
    return Sought(post=post(text, pictures=1), since=START, taken=frozenset(), prepared=None)


def feed(chance: Random, folder: Path) -> None:
    place, theirs = folder / OURS, folder / THEIRS
    place.mkdir(exist_ok=True)
    theirs.write_text("not ours", encoding="utf-8")
    for file in place.iterdir():
        file.unlink()
    known = send(feed_in(place), post("The first.", pictures=1)).remote_id
    before = spoiled(chance, (place / ATOM_FILE).read_bytes())
    (place / ATOM_FILE).write_bytes(before)
    try:
        ask(chance, feed_in(place), known)
    except ConnectorError as error:
        assert_is_declared(error)
        assert (place / ATOM_FILE).read_bytes() == before, "what was refused was written over"
    assert theirs.is_file(), "something outside the folder was deleted"


class _Mood(socketserver.StreamRequestHandler):
    """Answers each line with whatever is drawn, and hangs up when that is drawn."""

    def handle(self) -> None:
        chance: Random = self.server.chance  # type: ignore[attr-defined]  # given below
        with suppress(OSError):
            while True:
                said = chance.choice((*REPLIES, *["250 OK"] * 20, *["354 go on"] * 6))
                if chance.random() < 0.05:
                    return
                self.wfile.write(f"{said}\r\n".encode())
                if not self.rfile.readline():
                    return


@contextmanager
def moody() -> Iterator[socketserver.ThreadingTCPServer]:
    """Serve on a free port of this machine."""
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Mood) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield server
        server.shutdown()


def mail(chance: Random, _folder: Path) -> None:
    left: list[bool] = []

    def leaving() -> bool:
        left.append(chance.random() < 0.9)
        return left[-1]

    with moody() as server:
        server.chance = chance  # type: ignore[attr-defined]  # read by the handler
        there = MailServer(
            sender="desk@ico.example", host="127.0.0.1", port=server.server_address[1],
            security=PLAIN,
        )  # fmt: skip
        said = handed(there, leaving)
    assert said is None or str(said)
    if said is None or isinstance(said, MaybeHandedError):
        assert left == [True], "it may have left, and nobody was asked"


def handed(there: MailServer, leaving: Callable[[], bool]) -> Exception | None:
    """Hand a letter over; return the declared error, None where it was taken."""
    try:
        hand_over(there, "a@b.example", b"Subject: x\r\n\r\ny", leaving=leaving, patience=WAIT)
    except (NotHandedError, TurnedAwayError, MaybeHandedError) as error:
        return error
    return None


WAIT = timedelta(seconds=0.3)
FUZZERS = (feed, mail)


@pytest.mark.fuzz
@pytest.mark.parametrize("once", FUZZERS, ids=lambda one: one.__name__)
def test_whatever_a_folder_or_a_mail_server_says_ends_in_a_result_or_the_declared_error(
    once: Callable[[Random, Path], None], tmp_path: Path
) -> None:
    with_each_seed(lambda seed: once(Random(seed), tmp_path))
