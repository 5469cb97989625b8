"""Several workers on one database, by mistake or on purpose: the rows decide."""

import threading
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from typing import cast

from sqlalchemy import select

from campaign.publishing.hands import Hands
from campaign.publishing.publisher import publish
from campaign.publishing.recovery import recover_crashed
from campaign.store.deliveries import delivery_of
from campaign.store.tables import DELIVERY
from connectors.contract import Connector, OutgoingPost, Prepared, PublishedPost
from tests.campaign.office import DUE, ENTRY, POST, Office

MANY = 8


def many_posts(office: Office) -> None:
    entries = ""
    for number in range(MANY):
        name = f"post-{number}"
        office.write_post(name, POST.replace("Data", f"Number {number}: data"))
        entries += ENTRY.replace("law-helps", name)
    office.write_schedule(entries)
    office.apply()
    office.approve()


def test_three_workers_at_once_send_each_post_once(office: Office) -> None:
    many_posts(office)
    office.clock.move_to(DUE)
    desks = [office.desk, office.open(), office.open()]
    hands = [Hands(desk.rig(f"worker-{place}"), 4) for place, desk in enumerate(desks)]
    threads = [threading.Thread(target=one.run_until_idle) for one in hands]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for one in hands:
        one.close()
    for desk in desks[1:]:
        desk.close()
    assert Counter(office.states().values()) == {"published": 3 * MANY}
    for network in ("x", "mastodon", "bluesky"):
        texts = office.texts(network)
        assert len(texts) == len(set(texts)) == MANY
    with office.desk.store.read() as connection:
        attempts = [delivery_of(row).attempt for row in connection.execute(select(DELIVERY))]
    assert attempts == [1] * (3 * MANY)


def test_a_worker_that_wakes_up_after_its_lease_sends_nothing(office: Office) -> None:
    office.apply()
    office.approve()
    office.clock.move_to(DUE)
    rig = office.desk.rig("frozen")
    connector = office.desk.connector_for("ico-mastodon")
    slept = []

    class Frozen:
        """Sleeps through its lease in `prepare`, as a suspended machine does."""

        def prepare(self, post: OutgoingPost, resume: Prepared | None) -> Prepared:
            prepared = connector.prepare(post, resume)
            office.clock.move_to(DUE + timedelta(seconds=91))
            slept.extend(recover_crashed(office.desk.rig("other")))
            return prepared

        def publish(self, post: OutgoingPost, prepared: Prepared) -> PublishedPost:
            raise AssertionError("a worker without a lease called the network")

    frozen = replace(rig, connector_for=lambda _channel: cast("Connector", Frozen()))
    assert publish(frozen, "law-helps/ico-mastodon/1") is None
    assert slept == ["law-helps/ico-mastodon/1"]
    assert office.state("law-helps/ico-mastodon/1") == "unknown"
    assert office.texts("mastodon") == []


def test_a_late_answer_to_an_old_attempt_changes_nothing(office: Office) -> None:
    office.apply()
    office.approve()
    office.clock.move_to(DUE)
    rig = office.desk.rig("slow")
    connector = office.desk.connector_for("ico-x")

    class Slow:
        """Gets its answer when others have already settled the delivery."""

        def prepare(self, post: OutgoingPost, resume: Prepared | None) -> Prepared:
            return connector.prepare(post, resume)

        def publish(self, post: OutgoingPost, prepared: Prepared) -> PublishedPost:
            published = connector.publish(post, prepared)
            office.publish_at(DUE + timedelta(seconds=91))
            office.publish_at(DUE + timedelta(seconds=121))
            return published

    slow = replace(rig, connector_for=lambda _channel: cast("Connector", Slow()))
    assert publish(slow, "law-helps/ico-x/1") is None
    delivery = office.delivery("law-helps/ico-x/1")
    assert (delivery.state, delivery.evidence, delivery.attempt) == ("published", "found", 1)
    assert len(office.texts("x")) == 1
