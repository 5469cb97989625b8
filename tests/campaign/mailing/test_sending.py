"""Letters are sent once each: whatever the server answers, and whenever the program dies."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from campaign.clock import SteppedClock
from campaign.mail_settings import PLAIN, STARTTLS, TLS, MailServer, read_mail_server
from campaign.mailing.message import as_message
from campaign.mailing.outbox import (
    LEASE,
    PLANNED,
    REFUSED,
    SENDING,
    SENT,
    UNKNOWN,
    Outcome,
    claim,
    finish,
    letters_of,
    note_leaving,
    recover,
    settle,
    write_letters,
)
from campaign.mailing.sending import AGAIN_AFTER, Sender, send_waiting
from campaign.models_reports import Letter, ReportFile
from campaign.store.database import Store, open_store
from tests.campaign.mailing.mailbox import (
    DROP_AFTER,
    DROP_BEFORE,
    HANG,
    LATER,
    NEVER,
    Mailbox,
)

NOW = datetime(2027, 1, 19, 9, 0, tzinfo=UTC)
ROOT = Path(__file__).parents[3]


def letter(person: str = "dana", **more: object) -> Letter:
    values: dict[str, Any] = {
        "id": f"2027-W02/1/report/{person}",
        "purpose": "report",
        "person": person,
        "address": f"{person}@ico.example",
        "subject": "Think. Check. Share. week 2",
        "text": "In week 2 posts were shown 16,745 times.\n",
        "state": PLANNED,
        "created_at": NOW,
    }
    return Letter(**(values | more))


@pytest.fixture
def store(either_database: str) -> Iterator[Store]:
    opened = open_store(either_database)
    yield opened
    opened.close()


@pytest.fixture
def sender(store: Store, mailbox: Mailbox) -> Sender:
    server = MailServer(
        sender="reports@ico.example", host="127.0.0.1", port=mailbox.port, security=PLAIN
    )
    return Sender(store=store, clock=SteppedClock(NOW), server=server)


def put(store: Store, *letters: Letter) -> None:
    with store.write() as connection:
        write_letters(connection, letters)


def states(store: Store) -> dict[str, str]:
    with store.read() as connection:
        return {one.person: one.state for one in letters_of(connection, "2027-W02/")}


def later(sender: Sender, step: timedelta) -> Sender:
    return Sender(store=sender.store, clock=SteppedClock(NOW + step), server=sender.server)


def test_every_letter_arrives_once_and_a_second_pass_sends_nothing(
    sender: Sender, mailbox: Mailbox
) -> None:
    put(sender.store, letter("dana"), letter("frank"))
    assert send_waiting(sender) == {SENT: 2}
    assert send_waiting(sender) == {}
    assert mailbox.to() == ["dana@ico.example", "frank@ico.example"]


def test_a_letter_that_is_written_twice_is_one_letter(sender: Sender, mailbox: Mailbox) -> None:
    put(sender.store, letter())
    assert send_waiting(sender) == {SENT: 1}
    put(sender.store, letter(text="Once more."))
    assert send_waiting(sender) == {}
    assert len(mailbox.arrived) == 1


def test_it_is_plain_text_that_carries_no_picture_from_elsewhere(
    sender: Sender, mailbox: Mailbox
) -> None:
    put(sender.store, letter())
    send_waiting(sender)
    message = mailbox.message()
    assert message["To"] == "dana@ico.example"
    assert message["Message-ID"] == "<2027-W02.1.report.dana@ico.example>"
    assert message.get_content_type() == "text/plain"
    assert message.get_content().strip() == "In week 2 posts were shown 16,745 times."


def test_the_page_is_attached_as_pdf_and_as_html_and_the_same_letter_is_the_same_bytes() -> None:
    files = [
        ReportFile(issue_id=1, name=name, media_type=kind, sha256="", content=b"\x00bytes")
        for name, kind in (
            ("w.html", "text/html"),
            ("w.pdf", "application/pdf"),
            ("w.csv", "text/csv"),
        )
    ]
    first = as_message(letter(), files, "reports@ico.example")
    assert first == as_message(letter(), files, "reports@ico.example")
    assert b'filename="w.pdf"' in first
    assert b'filename="w.html"' in first
    assert b"w.csv" not in first


def test_a_server_that_asks_to_wait_is_asked_again_later(sender: Sender, mailbox: Mailbox) -> None:
    mailbox.answers = [LATER]
    put(sender.store, letter())
    assert send_waiting(sender) == {PLANNED: 1}
    assert send_waiting(sender) == {}
    assert send_waiting(later(sender, AGAIN_AFTER)) == {SENT: 1}
    assert len(mailbox.arrived) == 1


def test_a_server_that_is_not_there_leaves_the_letter_planned(sender: Sender) -> None:
    put(sender.store, letter())
    away = MailServer(sender="reports@ico.example", host="127.0.0.1", port=9, security=PLAIN)
    assert send_waiting(Sender(store=sender.store, clock=sender.clock, server=away)) == {PLANNED: 1}


@pytest.mark.parametrize("refuse", ["recipient", "text"])
def test_a_refused_letter_is_refused_and_the_others_still_go_out(
    sender: Sender, mailbox: Mailbox, refuse: str
) -> None:
    if refuse == "recipient":
        mailbox.refused = {"dana@ico.example"}
    else:
        mailbox.answers = [NEVER]
    put(sender.store, letter("dana"), letter("frank"))
    assert send_waiting(sender) == {REFUSED: 1, SENT: 1}
    assert mailbox.to() == ["frank@ico.example"]
    assert send_waiting(later(sender, timedelta(days=1))) == {}


@pytest.mark.parametrize(("drop", "copies"), [(DROP_BEFORE, 0), (DROP_AFTER, 1)])
def test_a_lost_answer_is_unknown_and_never_sent_again_by_itself(
    sender: Sender, mailbox: Mailbox, drop: str, copies: int
) -> None:
    mailbox.answers = [drop]
    put(sender.store, letter())
    assert send_waiting(sender) == {UNKNOWN: 1}
    assert send_waiting(later(sender, timedelta(days=1))) == {}
    assert len(mailbox.arrived) == copies


def test_a_person_says_whether_a_letter_of_unknown_fate_goes_out_again(
    sender: Sender, mailbox: Mailbox
) -> None:
    mailbox.answers = [DROP_BEFORE, DROP_AFTER]
    put(sender.store, letter("dana"), letter("frank"))
    send_waiting(sender)
    with sender.store.write() as connection:
        assert settle(connection, letter("dana"), arrived=False, now=NOW)
        assert settle(connection, letter("frank"), arrived=True, now=NOW)
        assert not settle(connection, letter("frank"), arrived=False, now=NOW)
    assert send_waiting(sender) == {SENT: 1}
    assert mailbox.to() == ["frank@ico.example", "dana@ico.example"]
    assert states(sender.store) == {"dana": SENT, "frank": SENT}


def test_a_sender_that_died_before_the_text_left_is_replaced(
    sender: Sender, mailbox: Mailbox
) -> None:
    put(sender.store, letter())
    with sender.store.write() as connection:
        assert claim(connection, letter().id, NOW)
    assert send_waiting(sender) == {}
    assert send_waiting(later(sender, LEASE)) == {SENT: 1}
    assert len(mailbox.arrived) == 1


def test_a_sender_that_wakes_up_late_sends_and_writes_nothing(sender: Sender) -> None:
    put(sender.store, letter())
    with sender.store.write() as connection:
        frozen = claim(connection, letter().id, NOW)
        assert frozen is not None
        assert recover(connection, NOW + LEASE) == []
        assert claim(connection, letter().id, NOW + LEASE) is not None
        assert not note_leaving(connection, frozen, NOW + LEASE)
        assert not finish(connection, frozen, Outcome(state=SENT), NOW + LEASE)
    assert states(sender.store) == {"dana": SENDING}


CHILD = """
import sys
from campaign.clock import SystemClock
from campaign.mail_settings import PLAIN, MailServer
from campaign.mailing.sending import Sender, send_waiting
from campaign.store.database import open_store
server = MailServer(sender="r@ico.example", host="127.0.0.1", port=int(sys.argv[2]), security=PLAIN)
send_waiting(Sender(store=open_store(sys.argv[1]), clock=SystemClock(), server=server))
"""


def test_a_program_that_is_killed_while_the_text_leaves_doubles_nothing(
    sender: Sender, mailbox: Mailbox
) -> None:
    put(sender.store, letter())
    mailbox.answers = [HANG]
    url = sender.store.engine.url.render_as_string(hide_password=False)
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, url, str(mailbox.port)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stderr=subprocess.DEVNULL,
    )
    assert mailbox.came.wait(60)
    child.send_signal(signal.SIGKILL)
    child.wait()
    assert states(sender.store) == {"dana": SENDING}
    much_later = datetime.now(UTC) + LEASE + timedelta(days=200)
    after = Sender(store=sender.store, clock=SteppedClock(much_later), server=sender.server)
    assert send_waiting(after) == {UNKNOWN: 1}
    assert send_waiting(after) == {}
    assert mailbox.to() == ["dana@ico.example"]


def test_a_folder_can_stand_in_for_a_server(sender: Sender, tmp_path: Path) -> None:
    put(sender.store, letter("dana"), letter("frank"))
    folder = MailServer(sender="reports@ico.example", folder=tmp_path / "outbox")
    assert send_waiting(Sender(store=sender.store, clock=sender.clock, server=folder)) == {SENT: 2}
    assert sorted(path.name for path in (tmp_path / "outbox").iterdir()) == ["0001.eml", "0002.eml"]


@pytest.mark.parametrize(
    ("known", "says"),
    [
        ({"CAMPAIGN_MAIL_SERVER": "smtp://mail.example"}, "CAMPAIGN_MAIL_FROM must be"),
        ({"CAMPAIGN_MAIL_SERVER": "http://mail.example"}, "write smtp://USER@HOST:587"),
        ({"CAMPAIGN_MAIL_SERVER": "smtp://a:secret@mail.example"}, "CAMPAIGN_MAIL_PASSWORD"),
        ({"CAMPAIGN_MAIL_SERVER": "smtp://mail.example:none"}, "write smtp://USER@HOST:587"),
        ({"CAMPAIGN_MAIL_SERVER": "smtp://user@mail.example"}, "has no password"),
        (
            {"CAMPAIGN_MAIL_SERVER": "smtp://mail.example", "CAMPAIGN_MAIL_PASSWORD": "x"},
            "has no user",
        ),
    ],
)
def test_a_mail_server_that_cannot_be_meant_is_refused(known: dict[str, str], says: str) -> None:
    given = known if "FROM" in says else {"CAMPAIGN_MAIL_FROM": "r@ico.example"} | known
    with pytest.raises(ValueError, match=says):
        read_mail_server(given, Path())


def test_a_server_elsewhere_is_never_spoken_to_without_encryption() -> None:
    def security(address: str) -> str:
        known = {"CAMPAIGN_MAIL_SERVER": address, "CAMPAIGN_MAIL_FROM": "r@ico.example"}
        if "@" in address:
            known["CAMPAIGN_MAIL_PASSWORD"] = "in-a-test"
        server = read_mail_server(known, Path())
        assert server is not None
        return server.security

    assert security("smtp://user@mail.example") == STARTTLS
    assert security("smtps://mail.example") == TLS
    assert security("smtp://localhost:2525") == PLAIN
