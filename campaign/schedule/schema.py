"""The JSON Schema of schedule.yaml, for editors that complete and check while one types."""

from typing import Any

from campaign.schedule.model import Schedule

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schedule_schema() -> dict[str, Any]:
    """Return the schema as `campaign schema` prints it and schedule.schema.json holds it."""
    schema = Schedule.model_json_schema(by_alias=True)
    schema["title"] = "Campaign Desk schedule"
    _name_the_kinds_of_entry(schema)
    return {"$schema": DIALECT, **schema}


def _name_the_kinds_of_entry(schema: dict[str, Any]) -> None:
    schema["$defs"]["SingleEntry"]["title"] = "One post at a fixed time"
    schema["$defs"]["QueueEntry"]["title"] = "Posts one after the other through a slot"
