"""A campaign with something in every table, and the two databases it is moved between."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Column, Connection, DateTime, Table, create_engine, insert, select
from sqlmodel import SQLModel

from campaign.cli.place import Place
from campaign.decisions.stops import resume, stop
from campaign.instants import Instant
from campaign.publishing.asked import Turn
from campaign.publishing.batches import write
from campaign.publishing.claim import Claim
from campaign.store.backends import address_of
from campaign.store.deliveries import Change, get_delivery
from campaign.store.shown import show_ourselves
from campaign.store.tables import (
    CORRECTION,
    CORRECTION_WORD,
    CREDENTIAL,
    INVITATION,
    KEPT_SESSION,
    LET_THROUGH,
    LETTER,
    LINK_CHECK,
    OBJECTIVE_VALUE,
    PAYLOAD,
    REPORT_FILE,
    REPORT_ISSUE,
    REPORT_NOTE,
    WITHDRAWAL,
)
from tests.campaign.cli.shell import Result, Shell
from tests.campaign.office import DUE, ENTRY, Office

NOT_COPIED = "relocation"
ENTRIES = f"""\
{ENTRY}
  - post: in-pictures
    at: 2027-01-12 09:30
    send_to: [network:bluesky, network:mastodon]
  - post: later
    at: 2027-01-20 09:30
    send_to: [network:mastodon]
"""
WINDOW = "  windows: [{from: 2027-03-01, until: 2027-03-02, do: hold, reason: mourning}]"
PICTURES = """\
---
title: In pictures
media:
  - {file: one.png, alt: A square}
---
Zażółć gęślą jaźń 🦊
"""
LATER = "---\ntitle: Later\n---\nSee you later.\n"

Rows = dict[str, list[tuple[Any, ...]]]


def fill(office: Office) -> None:
    """Live two days: one post is out and read, one is being sent, one is still to come."""
    office.write_post("in-pictures", PICTURES, pictures=("one.png",))
    office.write_post("later", LATER)
    office.write_schedule(ENTRIES, WINDOW)
    office.apply()
    office.approve()
    office.publish_at(DUE)
    office.clock.move_to(DUE + timedelta(minutes=61))
    office.collect()
    store, now = office.desk.store, office.clock.now()
    with store.write() as connection:
        stop(connection, "partner", "npcc", Change(who="ben", at=now, why="drill"))
        resume(connection, "partner", "npcc", Change(who="cat", at=now, why="over"))
        connection.execute(
            insert(LET_THROUGH).values(
                delivery_id="later/ico-mastodon/1",
                content_hash="none",
                due_at=now,
                person="cat",
                reason="a trial",
                said_at=now,
                last_stop=1,
            )
        )
        show_ourselves(connection, "a token", now=now, until=now + timedelta(minutes=1))
        for table, values in (*reported(now), *signed_in(now)):
            connection.execute(insert(table).values(**values))
        change(connection, now)
        for table in SQLModel.metadata.sorted_tables:
            fill_empty(connection, table, now)
    died = office.desk.rig("a worker that died")
    turn = Turn(wish="in-pictures/ico-bluesky/1")
    assert isinstance(write(died, turn).claimed, Claim)


def fill_empty(connection: Connection, table: Table, now: datetime) -> None:
    """Write a made-up row into a table that has none, whatever it is for."""
    if table.name == NOT_COPIED or connection.execute(select(table).limit(1)).first():
        return
    row = {one.name: _made_up(connection, one, now) for one in table.columns}
    connection.execute(insert(table).values(**row))


def _made_up(connection: Connection, column: Column[Any], now: datetime) -> object:
    for key in column.foreign_keys:
        return connection.execute(select(key.column).limit(1)).scalar_one()
    plain = getattr(column.type, "impl", column.type)  # what a type of our own or sqlmodel's holds
    if isinstance(column.type, Instant) or isinstance(plain, DateTime):
        return now
    known = {bytes: b"\x00 made up", str: "Łódź", int: 3, bool: True, date: now.date()}
    return known[plain.python_type]


def change(connection: Connection, now: datetime) -> None:
    """Write a withdrawal and a correction that are over, of two posts that are live."""
    delivery = get_delivery(connection, "law-helps/ico-mastodon/1")
    assert delivery is not None
    gone = {"delivery_id": "law-helps/ico-x/1", "reason": "Łódź", "stage": "done", "note": ""}
    asked = {"asked_by": "ama", "asked_at": now, "ended_at": now, "tries": 1}
    connection.execute(insert(WITHDRAWAL).values(**gone, **asked))
    hashes = {"before_hash": delivery.content_hash, "content_hash": delivery.content_hash}
    words = {"delivery_id": delivery.id, "reason": "a word", "stage": "done", "gates": "approval"}
    connection.execute(insert(CORRECTION).values(id=3, **words, **hashes, **asked, note=""))
    said = {"person": "ben", "said_at": now, "content_hash": delivery.content_hash}
    connection.execute(insert(CORRECTION_WORD).values(correction_id=3, kind="approval", **said))


def reported(now: datetime) -> list[tuple[Table, dict[str, Any]]]:
    """Return a row for each table of the weekly report: a note, an issue, its file, a letter."""
    week, person = "2027-W02", "ben"
    issue = {"id": 7, "week": week, "number": 1, "as_of": now, "prepared_at": now}
    file = {"issue_id": 7, "name": "page.html", "media_type": "text/html", "sha256": "0" * 64}
    letter = {"id": f"{week}/1/report/ben", "issue_id": 7, "purpose": "report", "person": person}
    address = {"address": "ben@ico.example", "subject": "The week", "text": "Zażółć 🦊"}
    said = {"objective": "aware", "known_on": "2027-01-13", "value": "12.5", "source": "a survey"}
    return [
        (
            REPORT_NOTE,
            {"week": week, "kind": "learning", "text": "Łódź", "person": person, "written_at": now},
        ),
        (REPORT_ISSUE, {**issue, "reason": "", "values_json": "{}"}),
        (REPORT_FILE, {**file, "content": b"\x00page"}),
        (
            LETTER,
            {**letter, **address, "state": "sent", "created_at": now, "attempt": 1, "note": ""},
        ),
        (OBJECTIVE_VALUE, {**said, "person": person, "recorded_at": now}),
    ]


def signed_in(now: datetime) -> list[tuple[Table, dict[str, Any]]]:
    """Return a row for each table of sign-ins and links: one sealed, an invitation, a page."""
    sealed = {"channel": "ico-mastodon", "grant_id": "g", "edition": 1, "sealed": b"\x00\xff"}
    whose = {"origin": "https://social.example", "account": "@ico", "rights": "read write"}
    asked = {"channel": "ico-x", "link_id": "a link", "made_at": now, "made_by": "ben"}
    page = {"content_hash": "linked", "page": "https://ico.example/łódź", "state": "fine"}
    return [
        (CREDENTIAL, {**sealed, **whose, "connected_at": now, "connected_by": "ben"}),
        (KEPT_SESSION, {"channel": "ico-bluesky", "sealed": b"s", "kept_at": now}),
        (INVITATION, {**asked, "expires_at": now + timedelta(days=7)}),
        (PAYLOAD, {"content_hash": "linked", "body": "{}", "created_at": now}),
        (LINK_CHECK, {**page, "words": "", "checked_at": now}),
    ]


def everything(url: str) -> Rows:
    """Return every row of every table that is to be copied, in an order of Python's."""
    engine = create_engine(address_of(url))
    with engine.connect() as connection:
        rows = {
            table.name: sorted(map(tuple, connection.execute(select(table))), key=repr)
            for table in SQLModel.metadata.sorted_tables
            if table.name != NOT_COPIED
        }
    engine.dispose()
    return rows


@dataclass(frozen=True)
class Scene:
    """The office, its database, and the one that it is to have."""

    office: Office
    old: str
    new: str

    def campaign(self, url: str) -> Shell:
        """Return `campaign ARGS` on one of the two databases."""
        environment = {**self.office.environment, "CAMPAIGN_DATABASE_URL": url}
        place = Place(folder=self.office.folder, clock=self.office.clock, environment=environment)
        return Shell(replace(place))

    def move(self) -> Result:
        """Move the campaign, as Ben."""
        return self.campaign(self.old)("move-database", self.new, "--yes", "--as", "ben")

    def refused(self, url: str, says: str, *command: str) -> None:
        """Check that a command is refused on a database, and changes nothing there."""
        before = everything(url)
        self.campaign(url).fails(*(command or ("publish",)), code=1, says=says)
        assert everything(url) == before

    @property
    def folder(self) -> Path:
        """The campaign's folder."""
        return self.office.folder
