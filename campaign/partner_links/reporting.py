"""A partner says where its post is: taken if it is on that network and of that account.

A report that was made already does no harm when it is made again. One post on a network is one
delivery: what another channel has reported is refused.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from sqlalchemy import Connection

from campaign.decisions.approvals import CannotDecideError
from campaign.decisions.settling import (
    AlreadyRecordedError,
    OtherAccountError,
    Seen,
    record,
)
from campaign.partner_links.posts import PartnerPost
from campaign.states import State
from campaign.store.deliveries import Change
from connectors.contract import Network

LONGEST_ADDRESS = 2000
TOO_EARLY = timedelta(days=31)
"""A post that is said to have gone out so long before its time has a slip in its date."""


class ReportError(Exception):
    """A report that cannot be taken; nothing was recorded, and the message says what to do."""

    def __init__(self, message: str, field: str = "url") -> None:
        self.field = field
        super().__init__(message)


@dataclass(frozen=True, kw_only=True, slots=True)
class Report:
    """What a partner says of one of its posts."""

    url: str
    published_at: datetime
    who: str


def report(
    connection: Connection, post: PartnerPost, network: Network, said: Report, now: datetime
) -> bool:
    """Record that a partner has posted; False where that was known. Raise `ReportError`."""
    url = said.url.strip()
    _check_address(url, network)
    if _is_known(post, network, url):
        return False
    _check_time(post, said.published_at, now)
    if not post.may_report:
        raise ReportError("This post waits for no report. Open the list to see where it stands.")
    change = Change(who=said.who, at=now, why=f"reported by the partner: {url}")
    seen = Seen(url=url, published_at=said.published_at, read_due_at=None)
    try:
        record(connection, post.id, change, network, seen)
    except OtherAccountError as error:
        raise ReportError(_no_post_of(post, network)) from error
    except AlreadyRecordedError as error:
        message = (
            "That address has been reported for another post already. Nothing was recorded. "
            "Give the address of this one."
        )
        raise ReportError(message) from error
    except CannotDecideError as error:
        message = "This post has just been changed by somebody else. Open the list again."
        raise ReportError(message) from error
    return True


def _check_address(url: str, network: Network) -> None:
    try:
        parts = urlsplit(url)
        is_one = parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        is_one = False
    if not is_one or len(url) > LONGEST_ADDRESS or any(one.isspace() for one in url):
        raise ReportError(
            f"That is no web address. Open your post on {network.title}, copy its address, which "
            "begins with https://, and paste it here."
        )


def _is_known(post: PartnerPost, network: Network, url: str) -> bool:
    """Whether exactly this was recorded before."""
    known = post.delivery.remote_id
    if post.state is not State.PUBLISHED or known is None:
        return False
    return network.read_permalink(url, post.handle, post.server) == known


def _check_time(post: PartnerPost, published_at: datetime, now: datetime) -> None:
    if published_at > now:
        raise ReportError("That time is still to come. Say when the post went out.", "time")
    if published_at < post.delivery.due_at - TOO_EARLY:
        message = "That is more than a month before the post's time. Look at the day and the year."
        raise ReportError(message, "time")


def _no_post_of(post: PartnerPost, network: Network) -> str:
    whose = f" of {post.handle}" if post.handle else ""
    return (
        f"That is no post{whose} on {network.title}. Nothing was recorded. Open the post on "
        f"{network.title} in the right account and copy its address."
    )
