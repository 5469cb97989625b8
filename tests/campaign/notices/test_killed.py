"""A program that is killed while a notice leaves doubles nothing and loses nothing."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from campaign.apply import apply, difference
from campaign.clock import SteppedClock
from campaign.mail_settings import PLAIN, MailServer
from campaign.mailing.outbox import LEASE, SENT, UNKNOWN, letters_of
from campaign.mailing.sending import Sender, send_waiting
from campaign.mailing.undelivered import told_of, undelivered
from campaign.schedule.reading import read_schedule
from campaign.store.database import Store, open_store
from campaign.store.deliveries import Change
from campaign.store.tables import DELIVERY
from tests.campaign.deliveries import planned
from tests.campaign.ledger import ID
from tests.campaign.mailing.mailbox import HANG, Mailbox, open_mailbox
from tests.campaign.notices.program import ring_ten_times
from tests.campaign.notices.team import TEAM

ROOT = Path(__file__).parents[3]


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with open_mailbox() as opened:
        yield opened


@pytest.fixture
def refused(either_database: str, tmp_path: Path) -> Iterator[Store]:
    """One post that its network refused, and of which nobody has been told."""
    (tmp_path / "schedule.yaml").write_text(TEAM, encoding="utf-8")
    schedule, now = read_schedule(tmp_path / "schedule.yaml"), datetime.now(UTC)
    opened = open_store(either_database)
    with opened.write() as connection:
        found = difference(connection, schedule, [planned(ID, gates=())], now)
        apply(connection, schedule, found, found, Change(who="ama", at=now, why="applied"))
        connection.execute(update(DELIVERY).values(state="refused", attempt=1, note="no"))
    yield opened
    opened.close()


def arguments(store: Store, folder: Path, mailbox: Mailbox) -> tuple[str, str, str]:
    url = store.engine.url.render_as_string(hide_password=False)
    return str(folder), url, str(mailbox.port)


def test_a_kill_while_the_text_leaves_is_seen_and_a_second_program_tells_nobody_twice(
    refused: Store, tmp_path: Path, mailbox: Mailbox
) -> None:
    mailbox.answers = [HANG]
    program = arguments(refused, tmp_path, mailbox)
    killed = subprocess.Popen(
        [sys.executable, "-m", "tests.campaign.notices.program", *program],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert mailbox.came.wait(60)
    killed.send_signal(signal.SIGKILL)
    killed.wait()
    ring_ten_times(*program)
    assert mailbox.to() == ["ama@ico.example"]
    much_later = SteppedClock(datetime.now(UTC) + LEASE + timedelta(hours=1))
    server = MailServer(sender="d@ico.example", host="127.0.0.1", port=mailbox.port, security=PLAIN)
    after = Sender(store=refused, clock=much_later, server=server)
    assert send_waiting(after) == {UNKNOWN: 1}
    assert mailbox.to() == ["ama@ico.example"]
    with refused.read() as connection:
        (lost,) = undelivered(connection)
        (told,) = told_of(connection, ID)
    assert (lost.needs_a_person, lost.person) == (True, "ama")
    assert (told.person, told.letter_state) == ("ama", UNKNOWN)


def test_two_programs_at_once_tell_everybody_once(
    refused: Store, tmp_path: Path, mailbox: Mailbox
) -> None:
    program = arguments(refused, tmp_path, mailbox)
    with ThreadPoolExecutor(2) as both:
        for one in [both.submit(ring_ten_times, *program) for _ in range(2)]:
            one.result(60)
    assert mailbox.to() == ["ama@ico.example"]
    with refused.read() as connection:
        assert [one.state for one in letters_of(connection, "notice/")] == [SENT]
