"""Whether a partner's logo may be shown on the day to which a person moves a delivery."""

from datetime import datetime

from sqlalchemy import Connection, select

from campaign.models import Delivery
from campaign.payload import Form
from campaign.schedule.local_time import wall_clock
from campaign.schedule.model import Schedule
from campaign.store.payloads import load_payload
from campaign.store.tables import CAMPAIGN


def logo_forbids(connection: Connection, delivery: Delivery, due_at: datetime) -> str:
    """Say why the logo on a delivery's pictures keeps it from a day; empty where nothing does.

    The plan refuses the same day; a decision is not made of the plan, so it asks here.
    """
    text = connection.execute(select(CAMPAIGN.c.schedule_json)).scalar()
    schedule = Schedule.model_validate_json(text) if text else None
    partner = schedule.partners.get(delivery.partner) if schedule else None
    if schedule is None or partner is None or partner.co_branding == "none":
        return ""
    payload = load_payload(connection, delivery.content_hash)
    leave = partner.logo_permission
    day = wall_clock(due_at, schedule.zone).date()
    if leave is None or leave.covers(day) or not payload.media or payload.form is Form.REPOST:
        return ""
    first, last = (f"{one.day} {one:%B %Y}" for one in (leave.from_on, leave.until_on))
    return f"its pictures show the logo of {partner.name}, which may be used from {first} to {last}"
