"""The door of the stand-in for X: who comes in, and how often (X "Rate limits", August 2026)."""

from datetime import timedelta

from rehearsal import x_shapes as shapes
from rehearsal.accounts import Account
from rehearsal.exchange import RefusedError, Visit
from rehearsal.faults import Call
from rehearsal.oauth1 import is_signed, oauth_parameters
from rehearsal.rates import Allowance, RateLimit
from rehearsal.world import World

QUARTER = timedelta(minutes=15)
DAY = timedelta(hours=24)
PER_ACCOUNT = {
    "publish": RateLimit(name="publish", units=100, window=QUARTER),
    "delete": RateLimit(name="delete", units=50, window=QUARTER),
    "posts": RateLimit(name="posts", units=5000, window=QUARTER),
    "timeline": RateLimit(name="timeline", units=900, window=QUARTER),
    "me": RateLimit(name="me", units=75, window=QUARTER),
    "upload": RateLimit(name="upload", units=500, window=QUARTER),
    "metadata": RateLimit(name="metadata", units=500, window=QUARTER),
}
PER_APP = {
    "publish": RateLimit(name="app-publish", units=10_000, window=DAY),
    "upload": RateLimit(name="app-upload", units=50_000, window=DAY),
    "metadata": RateLimit(name="app-metadata", units=50_000, window=DAY),
}
APP = "the app"
USUAL_FAMILY = {
    Call.PUBLISH: "publish",
    Call.WITHDRAW: "delete",
    Call.READ: "posts",
    Call.FIND: "timeline",
    Call.ACCOUNT: "me",
    Call.MEDIA: "upload",
}
OF_AN_APP = "AAAA"
"""How the bearer tokens begin that stand for an app and no account."""
WRITES = frozenset({"publish", "delete", "upload", "metadata"})


class XDoor:
    """Checks signatures and counts requests."""

    def __init__(self, world: World) -> None:
        self._world = world

    def named(self, visit: Visit) -> Account | None:
        """Return the account whose token the request names; a signature is not checked here."""
        bearer = visit.bearer()
        if bearer is not None:
            return self._world.accounts.by_credential("x", "USER_TOKEN", value=bearer)
        parameters = oauth_parameters(visit.header("Authorization")) or {}
        token = parameters.get("oauth_token", "")
        return self._world.accounts.by_credential("x", "ACCESS_TOKEN", value=token)

    def admit(self, visit: Visit, family: str) -> Account:
        """Return the signed-in account, after charging its limits."""
        account = self.named(visit)
        if visit.bearer() is None and account is not None and not self._signed(visit, account):
            raise RefusedError(shapes.unauthorized())
        if family in WRITES and (visit.bearer() or "").startswith(OF_AN_APP):
            raise RefusedError(shapes.app_only())
        if account is None:
            raise RefusedError(shapes.unauthorized())
        self._charge(visit, account, family=family)
        return account

    def refuse_for_rate(self, visit: Visit, call: Call) -> None:
        """Leave the headers of a used-up limit."""
        account = self.named(visit)
        limit = PER_ACCOUNT[USUAL_FAMILY[call]]
        who = account.handle if account else ""
        _leave_headers(visit, self._world.rates.exhausted(f"x:{who}", limit))

    def _signed(self, visit: Visit, account: Account) -> bool:
        parameters = oauth_parameters(visit.header("Authorization")) or {}
        keys = account.credentials
        known = parameters.get("oauth_consumer_key") == keys["API_KEY"]
        return known and is_signed(
            visit, parameters, secrets=(keys["API_SECRET"], keys["ACCESS_TOKEN_SECRET"])
        )

    def _charge(self, visit: Visit, account: Account, *, family: str) -> None:
        own = self._world.rates.charge(f"x:{account.handle}", PER_ACCOUNT[family])
        _leave_headers(visit, own)
        if not own.granted:
            raise RefusedError(shapes.too_many_requests())
        if family not in PER_APP:
            return
        whole = self._world.rates.charge(f"x:{APP}", PER_APP[family])
        visit.headers |= {
            "x-app-limit-24hour-limit": str(whole.limit.units),
            "x-app-limit-24hour-remaining": str(whole.remaining),
            "x-app-limit-24hour-reset": str(int(whole.resets_at.timestamp())),
        }
        if not whole.granted:
            raise RefusedError(shapes.too_many_requests())


def _leave_headers(visit: Visit, allowance: Allowance) -> None:
    visit.headers |= {
        "x-rate-limit-limit": str(allowance.limit.units),
        "x-rate-limit-remaining": str(allowance.remaining),
        "x-rate-limit-reset": str(int(allowance.resets_at.timestamp())),
    }
