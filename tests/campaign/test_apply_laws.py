"""Laws of plan and apply under random edits: it does what the diff said, and nothing else."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, update

from campaign.apply import apply, difference
from campaign.diff import Difference
from campaign.models import Delivery
from campaign.plan import PlannedDelivery
from campaign.schedule.model import Schedule
from campaign.schedule.reading import read_schedule
from campaign.states import State
from campaign.store.database import Store, open_store
from campaign.store.deliveries import Change, list_deliveries
from campaign.store.tables import DELIVERY
from tests.campaign.deliveries import NOW, TUESDAY, planned
from tests.campaign.test_apply import SCHEDULE

CHANNELS = {
    "ico-x": {"network": "x", "mode": "connected"},
    "npcc-x": {"network": "x", "mode": "connected"},
    "npcc-linkedin": {"network": "linkedin", "mode": "pack"},
}
IDS = [f"{post}/{channel}/1" for post in ("myth", "fact") for channel in CHANNELS]
PAST, HOUR = NOW - timedelta(hours=1), timedelta(hours=1)

# What may stand in the schedule for one delivery; the post and the text of it are edited freely.
wanted = st.fixed_dictionaries(
    {
        "text": st.sampled_from(["One.", "Two."]),
        "post": st.sampled_from(["myth", "fact"]),
        "partner": st.sampled_from(["ico", "npcc"]),
        "due_at": st.sampled_from([PAST, TUESDAY, TUESDAY + HOUR, TUESDAY + 24 * HOUR]),
        "late_limit": st.sampled_from([HOUR / 2, HOUR]),
        "gates": st.sampled_from([(), ("approval",), ("approval", "legal")]),
    }
)
edits = st.dictionaries(st.sampled_from(IDS), wanted)
events = st.dictionaries(st.sampled_from(IDS), st.sampled_from(sorted(State)))
steps = st.lists(st.tuples(edits, events), min_size=1, max_size=4)

# Written out, not taken from the code: what has been acted on keeps its time, what is over keeps
# everything.
MOVABLE = {"awaiting-approval", "planned", "with-partner"}
REWORDABLE = MOVABLE | {"held", "missed", "refused"}
OVER = {"sending", "published", "unknown", "cancelled", "declined", "no-answer", "withdrawn"}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    opened = open_store(f"sqlite:///{tmp_path_factory.mktemp('laws')}/campaign.db")
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def schedule(tmp_path_factory: pytest.TempPathFactory) -> Schedule:
    file: Path = tmp_path_factory.mktemp("laws") / "schedule.yaml"
    file.write_text(SCHEDULE, encoding="utf-8")
    return read_schedule(file)


@given(steps)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_applying_does_what_the_plan_said_and_nothing_else(
    store: Store, schedule: Schedule, steps: list[tuple[Mapping[str, Any], Mapping[str, str]]]
) -> None:
    with store.engine.connect() as connection:
        for edit, event in steps:
            deliveries = [_planned(one, **fields) for one, fields in edit.items()]
            _apply_and_check(connection, schedule, deliveries)
            for one, state in event.items():
                force = update(DELIVERY).where(DELIVERY.c.id == one).values(state=state)
                connection.execute(force)
        connection.rollback()


def _planned(delivery: str, **fields: Any) -> PlannedDelivery:
    return planned(delivery, **CHANNELS[delivery.split("/")[1]], **fields)


def _apply_and_check(
    connection: Connection, schedule: Schedule, deliveries: list[PlannedDelivery]
) -> None:
    before = _rows(connection)
    found = difference(connection, schedule, deliveries, NOW)
    assert difference(connection, schedule, deliveries, NOW).to_json() == found.to_json()
    assert _rows(connection) == before  # planning changes nothing
    apply(connection, schedule, found, found, Change(who="ama", at=NOW, why="applied"))
    after = _rows(connection)
    wanted = {one.id: one for one in deliveries}
    assert difference(connection, schedule, deliveries, NOW).empty
    assert after.keys() == before.keys() | wanted.keys()  # no row ever goes
    named = {line.delivery for line in found.lines}
    for one in after.keys() - named:
        assert after[one] == before[one]
    for one, row in before.items():
        if row["state"] in OVER:
            assert after[one] == row
    _check_lines(found, wanted, before, after)


def _check_lines(
    found: Difference,
    wanted: Mapping[str, PlannedDelivery],
    before: Mapping[str, Mapping[str, Any]],
    after: Mapping[str, Mapping[str, Any]],
) -> None:
    for line in found.lines:
        row = after[line.delivery]
        if line.kind.value == "cancel":
            assert line.delivery not in wanted
            assert row == {**before[line.delivery], "state": "cancelled"}
            continue
        one = wanted[line.delivery]
        assert (line.kind.value == "add") == (line.delivery not in before)
        assert row["content_hash"] == one.payload.content_hash
        assert (row["post"], row["partner"]) == (one.post, one.partner)
        assert row["gates"] == ",".join(one.gates)
        was = "awaiting-approval" if line.kind.value == "add" else before[line.delivery]["state"]
        assert was in REWORDABLE
        if was in MOVABLE:
            assert row["due_at"] == one.due_at
            assert row["state"] in {"missed", _ready(one)}
        else:
            assert (row["due_at"], row["state"]) == (before[line.delivery]["due_at"], was)


def _ready(one: PlannedDelivery) -> str:
    """Where a delivery stands to which nobody has said anything."""
    if one.gates:
        return "awaiting-approval"
    return "with-partner" if one.mode == "pack" else "planned"


def _rows(connection: Connection) -> dict[str, dict[str, Any]]:
    return {one.id: _fields(one) for one in list_deliveries(connection)}


def _fields(row: Delivery) -> dict[str, Any]:
    return row.model_dump()
