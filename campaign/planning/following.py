"""Deliveries that follow another one: the later parts of a thread, and reposts.

Each is a delivery of its own with its own payload, approved by itself; what it follows has to be
out first, and publishing sees to that.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from campaign.payload import Form, Payload
from campaign.planning.delivery import PlannedDelivery
from campaign.planning.occasion import Ledger, Occasion
from campaign.schedule.model import Schedule
from campaign.schedule.parties import Channel


def in_parts(first: PlannedDelivery, payloads: Sequence[Payload]) -> list[PlannedDelivery]:
    """Return a post's deliveries: the first part, then each part after the one before it."""
    found = [first]
    for part, payload in enumerate(payloads[1:], start=2):
        name = "comment" if payload.form is Form.COMMENT else str(part)
        later = replace(
            first,
            id=f"{first.id}/{name}",
            payload=payload,
            part=part,
            follows=found[-1].id,
            notes=(),
        )
        found.append(later)
    return found


def reposting(original: PlannedDelivery, account: Channel) -> Payload:
    """Return what an account passes on: the original's wording, so that it is what is approved."""
    return replace(
        original.payload,
        handle=account.handle or "",
        server=account.server,
        form=Form.REPOST,
        reposts=original.payload.content_hash,
    )


class Originals:
    """What the owner posts itself, by post and network: what partners can pass on."""

    def __init__(self, schedule: Schedule, deliveries: Iterable[PlannedDelivery]) -> None:
        self._schedule = schedule
        self._found: dict[tuple[str, str], list[PlannedDelivery]] = {}
        for one in deliveries:
            owner = schedule.partners[one.partner].owner
            if owner and one.mode == "connected" and one.part == 1:
                self._found.setdefault((one.post, one.network), []).append(one)

    def of(self, occasion: Occasion, ledger: Ledger) -> PlannedDelivery | None:
        """Return the post that a repost passes on; object where the owner has none there.

        The one of the same entry and run, else the last that is due before the repost.
        """
        channel = self._schedule.channels[occasion.channel]
        entry = self._schedule.schedule[occasion.entry].name
        found = self._found.get((occasion.post, channel.network), [])
        beside = [one for one in found if (one.entry, one.run) == (entry, occasion.run)]
        before = [one for one in found if one.due_at <= occasion.due_at]
        if beside or before:
            return beside[0] if beside else max(before, key=lambda one: (one.due_at, one.id))
        message = (
            f"“{occasion.channel}” reposts what the owner posts, and the owner does not post "
            f"“{occasion.post}” on {channel.network} by then: send it to a channel of the owner's "
            f"there, too"
        )
        kind = f"no original {occasion.post} {occasion.channel}"
        ledger.object(("schedule", occasion.entry, "send_to"), kind, message)
        return None
