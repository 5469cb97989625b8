"""A database that goes away between the last check and the call: nothing leaves, and we know it."""

from datetime import timedelta

import pytest

from campaign.outgoing import outgoing
from campaign.publishing.publisher import publish
from campaign.store.deliveries import get_delivery
from campaign.store.payloads import load_payload
from connectors.contract import DeliveryKey, NotSent, Prepared
from tests.campaign.office import DUE, Office
from tests.postgres import Server

DELIVERY = "law-helps/ico-mastodon/1"


@pytest.fixture
def database_url(postgres: Server) -> str:
    return postgres.new_database()


def test_who_cannot_ask_for_a_stop_makes_no_call(office: Office, postgres: Server) -> None:
    office.apply()
    office.approve()
    with office.desk.store.read() as connection:
        delivery = get_delivery(connection, DELIVERY)
        assert delivery is not None
        post = outgoing(load_payload(connection, delivery.content_hash), DeliveryKey("k"))
    connector = office.desk.connector_for("ico-mastodon")
    office.clock.move_to(DUE)
    before = len(office.rehearsal.requests("mastodon"))
    postgres.stop()
    try:
        with pytest.raises(NotSent, match=r"the database could not be used .*nothing of this step"):
            connector.publish(post, Prepared())
    finally:
        postgres.start()
    assert len(office.rehearsal.requests("mastodon")) == before
    office.clock.move_to(DUE + timedelta(seconds=2))
    assert publish(office.desk.rig("worker"), DELIVERY) == "published"
