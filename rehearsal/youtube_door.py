"""The door of the stand-in for YouTube: tokens, and what a project may ask in a day.

A project has 10,000 units and 100 uploads a day, given back at midnight in California, and all of
its users share them (Google's documentation, "Quota costs").
"""

from collections import Counter
from datetime import date
from zoneinfo import ZoneInfo

from rehearsal import youtube_shapes as shapes
from rehearsal.accounts import Account
from rehearsal.exchange import RefusedError, Visit
from rehearsal.world import World

UNITS, UPLOADS = 10_000, 100
PACIFIC = ZoneInfo("America/Los_Angeles")


class YouTubeDoor:
    """Checks who comes in, and counts units."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._used: Counter[tuple[date, str]] = Counter()

    def named(self, visit: Visit) -> Account | None:
        """Return the channel whose token the request carries."""
        token = visit.bearer()
        if token is None:
            return None
        return self._world.accounts.by_credential("youtube", "ACCESS_TOKEN", value=token)

    def admit(self, visit: Visit, *, units: int = 0, uploads: int = 0) -> Account:
        """Return the channel that is signed in, after counting what the call costs."""
        account = self.named(visit)
        if account is None:
            raise RefusedError(shapes.unauthorized())
        today = self._world.now().astimezone(PACIFIC).date()
        for bucket, cost, most in (("units", units, UNITS), ("uploads", uploads, UPLOADS)):
            if self._used[today, bucket] + cost > most:
                raise RefusedError(shapes.quota_exceeded())
            self._used[today, bucket] += cost
        return account
