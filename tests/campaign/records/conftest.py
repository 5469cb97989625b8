from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert, update

from campaign.clock import SteppedClock
from campaign.store.tables import ATTEMPT, LETTER, SCREENSHOT, SIGN_IN_TRY
from rehearsal.server import Rehearsal
from tests.campaign.office import DUE, ENTRY, MONDAY, Office

DRAFT = """\
---
title: Never said
media:
  - {file: shown.png, alt: A plain blue field}
---
This was never said to anybody.
"""
GIVEN_UP = """\
  - post: never-said
    at: 2027-01-13 09:00
    send_to: [network:mastodon]
"""
SENT = "law-helps/ico-mastodon/1"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """A campaign in which something of every kind is over."""
    yield from _opened(tmp_path, f"sqlite:///{tmp_path}/campaign.db")


@pytest.fixture
def either_office(tmp_path: Path, either_database: str) -> Iterator[Office]:
    """The same on either database."""
    yield from _opened(tmp_path, either_database)


def _opened(folder: Path, database_url: str) -> Iterator[Office]:
    clock = SteppedClock(MONDAY)
    with Rehearsal(now=clock.now) as rehearsal:
        place = Office(folder, rehearsal, clock, database_url=database_url)
        place.write_post("never-said", DRAFT, ("shown.png",))
        place.write_schedule(ENTRY + GIVEN_UP)
        place.apply()
        place.write_schedule(ENTRY)
        place.apply()
        place.approve()
        place.publish_at(DUE)
        place.clock.move_to(DUE + timedelta(hours=2))
        place.collect()
        _leave_traces(place)
        yield place
        place.close()


def _leave_traces(office: Office) -> None:
    with office.desk.store.write() as connection:
        letter = {"purpose": "link", "person": "ama", "subject": "A link", "state": "sent"}
        text = {"text": "to look at", "address": "ama@ico.example", "stop_link": "", "note": ""}
        when = {"created_at": DUE, "ended_at": DUE, "attempt": 1}
        connection.execute(
            insert(LETTER), [{"id": f"link/{one}", **letter, **text, **when} for one in range(3)]
        )
        sent = {"delivery_id": SENT, "sent_by": "comms@npcc.example", "content": b"a picture"}
        times = {"sent_at": DUE, "taken_at": DUE, "ended_at": DUE}
        connection.execute(insert(SCREENSHOT).values(outcome="refused", **sent, **times))
        tries = {"person": "ben", "address": "192.0.2.1", "at": DUE}
        connection.execute(insert(SIGN_IN_TRY).values(**tries))
        answered = update(ATTEMPT).where(ATTEMPT.c.delivery_id == SENT)
        connection.execute(answered.values(error="The network was slow."))
