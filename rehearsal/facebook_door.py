"""The door of the stand-in for Facebook: page tokens, and how much a page may ask in a day.

Calls for a page are limited to 4,800 a day for every engaged user (Meta, "Rate limits", business
use case); the stand-in takes every page to have a hundred of them.
"""

import json
from datetime import timedelta

from rehearsal import facebook_shapes as shapes
from rehearsal.accounts import Account
from rehearsal.exchange import RefusedError, Visit
from rehearsal.rates import Allowance, RateLimit
from rehearsal.world import World

A_DAY = RateLimit(name="calls", units=480_000, window=timedelta(days=1))


class FacebookDoor:
    """Checks who comes in, and counts calls."""

    def __init__(self, world: World) -> None:
        self._world = world

    def named(self, visit: Visit) -> Account | None:
        """Return the page whose token the request carries."""
        token = visit.bearer() or visit.query.get("access_token") or visit.form.get("access_token")
        if not token:
            return None
        return self._world.accounts.by_credential("facebook", "PAGE_TOKEN", value=token)

    def admit(self, visit: Visit, *, calls: int = 1) -> Account:
        """Return the page that is signed in, after counting its calls."""
        account = self.named(visit)
        if account is None:
            words = "Invalid OAuth access token - Cannot parse access token"
            raise RefusedError(shapes.bad_token(words))
        used = self._world.rates.charge(f"facebook:{account.handle}", A_DAY, units=calls)
        _leave_header(visit, account, used, minutes=0)
        if not used.granted:
            self.refuse_for_rate(visit)
            raise RefusedError(shapes.throttled())
        return account

    def own(self, account: Account, page: str) -> None:
        """Refuse what is about another page than the token's."""
        if page != account.remote_id:
            words = f"(#200) The token may not post as page {page}"
            raise RefusedError(shapes.error(200, words, status=403))

    def refuse_for_rate(self, visit: Visit) -> None:
        """Leave the header of a used-up limit."""
        account = self.named(visit)
        if account is None:
            return
        used = self._world.rates.exhausted(f"facebook:{account.handle}", A_DAY)
        left = used.resets_at - self._world.now()
        _leave_header(visit, account, used, minutes=max(1, int(left.total_seconds() // 60)))


def _leave_header(visit: Visit, account: Account, used: Allowance, *, minutes: int) -> None:
    share = 100 if minutes else 100 - 100 * used.remaining // used.limit.units
    use = {
        "type": "pages",
        "call_count": share,
        "total_cputime": share,
        "total_time": share,
        "estimated_time_to_regain_access": minutes,
    }
    visit.headers |= {"X-Business-Use-Case-Usage": json.dumps({account.remote_id: [use]})}
