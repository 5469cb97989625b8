"""An operator is told once, told again while it lasts, and told that it is over."""

import email
import email.policy
import os
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from campaign.decisions.stops import stop
from campaign.mail_settings import MailServer
from campaign.operating import minding
from campaign.operating.heartbeats import beat, beats
from campaign.operating.looking import look
from campaign.operating.minding import Minder
from campaign.operating.pulse import RUN, WEB, WORKER, Pulse
from campaign.operating_settings import Operating
from campaign.settings import Settings
from campaign.store.credentials import keep
from campaign.store.deliveries import Change
from tests.campaign.cli.conftest import shell_of
from tests.campaign.cli.running import PATIENCE_S, Scene, next_second
from tests.campaign.office import DUE, Office
from tests.campaign.operating.receiver import Receiver, receiving
from tests.campaign.operating.test_metrics import sign_in_of
from tests.postgres import Server

MINUTE = timedelta(minutes=1)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as opened:
        yield opened


def settings_of(office: Office, receiver: Receiver) -> Settings:
    watching = Operating(
        alarm_to="ops@ico.example", alarm_url=receiver.address, alive_url=receiver.address
    )
    mail = MailServer(sender="desk@ico.example", folder=office.folder / "mail")
    return replace(office.desk.settings, operating=watching, mail=mail)


@pytest.fixture
def watched(office: Office, receiver: Receiver) -> Office:
    """An office that publishes and whose alarms go somewhere: three posts are planned."""
    office.apply()
    office.approve()
    office.desk.settings = settings_of(office, receiver)
    office.desk.pulse.begin(RUN, "clock")
    return office


def minute(office: Office, *, works: bool = True) -> list[str]:
    """Let a minute go by, and look; return what was found."""
    office.clock.advance(MINUTE)
    used = office.desk
    if works:
        used.pulse.worked(office.clock.now())
    with used.store.write_one() as connection:
        beat(connection, used.pulse, office.clock.now())
    return [one.words for one in look(used.watched)]


def letters(folder: Path) -> list[tuple[str, str]]:
    """Return subject and text of every e-mail."""
    found = []
    for file in sorted((folder / "mail").glob("*.eml")):
        message = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
        body = message.get_body()
        assert body is not None
        found.append((str(message["Subject"]), body.get_content()))
    return found


def test_a_post_that_is_overdue_is_told_once_again_after_an_hour_and_when_it_is_over(
    watched: Office, receiver: Receiver
) -> None:
    watched.clock.move_to(DUE + timedelta(minutes=4))
    assert minute(watched) == []
    words = "law-helps/ico-bluesky/1 has been due for 6 minutes and is not out (3 are due)"
    assert minute(watched) == [words]
    assert letters(watched.folder) == []
    for _ in range(3):
        minute(watched)
    ((subject, text),) = letters(watched.folder)
    assert subject == "Campaign Desk, think-check-share: 1 to look at"
    assert "law-helps/ico-bluesky/1 has been due for 7 minutes" in text
    assert "Data protection law" not in text
    ((sent,),) = [one["alarms"] for one in receiver.bodies]
    assert (sent["kind"], sent["raised_at"], sent["over"]) == (
        "overdue",
        "2027-01-12T08:36:00Z",
        False,
    )
    watched.clock.advance(timedelta(hours=1))
    minute(watched)
    assert len(letters(watched.folder)) == 2
    watched.publish()
    minute(watched)
    assert [subject for subject, _ in letters(watched.folder)][2:] == (
        ["Campaign Desk, think-check-share: over"]
    )
    minute(watched)
    assert len(letters(watched.folder)) == 3


def test_several_processes_tell_of_it_once(watched: Office, receiver: Receiver) -> None:
    other = watched.open()
    other.settings = watched.desk.settings
    other.pulse = Pulse()
    other.pulse.name = "another:1"
    other.pulse.begin(WEB)
    watched.clock.move_to(DUE + timedelta(minutes=6))
    for _ in range(4):
        minute(watched)
        look(other.watched)
    other.close()
    assert (len(letters(watched.folder)), len(receiver.bodies)) == (1, 1)


def test_an_address_that_does_not_take_an_alarm_is_called_again_and_mail_goes_once(
    watched: Office, receiver: Receiver
) -> None:
    receiver.status = 500
    watched.clock.move_to(DUE + timedelta(minutes=6))
    for _ in range(4):
        minute(watched)
    assert (len(letters(watched.folder)), len(receiver.bodies)) == (1, 3)
    receiver.status = 200
    for _ in range(3):
        minute(watched)
    assert (len(letters(watched.folder)), len(receiver.bodies)) == (1, 4)


def test_what_is_over_within_a_minute_is_nobodys_concern(
    watched: Office, receiver: Receiver
) -> None:
    watched.clock.move_to(DUE + timedelta(minutes=5))
    assert len(minute(watched)) == 1
    watched.publish()
    assert minute(watched) == []
    assert (letters(watched.folder), receiver.bodies) == ([], [])


def test_a_sign_in_that_ends_and_counts_that_do_not_come_are_told(watched: Office) -> None:
    now = watched.clock.now()
    watched.publish_at(DUE)
    with watched.desk.store.write() as connection:
        keep(connection, sign_in_of("ico-x", now + timedelta(days=3)))
    watched.clock.move_to(DUE + timedelta(hours=8))
    found = minute(watched)
    assert found[0] == "the sign-in of ico-x ends on 14 January 2027, 07:00 UTC"
    assert [one.split(" are")[0] for one in found[1:]] == (
        ["counts from bluesky", "counts from mastodon", "counts from x"]
    )


def test_the_sign_of_life_is_given_only_while_posts_truly_go_out(
    watched: Office, receiver: Receiver
) -> None:
    minute(watched)
    assert len(receiver.calls) == 1
    watched.desk.pulse = Pulse(lambda: watched.clock.now().timestamp())
    watched.desk.pulse.begin(RUN, "clock", at_most=timedelta(days=9))
    minute(watched)
    assert len(receiver.calls) == 2
    minute(watched, works=False)  # it did all of it a minute ago, which is lately
    assert len(receiver.calls) == 3
    minute(watched, works=False)
    assert len(receiver.calls) == 3
    watched.clock.move_to(DUE + timedelta(minutes=6))
    minute(watched)  # it rings, and yet something waits
    assert len(receiver.calls) == 3
    watched.publish()
    minute(watched)
    assert len(receiver.calls) == 4


def test_a_stop_does_not_silence_the_sign_of_life(watched: Office, receiver: Receiver) -> None:
    with watched.desk.store.write() as connection:
        stop(connection, "all", "", Change(who="ben", at=watched.clock.now(), why="a drill"))
    watched.publish_at(DUE + timedelta(minutes=6))
    minute(watched)
    assert len(receiver.calls) == 1


def test_workers_and_the_clock_give_no_sign_without_each_other(
    watched: Office, receiver: Receiver
) -> None:
    desk = watched.desk
    desk.settings = replace(desk.settings, engine="procrastinate")
    assert minute(watched) == ["no `campaign worker` works, so nothing goes out"]
    assert receiver.calls == []
    worker = Pulse()
    worker.name = "another:1"
    worker.begin(WORKER, "queue")
    worker.worked(watched.clock.now())
    with desk.store.write_one() as connection:
        beat(connection, worker, watched.clock.now())
    assert minute(watched) == []
    assert len(receiver.calls) == 1


class TestOnPostgresql:
    @pytest.fixture
    def database_url(self, postgres: Server) -> str:
        return postgres.new_database()

    def test_whoever_looks_from_outside_tells_that_the_database_is_away(
        self, office: Office, postgres: Server, receiver: Receiver
    ) -> None:
        office.apply()
        outside = shell_of(office).with_environment(
            CAMPAIGN_MAIL_SERVER="file:mail", CAMPAIGN_MAIL_FROM="desk@ico.example",
            CAMPAIGN_ALARM_TO="ops@ico.example", CAMPAIGN_ALARM_URL=receiver.address,
        )  # fmt: skip
        postgres.stop()
        try:
            shown = outside("watch")
        finally:
            postgres.start()
        assert shown.code == 1
        assert shown.out.startswith("WRONG  the PostgreSQL database ")
        assert "cannot be used" in letters(office.folder)[0][1]
        assert receiver.bodies[0]["alarms"][0]["kind"] == "database"


@pytest.mark.faults  # it waits a quarter of a minute for real processes
def test_a_process_that_is_killed_or_stands_still_is_noticed_from_outside(scene: Scene) -> None:
    with receiving() as receiver:
        scene.environment |= {
            "CAMPAIGN_MAIL_SERVER": "file:mail",
            "CAMPAIGN_MAIL_FROM": "desk@ico.example",
            "CAMPAIGN_ALARM_TO": "ops@ico.example",
            "CAMPAIGN_ALIVE_URL": receiver.address,
        }
        scene.plan(next_second(3600))
        scene.start()
        _until(lambda: len(receiver.calls) == 1)
        assert scene.campaign("watch").out == "Fine: posts go out, and nothing is overdue.\n"
        assert scene.process is not None
        os.kill(scene.process.pid, signal.SIGSTOP)
        scene.hour.by = timedelta(minutes=3)
        told = scene.campaign("watch")
        assert (told.code, told.out) == (
            1,
            "WRONG  no `campaign run` works, so nothing goes out\n",
        )
        assert len(letters(scene.folder)) == 1
        scene.hour.by = timedelta()
        os.kill(scene.process.pid, signal.SIGCONT)
        _until(lambda: scene.campaign("watch").code == 0)
        assert letters(scene.folder)[-1][0] == "Campaign Desk, real-time: over"
        scene.kill()
        scene.hour.by = timedelta(minutes=3)
        assert scene.campaign("watch", "--json").json()["found"][0]["kind"] == "publishing"
        assert len(letters(scene.folder)) == 3


def _until(so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not so():
        assert time.monotonic() < deadline
        time.sleep(0.2)


def test_a_process_that_is_told_to_end_leaves_no_heartbeat(watched: Office) -> None:
    def rows() -> list[str]:
        with watched.desk.store.read() as connection:
            return [one.kind for one in beats(connection)]

    minder = Minder(watched.desk.watched, lambda: None, lambda: None)
    _until(lambda: rows() == ["run"])
    minder.close()
    assert rows() == []


def test_the_minder_lives_on_whatever_goes_wrong(
    watched: Office, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(minding, "BEATS_EVERY", timedelta(milliseconds=10))
    monkeypatch.setattr(minding, "LOOKS_EVERY", timedelta(milliseconds=20))
    looks: list[int] = []

    def fails() -> None:
        looks.append(1)
        raise RuntimeError

    minder = Minder(watched.desk.watched, fails, lambda: None)
    _until(lambda: len(looks) > 3)
    minder.close()
    assert "the look at how things stand failed" in caplog.text
