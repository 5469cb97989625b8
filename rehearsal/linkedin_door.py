"""The door of the stand-in for LinkedIn: tokens, API versions, Rest.li's own headers, quotas.

How many posts a page may make is shown to an app's owner only; 150 a day is what others report.
"""

import re
from datetime import timedelta
from urllib.parse import unquote

from rehearsal import linkedin_shapes as shapes
from rehearsal.accounts import Account
from rehearsal.exchange import RefusedError, Visit
from rehearsal.rates import RateLimit
from rehearsal.world import World

POSTS_A_DAY = RateLimit(name="posts", units=150, window=timedelta(days=1))
OLDEST_VERSION, NEWEST_VERSION = "202509", "202609"
_LIST = re.compile(r"(?:^|&)(?P<name>\w+)=List\((?P<members>[^()&]*)\)(?=&|$)")


class LinkedInDoor:
    """Checks who comes in, and how they speak."""

    def __init__(self, world: World) -> None:
        self._world = world

    def named(self, visit: Visit) -> Account | None:
        """Return the account whose token the request carries."""
        token = visit.bearer()
        if token is None:
            return None
        return self._world.accounts.by_credential("linkedin", "ACCESS_TOKEN", value=token)

    def admit(self, visit: Visit, method: str = "") -> Account:
        """Return the signed-in page; `method` is the Rest.li method that has to be named."""
        account = self.named(visit)
        if visit.bearer() is None:
            raise RefusedError(shapes.error(401, "EMPTY_ACCESS_TOKEN", "Empty oauth2 access token"))
        if account is None:
            raise RefusedError(shapes.error(401, "INVALID_ACCESS_TOKEN", "Invalid access token"))
        _check_version(visit.header("LinkedIn-Version"))
        if visit.header("X-Restli-Protocol-Version") != "2.0.0":
            words = "The rehearsal speaks Rest.li 2.0.0 only"
            raise RefusedError(shapes.error(400, "ILLEGAL_ARGUMENT", words))
        if method and visit.header("X-RestLi-Method").upper() != method:
            words = f"X-RestLi-Method has to be {method} here"
            raise RefusedError(shapes.error(400, "ILLEGAL_ARGUMENT", words))
        return account

    def charge_post(self, account: Account) -> None:
        """Count one post against the day's quota."""
        if not self._world.rates.charge(f"linkedin:{account.handle}", POSTS_A_DAY).granted:
            raise RefusedError(shapes.throttled())


def own(account: Account, urn: str) -> None:
    """Refuse what is about another page than the token's."""
    if urn != shapes.owner_urn(account):
        words = "Not enough permissions to access this page"
        raise RefusedError(shapes.error(403, "ACCESS_DENIED", words))


def lists_in(visit: Visit) -> dict[str, list[str]]:
    """Return the `List(…)` parameters; their members have to be encoded, the signs around not."""
    raw = visit.request.query_string.decode("latin-1")
    found = {one["name"]: one["members"].split(",") for one in _LIST.finditer(raw)}
    for members in found.values():
        if any(":" in one for one in members):
            words = "Invalid query parameters: a member of a List has to be encoded"
            raise RefusedError(shapes.error(400, "PARAM_INVALID", words))
    return {name: [unquote(one) for one in members] for name, members in found.items()}


def _check_version(version: str) -> None:
    if not version:
        words = "A version must be present. Please specify a version by adding the header."
        raise RefusedError(shapes.error(400, "VERSION_MISSING", words))
    if not OLDEST_VERSION <= version <= NEWEST_VERSION:
        words = f"Requested version {version} is not active"
        raise RefusedError(shapes.error(426, "NONEXISTENT_VERSION", words))
