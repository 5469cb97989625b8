import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from campaign.schedule.known import NETWORKS as NAMES
from campaign.schedule.schema import schedule_schema
from connectors.registry import NETWORKS

COMMITTED = Path(__file__).parents[3] / "schedule.schema.json"

GOOD: dict[str, Any] = {
    "campaign": "spring",
    "runs": {"from": "2027-01-11", "until": "2027-04-30"},
    "partners": {"ico": {"name": "The Office"}},
    "channels": {"ico-x": {"network": "x", "partner": "ico", "handle": "@ico.example"}},
    "schedule": [{"post": "law", "at": "2027-01-12 08:30", "send_to": ["all"], "stagger": "20m"}],
}


def test_the_committed_schema_is_the_one_the_model_gives() -> None:
    assert json.loads(COMMITTED.read_text(encoding="utf-8")) == schedule_schema()


def test_the_schema_takes_a_good_schedule() -> None:
    jsonschema.validate(GOOD, schedule_schema())


@pytest.mark.parametrize(
    "wrong",
    [
        {"campain": "spring"},
        {"campaign": "Spring Campaign"},
        {"runs": {"from": "2027-01-11"}},
        {"schedule": [{"post": "law", "at": "12:30", "send_to": ["all"]}]},
        {"schedule": [{"post": "law", "at": "2027-01-12 08:30", "send_to": "all"}]},
        {"channels": {"ico-x": {"network": "twitter", "partner": "ico"}}},
    ],
)
def test_the_schema_refuses_what_the_reader_refuses(wrong: dict[str, Any]) -> None:
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(GOOD | wrong, schedule_schema())


def test_a_schedule_may_name_exactly_the_networks_of_the_registry() -> None:
    assert sorted(NAMES) == sorted(NETWORKS)
