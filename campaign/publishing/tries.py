"""What withdrawals and corrections have in common: a call that may be made again until it is sure.

A post of one's own is changed by asking; asking twice is asking once. So an unclear answer is not a
state of its own, as it is for a post: it is followed by the same question after a while.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TypeVar

from sqlalchemy.exc import DBAPIError

from campaign.publishing.callby import calls_until
from campaign.publishing.outcome import ACCESS_PAUSE, FIRST_WAIT, LONGEST_WAIT, SHORTEST_WAIT
from campaign.publishing.rig import Rig
from connectors.contract import (
    AccessRefused,
    ConnectorError,
    NetworkName,
    NotSent,
    OutcomeUnknown,
    Refused,
)

log = logging.getLogger(__name__)

Answer = TypeVar("Answer")


def ask(
    rig: Rig, network: str, lease_until: datetime | None, call: Callable[[], Answer]
) -> Answer | ConnectorError:
    """Make a call that ends within the lease; whatever goes wrong is an answer."""
    latest = rig.clock.now() if lease_until is None else lease_until - rig.call_timeout
    try:
        with calls_until(latest):
            return call()
    except ConnectorError as error:
        return error
    except DBAPIError:
        raise
    except Exception as error:
        # A fault in the connector itself: the request may have left.
        log.exception("connector failed", extra={"action": "change", "network": network})
        message = f"the connector failed ({type(error).__name__})"
        return OutcomeUnknown(message, network=NetworkName(network))


def is_final(error: ConnectorError) -> bool:
    """Whether the network will say no again, so that only a person can go on."""
    return isinstance(error, Refused) and not isinstance(error, AccessRefused)


def again_at(tries: int, error: ConnectorError, now: datetime) -> datetime:
    """Return when to ask again: by the network's own word, else after ever longer waits."""
    if isinstance(error, AccessRefused):
        return now + ACCESS_PAUSE
    if isinstance(error, NotSent) and error.retry_at:
        return max(error.retry_at, now + SHORTEST_WAIT)
    wait: timedelta = FIRST_WAIT * 2 ** min(tries - 1, 10)
    return now + min(wait, LONGEST_WAIT)
