"""A correction whose process stood still before its call: the newest words stand in the end."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any, cast

import pytest

from campaign.decisions.correcting import (
    approve_correction,
    ask_correction,
    drop_correction,
    with_text,
)
from campaign.publishing.amending import amend
from campaign.store.corrections import corrections_of
from campaign.store.deliveries import Change
from campaign.store.payloads import load_payload
from connectors.contract import Connector, NetworkName, OutgoingPost, RemoteId
from tests.campaign.office import DUE, Office
from tests.campaign.publishing.sleepers import wait

ID = "law-helps/ico-mastodon/1"
LONG = timedelta(days=1)


class Asleep:
    """A connector whose edit waits until others have acted, and then is made all the same."""

    def __init__(self, inner: Connector, meanwhile: Callable[[], None]) -> None:
        self._inner = inner
        self._meanwhile = meanwhile

    def correct(self, remote_id: RemoteId, post: OutgoingPost) -> Any:
        self._meanwhile()
        return self._inner.correct(remote_id, post)


@pytest.fixture
def database_url() -> str:
    """One kind of database: only the rows decide here."""
    return ""


@pytest.fixture(autouse=True)
def live(office: Office) -> None:
    office.apply()
    office.approve()
    office.publish_at(DUE)


def by(office: Office, who: str) -> Change:
    return Change(who=who, at=office.clock.now(), why="because")


def approved(office: Office, text: str) -> None:
    roles = {name: one.roles for name, one in office.schedule().people.items()}
    network = office.desk.networks[NetworkName("mastodon")]
    with office.desk.store.write() as connection:
        before = load_payload(connection, office.delivery(ID).content_hash)
        ask_correction(connection, ID, with_text(before, text), by(office, "ama"), network)
        approve_correction(connection, ID, by(office, "ben"), roles, speaks_for="")


def amend_asleep(office: Office, meanwhile: Callable[[], None]) -> None:
    desk = office.open()
    inner = desk.sign_in("ico-mastodon")  # the window that no look at the clock closes
    asleep = cast("Connector", Asleep(inner, meanwhile))
    amend(replace(desk.rig("sleeper"), connector_for=lambda _: asleep, call_timeout=-LONG), ID)
    desk.close()


def stages(office: Office) -> list[str]:
    with office.desk.store.read() as connection:
        return [str(one.stage) for one in corrections_of(connection, ID)]


def test_older_words_that_come_late_are_followed_by_the_newest_again(office: Office) -> None:
    approved(office, "First.")

    def meanwhile() -> None:
        wait(office, 91)  # another worker has made it
        approved(office, "Second.")
        wait(office, 1)
        assert office.texts("mastodon") == ["Second."]

    amend_asleep(office, meanwhile)
    assert office.texts("mastodon") == ["First."]
    assert stages(office) == ["done", "approved"]
    wait(office, 1)
    assert office.texts("mastodon") == ["Second."]
    assert stages(office) == ["done", "done"]


def test_words_that_were_taken_back_and_come_late_are_told_to_people(office: Office) -> None:
    approved(office, "First.")

    def meanwhile() -> None:
        office.clock.advance(office.lease)
        with office.desk.store.write() as connection:
            drop_correction(connection, ID, by(office, "ama"))

    amend_asleep(office, meanwhile)
    assert office.texts("mastodon") == ["First."]
    assert office.delivery(ID).note == (
        "a late call may have put the words of a correction up that was taken back; look"
    )
