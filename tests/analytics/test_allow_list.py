"""Nothing about people is stored, whatever a network's answer holds."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from campaign.clock import SteppedClock
from campaign.store.tables import ACCOUNT_SNAPSHOT, READING, SERIES, SERIES_KIND, SNAPSHOT
from connectors.contract import Missing
from connectors.registry import NETWORKS
from rehearsal.server import Rehearsal
from tests.campaign.office import DUE, MONDAY, Office

ALLOWED = {
    *(str(one) for one in Missing),
    "api",
    *(
        text
        for network in NETWORKS.values()
        for definition in (*network.capabilities.metrics, *network.capabilities.account_metrics)
        for text in (definition.id, str(definition.metric))
    ),
}


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    clock = SteppedClock(MONDAY)
    with Rehearsal(now=clock.now) as rehearsal:
        office = Office(tmp_path, rehearsal, clock)
        yield office
        office.close()


def test_of_every_networks_answer_only_listed_counts_are_stored(office: Office) -> None:
    office.apply()
    office.approve()
    office.publish_at(DUE)
    office.clock.advance(timedelta(hours=1, minutes=1))
    summary = office.collect()
    assert (summary.posts_read, summary.accounts_read, summary.failures) == (3, 3, ())
    with office.desk.store.read() as connection:
        posts = connection.execute(select(SNAPSHOT)).mappings().all()
        accounts = connection.execute(select(ACCOUNT_SNAPSHOT)).mappings().all()
    deliveries, channels = set(office.states()), {"ico-x", "ico-mastodon", "ico-bluesky"}
    texts = {value for row in (*posts, *accounts) for value in row.values()}
    words = {value for value in texts if isinstance(value, str)}
    assert words <= ALLOWED | deliveries | channels
    assert {row["delivery_id"].split("/")[1] for row in posts} == channels
    assert {row["channel"] for row in accounts} == channels


def test_the_tables_of_numbers_have_no_place_for_anything_else() -> None:
    columns = {
        table.name: {column.name for column in table.columns}
        for table in (SERIES, SERIES_KIND, READING, ACCOUNT_SNAPSHOT)
    }
    assert columns == {
        "series": {"id", "delivery_id", "kind"},
        "series_kind": {"id", "metric", "definition", "source"},
        "reading": {"series_id", "observed_at", "recorded_at", "value", "reason"},
        "account_snapshot": {
            *("id", "channel", "metric", "definition"),
            *("observed_at", "recorded_at", "value", "reason"),
        },
    }
