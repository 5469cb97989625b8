"""Letters over TLS, STARTTLS and a login, against a server that really does all three."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from campaign.clock import SteppedClock
from campaign.mail_settings import STARTTLS, TLS, MailServer
from campaign.mailing.outbox import PLANNED, REFUSED, SENT, UNKNOWN, letters_of, write_letters
from campaign.mailing.sending import AGAIN_AFTER, Sender, send_waiting
from campaign.models_reports import Letter
from campaign.store.database import Store, open_store
from tests.campaign.mailing.certificates import make_certificate
from tests.campaign.mailing.mailbox import DROP_AFTER, DROP_BEFORE, Door, Mailbox, open_mailbox

NOW = datetime(2027, 1, 19, 9, 0, tzinfo=UTC)
RIGHT = "open-sesame-in-a-test"
BOTH = pytest.mark.parametrize("security", [TLS, STARTTLS])


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_certificate(tmp_path_factory.mktemp("tls"))


@pytest.fixture
def trusted(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    return certificate


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(f"sqlite:///{tmp_path / 'campaign.db'}")
    with opened.write() as connection:
        write_letters(connection, [letter("dana"), letter("frank")])
    yield opened
    opened.close()


def letter(person: str) -> Letter:
    return Letter(
        id=f"2027-W02/1/report/{person}",
        purpose="report",
        person=person,
        address=f"{person}@ico.example",
        subject="Week 2",
        text="In week 2 posts were shown 16,745 times.\n",
        state=PLANNED,
        created_at=NOW,
    )


@contextmanager
def mailbox_with(security: str, certificate: Path) -> Iterator[Mailbox]:
    door = Door(
        tls=certificate if security == TLS else None,
        starttls=certificate if security == STARTTLS else None,
        password=RIGHT,
    )
    with open_mailbox(door) as opened:
        yield opened


def sender_to(store: Store, port: int, security: str, password: str = RIGHT) -> Sender:
    server = MailServer(
        sender="reports@ico.example",
        host="127.0.0.1",
        port=port,
        security=security,
        user="reports",
        password=password,
    )
    return Sender(store=store, clock=SteppedClock(NOW), server=server)


def later(sender: Sender) -> Sender:
    clock = SteppedClock(NOW + AGAIN_AFTER)
    return Sender(store=sender.store, clock=clock, server=sender.server)


def notes(store: Store) -> set[str]:
    with store.read() as connection:
        return {one.note for one in letters_of(connection, "2027-W02/")}


@BOTH
def test_letters_go_out_encrypted_and_signed_in_and_once_each(
    store: Store, trusted: Path, security: str
) -> None:
    with mailbox_with(security, trusted) as mailbox:
        sender = sender_to(store, mailbox.port, security)
        assert send_waiting(sender) == {SENT: 2}
        assert send_waiting(sender) == {}
    assert mailbox.to() == ["dana@ico.example", "frank@ico.example"]
    assert mailbox.secured == [True, True]
    assert mailbox.users == ["reports", "reports"]


@BOTH
def test_a_wrong_password_sends_nothing_says_what_to_mend_and_the_right_one_sends_once(
    store: Store, trusted: Path, security: str
) -> None:
    with mailbox_with(security, trusted) as mailbox:
        wrong = sender_to(store, mailbox.port, security, "wrong-in-a-test")
        assert send_waiting(wrong) == {PLANNED: 2}
        assert mailbox.arrived == []
        (note,) = notes(store)
        assert note == (
            f"127.0.0.1, port {mailbox.port}, does not accept user and password (535 5.7.8 "
            "Authentication credentials invalid); look at the user in CAMPAIGN_MAIL_SERVER and "
            "at CAMPAIGN_MAIL_PASSWORD"
        )
        assert send_waiting(later(sender_to(store, mailbox.port, security))) == {SENT: 2}
    assert len(mailbox.arrived) == 2


@BOTH
def test_a_certificate_that_nobody_vouches_for_gets_no_password_and_no_letter(
    store: Store, certificate: Path, security: str
) -> None:
    with mailbox_with(security, certificate) as mailbox:
        assert send_waiting(sender_to(store, mailbox.port, security)) == {PLANNED: 2}
        assert (mailbox.users, mailbox.arrived) == ([], [])
        says = f"the certificate of 127.0.0.1, port {mailbox.port}, cannot be trusted: self-signed"
    (note,) = notes(store)
    assert note.startswith(says)


@BOTH
def test_a_refused_recipient_is_told_in_the_servers_words_and_the_other_gets_its_letter(
    store: Store, trusted: Path, security: str
) -> None:
    with mailbox_with(security, trusted) as mailbox:
        mailbox.refused = {"dana@ico.example"}
        sender = sender_to(store, mailbox.port, security)
        assert send_waiting(sender) == {REFUSED: 1, SENT: 1}
        assert send_waiting(later(sender)) == {}
    assert mailbox.to() == ["frank@ico.example"]
    assert notes(store) == {"550 5.1.1 nobody of that name here", ""}


@BOTH
@pytest.mark.parametrize(("drop", "copies"), [(DROP_BEFORE, 1), (DROP_AFTER, 2)])
def test_a_server_that_is_gone_in_the_middle_leaves_a_letter_for_a_person_and_none_twice(
    store: Store, trusted: Path, security: str, drop: str, copies: int
) -> None:
    with mailbox_with(security, trusted) as mailbox:
        mailbox.answers = [drop]
        sender = sender_to(store, mailbox.port, security)
        assert send_waiting(sender) == {UNKNOWN: 1, SENT: 1}
        assert send_waiting(later(sender)) == {}
    assert len(mailbox.arrived) == copies
    assert any(note.startswith("it may have arrived: ") for note in notes(store))


def test_a_server_without_encryption_gets_neither_password_nor_letter(store: Store) -> None:
    with open_mailbox() as mailbox:
        assert send_waiting(sender_to(store, mailbox.port, STARTTLS)) == {PLANNED: 2}
        says = f"127.0.0.1, port {mailbox.port}, lacks what is wanted: STARTTLS"
        (note,) = notes(store)
        assert note.startswith(says)
        assert send_waiting(later(sender_to(store, mailbox.port, TLS))) == {PLANNED: 2}
    (note,) = notes(store)
    assert note.startswith(f"127.0.0.1, port {mailbox.port}, does not speak TLS")
    assert mailbox.arrived == []


def test_a_server_that_is_not_there_is_named_with_its_port(store: Store) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    assert send_waiting(sender_to(store, port, TLS)) == {PLANNED: 2}
    assert notes(store) == {f"127.0.0.1, port {port}, cannot be reached: Connection refused"}
