"""The bench of tests/connectors with the real server on it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import cast

from campaign.clock import SteppedClock
from connectors.bluesky import NETWORK
from rehearsal.server import Rehearsal
from tests.connectors.bench import START, Bench
from tests.connectors.test_bluesky import SAMPLE
from tests.networks.law_server import LawServer
from tests.networks.relay import relaying
from tests.networks.xrpc import Account


@contextmanager
def real_bench(account: Account) -> Iterator[Bench]:
    """Put one account of the real server on the bench, with a relay between it and us."""
    assert NETWORK.connect is not None
    clock = SteppedClock(START)
    with relaying(account.server) as relay:
        bench = Bench(
            sample=replace(SAMPLE, handle=account.handle),
            # The laws ask it only for what a LawServer has.
            rehearsal=cast("Rehearsal", LawServer(relay, account, clock.now)),
            clock=clock,
            credentials={"IDENTIFIER": account.handle, "APP_PASSWORD": account.app_password},
            connect=NETWORK.connect,
        )
        yield bench
        for connector in bench.opened:
            connector.close()
