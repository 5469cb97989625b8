"""What subscribers are told, through the whole program: schedule, log, signed calls, commands."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from sqlalchemy import select
from standardwebhooks import Webhook

from campaign.addresses_allowed import guarded, read_exempt
from campaign.cli.place import Place
from campaign.credentials.sealing import Seal
from campaign.models_reports import ReportIssue
from campaign.outward.events import Announcer, announce, is_behind
from campaign.outward.messages import replay
from campaign.outward.sending import AGAIN_AFTER, GIVEN_UP_ON_AFTER, Sender, send_due
from campaign.outward.subscribers import OLD_FOR, known_subscribers, make_secret
from campaign.schedule.subscribers import Subscriber
from campaign.secret_keys import new_key
from campaign.store.deliveries import Change
from campaign.store.reports import add_issue, release
from campaign.store.tables import DEED, LETTER, MOVE, OUTWARD_MESSAGE
from connectors.transport import way_out
from rehearsal.server import Call, Fault
from tests.campaign.cli.shell import Shell
from tests.campaign.office import DUE, Office

X, MASTODON = "law-helps/ico-x/1", "law-helps/ico-mastodon/1"
KEY = new_key()


@dataclass
class Receiver:
    """Another system: keeps what it was sent, and answers what it is told to."""

    server: HTTPServer
    answers: list[int] = field(default_factory=list)
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)

    @property
    def url(self) -> str:
        """Where it is told."""
        return f"http://127.0.0.1:{self.server.server_port}/told"

    def told(self, secret: str) -> list[Any]:
        """Return what it was told, every message believed by a library that is not ours."""
        known = Webhook(secret)
        for headers, body in self.got:
            at = datetime.fromtimestamp(int(headers["webhook-timestamp"]), UTC)
            signature = known.sign(headers["webhook-id"], at, body.decode())
            assert signature in headers["webhook-signature"].split()
        return [json.loads(body) for _, body in self.got]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            known.got.append(({k.lower(): v for k, v in self.headers.items()}, body))
            self.send_response(known.answers.pop(0) if known.answers else 204)
            self.send_header("Location", "/elsewhere")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    known = Receiver(HTTPServer(("127.0.0.1", 0), Handler))
    thread = Thread(target=known.server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield known
    known.server.shutdown()
    known.server.server_close()
    thread.join()


@dataclass
class Desk:
    """The office with one subscriber, and everything the clock does for it."""

    office: Office
    to: Subscriber
    private: str = "127.0.0.0/8"

    @property
    def announcer(self) -> Announcer:
        return Announcer(subscribers={"intranet": self.to}, pages_url="https://desk.example")

    @property
    def seal(self) -> Seal:
        return Seal([KEY])

    def change(self) -> Change:
        return Change(who="dev", at=self.office.clock.now(), why="a test")

    def secret(self) -> str:
        with self.office.desk.store.write() as connection:
            announce(connection, self.announcer, self.office.clock.now())
            return make_secret(connection, "intranet", self.to, self.seal, self.change())

    def announce(self) -> int:
        with self.office.desk.store.write() as connection:
            return announce(connection, self.announcer, self.office.clock.now())

    def send(self) -> dict[str, int]:
        exempt = read_exempt({"CAMPAIGN_PRIVATE_ADDRESSES": self.private})
        adapter = way_out(timedelta(seconds=2))
        sender = Sender(
            store=self.office.desk.store,
            clock=self.office.clock,
            seal=self.seal,
            way_out=guarded(adapter, exempt),
            subscribers={"intranet": self.to},
            told={"dev": "dev@ico.example"},
        )
        done = dict(send_due(sender))
        adapter.close()
        return done

    def rows(self) -> list[Any]:
        with self.office.desk.store.read() as connection:
            return list(connection.execute(select(OUTWARD_MESSAGE)).all())


@pytest.fixture
def desk(office: Office, receiver: Receiver) -> Desk:
    office.apply()
    office.approve()
    return Desk(office, Subscriber(url=receiver.url))


def test_subscribers_are_told_what_became_of_deliveries_once_and_signed(
    desk: Desk, receiver: Receiver
) -> None:
    secret = desk.secret()
    desk.office.rehearsal.inject("x", Fault.REFUSE, on=Call.PUBLISH)
    desk.office.publish_at(DUE)
    assert desk.announce() == 3
    assert desk.announce() == 0
    assert desk.send() == {"arrived": 3}
    assert desk.send() == {}
    told = {one["data"]["delivery"]: one for one in receiver.told(secret)}
    assert told[MASTODON] == {
        "type": "delivery.published",
        "timestamp": "2027-01-12T08:30:00Z",
        "data": {
            "delivery": MASTODON,
            "post": "law-helps",
            "channel": "ico-mastodon",
            "partner": "ico",
            "network": "mastodon",
            "state": "published",
            "due_at": "2027-01-12T08:30:00Z",
            "url": desk.office.delivery(MASTODON).url,
            "page": f"https://desk.example/deliveries/{MASTODON}",
            "api": f"https://desk.example/api/v1/deliveries/{MASTODON}",
        },
    }
    assert told[X]["type"] == "delivery.refused"
    assert len({headers["webhook-id"] for headers, _ in receiver.got}) == 3
    wording = desk.office.texts("mastodon")[0].encode()
    assert not any(wording in body for _, body in receiver.got)


def test_what_happened_before_somebody_subscribed_is_not_told(desk: Desk) -> None:
    desk.office.publish_at(DUE)
    desk.secret()
    assert desk.announce() == 0
    assert desk.rows() == []


def test_a_missed_and_an_unknown_are_told_and_a_note_is_not(desk: Desk) -> None:
    desk.secret()
    desk.office.rehearsal.inject("x", Fault.DROP_BEFORE_STORING, on=Call.PUBLISH)
    desk.office.publish_at(DUE)
    desk.announce()
    with desk.office.desk.store.write() as connection:
        row = connection.execute(select(MOVE).where(MOVE.c.to_state == "published")).first()
        assert row is not None
        values = {"from_state": "published", "to_state": "published"}
        connection.execute(
            MOVE.insert().values(
                delivery_id=row.delivery_id, at=row.at, who="ama", why="noted", **values
            )
        )
    assert desk.announce() == 0
    kinds = sorted(one.kind for one in desk.rows())
    assert kinds == ["delivery.published", "delivery.published", "delivery.unknown"]


def test_a_report_is_told_when_it_is_ready_and_when_it_is_out(desk: Desk) -> None:
    desk.secret()
    now = desk.office.clock.now()
    with desk.office.desk.store.write() as connection:
        issue = add_issue(
            connection, ReportIssue(week="2027-W02", number=1, as_of=now, prepared_at=now)
        )
    with desk.office.desk.store.read() as connection:
        assert is_behind(connection, desk.announcer)
    assert desk.announce() == 1
    with desk.office.desk.store.write() as connection:
        release(connection, issue, "ben", now, "{}")
    assert desk.announce() == 1
    assert [one.kind for one in desk.rows()] == ["report.ready", "report.released"]
    assert (
        json.loads(desk.rows()[0].body)["data"]["page"] == "https://desk.example/reports/2027-W02"
    )
    with desk.office.desk.store.read() as connection:
        assert not is_behind(connection, desk.announcer)


def test_all_four_are_signed_sent_again_after_a_failure_and_replayed_on_a_persons_word(
    desk: Desk, receiver: Receiver
) -> None:
    secret, now = desk.secret(), desk.office.clock.now()
    desk.office.rehearsal.inject("x", Fault.DROP_BEFORE_STORING, on=Call.PUBLISH)
    desk.office.rehearsal.inject("mastodon", Fault.REFUSE, on=Call.PUBLISH)
    desk.office.publish_at(DUE)
    with desk.office.desk.store.write() as connection:
        add_issue(connection, ReportIssue(week="2027-W02", number=1, as_of=now, prepared_at=now))
    assert desk.announce() == 4
    kinds = ["delivery.published", "delivery.refused", "delivery.unknown", "report.ready"]
    receiver.answers = [500] * 4
    assert [desk.send() for _ in kinds] == [{"waiting": 1}] * 4  # a failure holds the others back
    desk.office.clock.advance(AGAIN_AFTER[0])
    assert desk.send() == {"arrived": 4}
    assert [(one.state, one.tries) for one in desk.rows()] == [("arrived", 2)] * 4
    assert sorted(one["type"] for one in receiver.told(secret)) == sorted(kinds * 2)
    with desk.office.desk.store.write() as connection:
        assert replay(connection, "intranet", desk.change(), since=now) == 4
    assert desk.send() == {"arrived": 4}
    assert sorted(one["type"] for one in receiver.told(secret)) == sorted(kinds * 3)
    assert len({headers["webhook-id"] for headers, _ in receiver.got}) == 4


def test_only_what_was_asked_for_is_told(desk: Desk, receiver: Receiver) -> None:
    desk.to = Subscriber(url=receiver.url, events=("delivery.missed",))
    desk.secret()
    desk.office.publish_at(DUE)
    assert desk.announce() == 0
    with desk.office.desk.store.read() as connection:
        assert not is_behind(connection, desk.announcer)


def test_whoever_dies_in_between_leaves_every_message_once(
    desk: Desk, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.secret()
    desk.office.publish_at(DUE)
    with monkeypatch.context() as patched:
        patched.setattr("campaign.outward.events.update", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            desk.announce()
    assert desk.rows() == []
    assert desk.announce() == 3
    with monkeypatch.context() as patched:
        patched.setattr("campaign.outward.sending.finish", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            desk.send()
    assert desk.send() == {"arrived": 2}  # the third is still its dead sender's
    desk.office.clock.advance(timedelta(minutes=2))
    assert desk.send() == {"arrived": 1}
    assert len(receiver.got) == 4
    assert len({headers["webhook-id"] for headers, _ in receiver.got}) == 3


def test_a_receiver_that_fails_is_tried_again_and_holds_nobody_up(
    desk: Desk, receiver: Receiver
) -> None:
    desk.secret()
    desk.office.publish_at(DUE)
    desk.announce()
    receiver.answers = [500]
    assert desk.send() == {"waiting": 1}
    assert len(receiver.got) == 1
    assert desk.send() == {"arrived": 2}
    desk.office.clock.advance(AGAIN_AFTER[0])
    receiver.answers = [302]
    assert desk.send() == {"waiting": 1}
    assert len(receiver.got) == 4, "a redirect is not followed"
    desk.office.clock.advance(AGAIN_AFTER[1])
    assert desk.send() == {"arrived": 1}


def test_a_message_is_given_up_after_days_and_sent_again_on_a_persons_word(
    desk: Desk, receiver: Receiver
) -> None:
    desk.to = Subscriber(url=receiver.url, events=("delivery.refused",))
    desk.secret()
    desk.office.rehearsal.inject("x", Fault.REFUSE, on=Call.PUBLISH)
    desk.office.publish_at(DUE)
    desk.announce()
    receiver.answers = [500] * 99
    for wait in (*AGAIN_AFTER, timedelta()):
        desk.send()
        desk.office.clock.advance(wait)
    assert [(one.state, one.tries) for one in desk.rows()] == [("given-up", 10)]
    receiver.answers = []
    place = Place(folder=desk.office.folder, clock=desk.office.clock)
    schedule = desk.office.folder / "schedule.yaml"
    told = f"subscribers:\n  intranet: {{url: '{receiver.url}'}}\nslots:"
    schedule.write_text(schedule.read_text(encoding="utf-8").replace("slots:", told), "utf-8")
    desk.office.apply()
    assert Shell(place).fine("subscriber", "replay", "intranet", "--as", "ben").lines == [
        "1 message to intranet will be sent again."
    ]
    assert desk.send() == {"arrived": 1}
    assert len({headers["webhook-id"] for headers, _ in receiver.got}) == 1


def test_whoever_never_answers_is_disabled_and_people_are_told(
    desk: Desk, receiver: Receiver
) -> None:
    desk.secret()
    desk.office.publish_at(DUE)
    desk.announce()
    receiver.answers = [500] * 99
    desk.send()
    desk.office.clock.advance(GIVEN_UP_ON_AFTER)
    desk.send()
    with desk.office.desk.store.read() as connection:
        standing = known_subscribers(connection)["intranet"]
        (letter,) = connection.execute(select(LETTER)).all()
    assert standing.disabled_at == desk.office.clock.now()
    assert (letter.address, "campaign subscriber enable intranet" in letter.text) == (
        "dev@ico.example",
        True,
    )
    before = len(receiver.got)
    desk.office.clock.advance(timedelta(days=1))
    assert (desk.send(), len(receiver.got)) == ({}, before)


def test_one_that_says_it_is_gone_is_disabled_at_once(desk: Desk, receiver: Receiver) -> None:
    desk.secret()
    desk.office.publish_at(DUE)
    desk.announce()
    receiver.answers = [410]
    assert desk.send() == {"given-up": 1}
    with desk.office.desk.store.read() as connection:
        assert known_subscribers(connection)["intranet"].disabled_why.startswith("answered 410")


def test_no_message_goes_into_a_private_network(desk: Desk, receiver: Receiver) -> None:
    desk.secret()
    desk.office.publish_at(DUE)
    desk.announce()
    desk.private = ""
    assert desk.send() == {"waiting": 1}
    assert receiver.got == []
    assert any("is in a private network" in one.note for one in desk.rows())


def test_a_new_secret_signs_beside_the_old_one_for_a_day(desk: Desk, receiver: Receiver) -> None:
    old = desk.secret()
    desk.office.publish_at(DUE)
    new = desk.secret()
    desk.office.clock.advance(OLD_FOR - timedelta(seconds=1))
    desk.send()
    assert len(receiver.told(old)) == len(receiver.told(new)) == 3
    with desk.office.desk.store.write() as connection:
        replay(connection, "intranet", desk.change(), since=DUE)
    receiver.got.clear()
    desk.office.clock.advance(timedelta(seconds=1))
    desk.send()
    assert len(receiver.told(new)) == 3
    with pytest.raises(AssertionError):
        receiver.told(old)
    with desk.office.desk.store.read() as connection:
        rows = connection.execute(select(DEED)).all()
    assert ("dev", "made secret") in [(one.who, one.what) for one in rows]


def test_a_secret_is_of_one_server(desk: Desk, receiver: Receiver) -> None:
    desk.secret()
    desk.office.publish_at(DUE)
    desk.announce()
    desk.to = Subscriber(url=receiver.url.replace("127.0.0.1", "localhost"))
    desk.send()
    assert receiver.got == []


def test_no_secret_stands_in_the_database(desk: Desk) -> None:
    secret = desk.secret()
    raw = (Path(desk.office.folder) / "campaign.db").read_bytes()
    assert secret.removeprefix("whsec_").encode() not in raw
