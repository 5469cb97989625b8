"""The door of the stand-in for Mastodon: tokens and rate limits.

From Mastodon's documentation, "Rate limits", and the server's own 300 statuses in 3 hours.
"""

from datetime import datetime, timedelta

from rehearsal import mastodon_shapes as shapes
from rehearsal.accounts import Account
from rehearsal.exchange import RefusedError, Visit
from rehearsal.faults import Call
from rehearsal.rates import Allowance, RateLimit
from rehearsal.world import World

EVERYTHING = RateLimit(name="everything", units=300, window=timedelta(minutes=5))
FAMILIES = {
    Call.PUBLISH: RateLimit(name="statuses", units=300, window=timedelta(hours=3)),
    Call.MEDIA: RateLimit(name="media", units=30, window=timedelta(minutes=30)),
    Call.WITHDRAW: RateLimit(name="deletions", units=30, window=timedelta(minutes=30)),
}
ANYBODY = "this machine"


class MastodonDoor:
    """Checks tokens and counts requests."""

    def __init__(self, world: World) -> None:
        self._world = world

    def named(self, visit: Visit) -> Account | None:
        """Return the account whose token the request carries."""
        token = visit.bearer()
        if token is None:
            return None
        return self._world.accounts.by_credential("mastodon", "ACCESS_TOKEN", value=token)

    def admit(self, visit: Visit, call: Call | None = None) -> Account:
        """Return the signed-in account, after charging the general limit and the call's own."""
        account = self.named(visit)
        if account is None:
            raise RefusedError(shapes.error(401, "The access token is invalid"))
        self.charge(visit, account.handle, limit=EVERYTHING)
        if call in FAMILIES:
            self.charge(visit, account.handle, limit=FAMILIES[call])
        return account

    def let_in(self, visit: Visit) -> None:
        """Admit a request that needs no token."""
        self.charge(visit, ANYBODY, limit=EVERYTHING)

    def charge(self, visit: Visit, who: str, *, limit: RateLimit) -> None:
        """Count one request, leave the headers, refuse with 429 where nothing is left."""
        allowance = self._world.rates.charge(f"mastodon:{who}", limit)
        self._leave_headers(visit, allowance)
        if not allowance.granted:
            raise RefusedError(shapes.error(429, "Too many requests"))

    def refuse_for_rate(self, visit: Visit, call: Call) -> None:
        """Leave the headers of a used-up limit."""
        account = self.named(visit)
        who = account.handle if account else ANYBODY
        limit = FAMILIES.get(call, EVERYTHING)
        self._leave_headers(visit, self._world.rates.exhausted(f"mastodon:{who}", limit))

    def _leave_headers(self, visit: Visit, allowance: Allowance) -> None:
        visit.headers |= {
            "X-RateLimit-Limit": str(allowance.limit.units),
            "X-RateLimit-Remaining": str(allowance.remaining),
            "X-RateLimit-Reset": _with_microseconds(allowance.resets_at),
        }


def _with_microseconds(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
