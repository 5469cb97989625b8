"""Keeps what people enter of objectives: every value stays, the latest day's last one holds."""

from datetime import datetime

from sqlalchemy import Connection, insert, select

from campaign.models_reports import ObjectiveValue
from campaign.store.tables import OBJECTIVE_VALUE


def enter_value(connection: Connection, value: ObjectiveValue) -> None:
    """Add a person's value."""
    connection.execute(insert(OBJECTIVE_VALUE).values(**value.model_dump(exclude={"id"})))


def value_on(
    connection: Connection, objective: str, day: str, as_of: datetime
) -> ObjectiveValue | None:
    """Return what was known of an objective on a day, as far as it was entered by then."""
    query = (
        select(OBJECTIVE_VALUE)
        .where(OBJECTIVE_VALUE.c.objective == objective, OBJECTIVE_VALUE.c.known_on <= day)
        .where(OBJECTIVE_VALUE.c.recorded_at <= as_of)
        .order_by(OBJECTIVE_VALUE.c.known_on.desc(), OBJECTIVE_VALUE.c.id.desc())
        .limit(1)
    )
    row = connection.execute(query).first()
    if row is None:
        return None
    return ObjectiveValue(**row._mapping)  # noqa: SLF001 - the documented way to a row's mapping
