"""How many requests one token may send: a bucket that fills steadily, one for each token.

It is kept in memory: one process serves the API, and a restart may be generous.
"""

import math
import threading
from collections import OrderedDict
from datetime import datetime, timedelta

MOST_AT_ONCE = 120
PER = timedelta(minutes=1)
"""A full bucket's worth comes back in this time."""
_KEPT = 1_000


class Pace:
    """The buckets of all tokens."""

    def __init__(self, most: int = MOST_AT_ONCE, per: timedelta = PER) -> None:
        self._most = most
        self._each_s = per.total_seconds() / most
        self._lock = threading.Lock()
        self._buckets: OrderedDict[str, tuple[float, datetime]] = OrderedDict()

    def wait_s(self, token_id: str, now: datetime) -> int:
        """Take one request from a token's bucket; return 0, or the seconds until there is one."""
        with self._lock:
            left, since = self._buckets.pop(token_id, (float(self._most), now))
            back = max(0.0, (now - since).total_seconds()) / self._each_s
            left = min(float(self._most), left + back)
            is_let_pass = left >= 1
            self._buckets[token_id] = (left - 1 if is_let_pass else left), max(now, since)
            if len(self._buckets) > _KEPT:
                self._buckets.popitem(last=False)
        return 0 if is_let_pass else math.ceil((1 - left) * self._each_s)
