"""Whom a partner's links may be sent to: the contacts that the schedule names."""

from campaign.schedule.model import Schedule


def addresses_of(schedule: Schedule, partner: str) -> tuple[str, ...]:
    """Return the e-mail addresses of a partner's contacts, in the order of the schedule."""
    known = schedule.partners.get(partner)
    return tuple(one.email for one in known.contacts) if known else ()


def partners_reached_at(schedule: Schedule, address: str) -> tuple[str, ...]:
    """Return the partners that name this address among their contacts."""
    sought = same(address)
    return tuple(
        partner
        for partner in schedule.partners
        if sought in {same(one) for one in addresses_of(schedule, partner)}
    )


def same(address: str) -> str:
    """Return an address so that two ways of writing it are equal."""
    return address.strip().casefold()
