"""Faults that a test or a rehearsal asks a stand-in network for.

Each is used up a counted number of times, so that whoever ordered one can prove afterwards that it
really happened.
"""

import threading
from dataclasses import dataclass, replace
from enum import StrEnum


class Call(StrEnum):
    """What a request wants from a network; every address belongs to exactly one."""

    PUBLISH = "publish"
    MEDIA = "media"
    FIND = "find"
    """The account's own posts: X and Mastodon timelines, Bluesky `getRecord`, `listRecords`."""
    READ = "read"
    """Counts of named posts."""
    ACCOUNT = "account"
    SIGN_IN = "sign-in"
    LIMITS = "limits"
    WITHDRAW = "withdraw"
    EDIT = "edit"
    """Other words for a post that is out."""


class Fault(StrEnum):
    """What goes wrong."""

    REFUSE = "refuse"
    """The network says no in its own words; nothing is stored."""
    RATE_LIMIT = "rate-limit"
    """429 with the network's own headers; nothing is stored."""
    BARE_RATE_LIMIT = "bare-rate-limit"
    """The same without a word of when to come again; nothing is stored."""
    DROP_BEFORE_STORING = "drop-before-storing"
    """The request is read, nothing is stored, the connection is dropped."""
    STORE_THEN_DROP = "store-then-drop"
    """The work is done, the connection is dropped without an answer."""
    FAIL_BEFORE_STORING = "fail-before-storing"
    """500; nothing is stored."""
    STORE_THEN_FAIL = "store-then-fail"
    """The work is done, the answer is 500."""
    SLOW = "slow"
    """The work is done at once, the answer comes after `seconds` of real time."""
    EXPIRED_TOKEN = "expired-token"  # noqa: S105 - the name of a fault
    """The credentials are said to be no longer good; nothing is stored."""
    HTML_ERROR = "html-error"
    """502 with a page for people, as a proxy gives it; nothing is stored."""
    EMPTY_ERROR = "empty-error"
    """503 with an empty body; nothing is stored."""
    ODD_JSON = "odd-json"
    """The work is done; the answer has the right status and JSON of no documented shape."""
    MORE_FIELDS = "more-fields"
    """The work is done; every object of the answer has fields that nobody has documented yet."""
    STILL_PROCESSING = "still-processing"
    """Uploads to Mastodon (202, then 206) and LinkedIn (PROCESSING), videos on X (in_progress) and
    YouTube (uploaded), containers of Instagram and Threads (IN_PROGRESS): not done before `seconds`
    of the rehearsal's clock have passed."""


DONE_FIRST = frozenset(
    {
        Fault.STORE_THEN_DROP,
        Fault.STORE_THEN_FAIL,
        Fault.SLOW,
        Fault.ODD_JSON,
        Fault.MORE_FIELDS,
    }
)
"""Faults in which the work is done; they wait for a request that the network accepts."""

PROCESSES = frozenset({"x", "mastodon", "linkedin", "instagram", "threads", "youtube"})
"""Networks whose uploads may be in the works for a while."""

DROPS = frozenset({Fault.DROP_BEFORE_STORING, Fault.STORE_THEN_DROP})


@dataclass(frozen=True, kw_only=True, slots=True)
class PendingFault:
    """A fault that was ordered and has not yet happened as often as ordered."""

    network: str
    fault: Fault
    on: Call
    handle: str | None
    """None for whoever comes."""
    seconds: float
    left: int


class FaultBook:
    """The faults still to come, in the order they were ordered; safe for many threads."""

    def __init__(self) -> None:
        self._pending: list[PendingFault] = []
        self._lock = threading.Lock()

    def order(self, pending: PendingFault) -> None:
        """Put a fault at the end of the list."""
        if pending.left < 1:
            message = f"a fault must happen at least once, not {pending.left} times"
            raise ValueError(message)
        if pending.fault is Fault.STILL_PROCESSING and (
            pending.network not in PROCESSES or pending.on is not Call.MEDIA
        ):
            message = "what Bluesky and Facebook take is never still processing"
            raise ValueError(message)
        with self._lock:
            self._pending.append(pending)

    def take(self, network: str, call: Call, *, handle: str | None) -> PendingFault | None:
        """Use up one turn of the first fault that fits the request."""
        with self._lock:
            for place, pending in enumerate(self._pending):
                if (pending.network, pending.on) != (network, call):
                    continue
                if pending.handle not in (None, handle):
                    continue
                self._use(place, pending)
                return pending
        return None

    def give_back(self, pending: PendingFault) -> None:
        """Undo `take`: the fault could not happen, because the request was refused anyway."""
        with self._lock:
            for place, other in enumerate(self._pending):
                if replace(other, left=pending.left) == pending:
                    self._pending[place] = replace(other, left=other.left + 1)
                    return
            self._pending.insert(0, replace(pending, left=1))

    def pending(self) -> list[PendingFault]:
        """List the faults that have not happened yet."""
        with self._lock:
            return list(self._pending)

    def _use(self, place: int, pending: PendingFault) -> None:
        if pending.left == 1:
            del self._pending[place]
        else:
            self._pending[place] = replace(pending, left=pending.left - 1)
