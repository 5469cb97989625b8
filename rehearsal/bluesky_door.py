"""The door of the stand-in for Bluesky: sessions and rate limits.

Both as observed on the reference server (`@atproto/pds`, 2026). A bad token is answered with 400
there, not with 401.
"""

from datetime import timedelta
from typing import Any

from rehearsal.accounts import Account
from rehearsal.bluesky_ids import ACCESS_FOR, REFRESH_FOR, as_instant, claims_of, token
from rehearsal.exchange import Answer, RefusedError, Visit, as_json
from rehearsal.faults import Call
from rehearsal.rates import Allowance, RateLimit
from rehearsal.world import World

SERVICE = "did:web:pds.example"
ACCESS = "com.atproto.appPass"
REFRESH = "com.atproto.refresh"

EVERYTHING = RateLimit(name="everything", units=3000, window=timedelta(minutes=5))
SIGN_INS = (
    RateLimit(name="sign-in-day", units=300, window=timedelta(days=1)),
    RateLimit(name="sign-in", units=30, window=timedelta(minutes=5)),
)
WRITES = (
    RateLimit(name="writes-day", units=35_000, window=timedelta(days=1)),
    RateLimit(name="writes", units=5_000, window=timedelta(hours=1)),
)
BLOBS = (RateLimit(name="blobs", units=1000, window=timedelta(days=1)),)
FAMILIES = {
    Call.PUBLISH: WRITES,
    Call.WITHDRAW: WRITES,
    Call.MEDIA: BLOBS,
    Call.SIGN_IN: SIGN_INS,
}
MACHINE = "this machine"


def error(status: int, name: str, *, message: str) -> Answer:
    """Answer with the one error shape of XRPC."""
    return as_json(status, {"error": name, "message": message})


class BlueskyDoor:
    """Opens sessions, checks tokens, counts requests."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._secret = world.accounts.secret("bluesky", "", label="session key")
        self._given = 0

    def named(self, visit: Visit) -> Account | None:
        """Return the account whose token, good or expired, the request carries."""
        text = visit.bearer()
        claims = claims_of(self._secret, text) if text else None
        subject = str(claims.get("sub")) if claims else ""
        return self._world.accounts.by_remote_id("bluesky", subject)

    def admit(self, visit: Visit, *, scope: str = ACCESS) -> Account:
        """Return the signed-in account, or refuse the token by its name."""
        self.charge(visit, MACHINE, limits=(EVERYTHING,))
        text = visit.bearer()
        if text is None:
            raise RefusedError(error(401, "AuthMissing", message="Authentication Required"))
        claims = claims_of(self._secret, text)
        if claims is None:
            words = "Token could not be verified"
            raise RefusedError(error(400, "InvalidToken", message=words))
        if self._world.now() >= as_instant(claims["exp"]):
            raise RefusedError(error(400, "ExpiredToken", message="Token has expired"))
        account = self._world.accounts.by_remote_id("bluesky", claims["sub"])
        if claims["scope"] != scope or account is None:
            raise RefusedError(error(400, "InvalidToken", message="Bad token scope"))
        return account

    def let_in(self, visit: Visit) -> None:
        """Admit a request that needs no token."""
        self.charge(visit, MACHINE, limits=(EVERYTHING,))

    def charge(
        self, visit: Visit, who: str, *, limits: tuple[RateLimit, ...], units: int = 1
    ) -> None:
        """Count units against limits; the headers show the last, or the one that is used up."""
        for limit in limits:
            allowance = self._world.rates.charge(f"bluesky:{who}", limit, units=units)
            self._leave_headers(visit, allowance)
            if not allowance.granted:
                raise RefusedError(too_many())

    def refuse_for_rate(self, visit: Visit, call: Call) -> None:
        """Leave the headers of a used-up limit."""
        account = self.named(visit)
        limit = FAMILIES.get(call, (EVERYTHING,))[-1]
        who = account.handle if account and call in FAMILIES else MACHINE
        self._leave_headers(visit, self._world.rates.exhausted(f"bluesky:{who}", limit))

    def session(self, account: Account) -> dict[str, Any]:
        """Return a new pair of tokens and who they belong to."""
        return {
            "accessJwt": self._token(account, ACCESS, life=ACCESS_FOR),
            "refreshJwt": self._token(account, REFRESH, life=REFRESH_FOR),
        } | who_is(account)

    def _token(self, account: Account, scope: str, *, life: timedelta) -> str:
        self._given += 1
        now = self._world.now()
        claims = {
            "scope": scope,
            "sub": account.remote_id,
            "iat": int(now.timestamp()),
            "exp": int((now + life).timestamp()),
            "aud": SERVICE,
            "jti": str(self._given),
        }
        return token(self._secret, claims)

    def _leave_headers(self, visit: Visit, allowance: Allowance) -> None:
        window = int(allowance.limit.window.total_seconds())
        visit.headers |= {
            "ratelimit-limit": str(allowance.limit.units),
            "ratelimit-remaining": str(allowance.remaining),
            "ratelimit-reset": str(int(allowance.resets_at.timestamp())),
            "ratelimit-policy": f"{allowance.limit.units};w={window}",
        }
        if not allowance.granted:
            wait = (allowance.resets_at - self._world.now()).total_seconds()
            visit.headers["retry-after"] = str(max(int(wait), 1))


def too_many() -> Answer:
    """Answer 429."""
    return error(429, "RateLimitExceeded", message="Rate Limit Exceeded")


def who_is(account: Account) -> dict[str, Any]:
    """Return an account as sessions name it."""
    return {
        "did": account.remote_id,
        "handle": account.credentials["IDENTIFIER"],
        "email": f"desk@{account.credentials['IDENTIFIER']}",
        "emailConfirmed": True,
        "active": True,
        "didDoc": {
            "@context": ["https://www.w3.org/ns/did/v1"],
            "id": account.remote_id,
            "alsoKnownAs": [f"at://{account.credentials['IDENTIFIER']}"],
            "service": [
                {
                    "id": "#atproto_pds",
                    "type": "AtprotoPersonalDataServer",
                    "serviceEndpoint": "https://pds.example",
                }
            ],
        },
    }
