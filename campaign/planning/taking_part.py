"""Refuses what would go out on a partner's channel before it has come or after it has left."""

from campaign.planning.calendar import Calendar, day_text, wall_text
from campaign.planning.occasion import Ledger, Occasion
from campaign.schedule.partner import Partner


def check_taking_part(ledger: Ledger, calendar: Calendar) -> None:
    """Object to every occasion outside the days for which its partner takes part."""
    channels, partners = calendar.schedule.channels, calendar.schedule.partners
    limited = {name for name, one in partners.items() if one.from_on or one.until_on}
    for one in ledger.occasions if limited else ():
        name = channels[one.channel].partner
        partner = partners[name]
        if name in limited and not partner.takes_part(calendar.local(one.due_at).date()):
            message = _message(one, name, partner, calendar)
            ledger.object(("schedule", one.entry, "send_to"), f"taking part {name}", message)


def _message(one: Occasion, name: str, partner: Partner, calendar: Calendar) -> str:
    local = calendar.local(one.due_at)
    first, last = partner.from_on, partner.until_on
    if first is not None and local.date() < first:
        limit = f"{partner.name} takes part only from {day_text(first)}"
    else:
        limit = f"{partner.name} takes part only until {day_text(last or local.date())}"
    return (
        f"“{one.post}” would go out on {one.channel} at {wall_text(local)}, but {limit}; "
        f"leave partner {name} out of this entry, or move it"
    )
