"""The laws of care: every call ends in time, nothing sleeps, and no secret is ever shown."""

import logging
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

import pytest

from connectors.contract import Connector, ConnectorError, OutcomeUnknown, Prepared, RemoteId
from rehearsal.server import Call, Fault
from tests.connectors.bench import Bench, outcome, send

PUBLIC_FIELDS = frozenset(
    {
        *("ACCOUNT_ID", "CHANNEL_ID", "IDENTIFIER", "ORGANIZATION_ID", "PAGE_ID"),
        *("ADDRESS", "DROPS_REPEATS_FOR", "FOLDER"),
    }
)
"""Credential fields that are no secret: the handle somebody signs in with, a page's or channel's
number, a folder."""

CALLS = (Call.PUBLISH, Call.MEDIA, Call.FIND, Call.READ, Call.ACCOUNT, Call.WITHDRAW, Call.EDIT)
MAY_BE_DONE = (Call.PUBLISH, Call.WITHDRAW, Call.EDIT)
"""Calls of which nobody knows what came of them, where no answer comes."""
LATE = 3.0
"""Seconds after which a silent server answers; time-outs here are much shorter."""


class CareLaws:
    """What holds for every method."""

    @pytest.mark.parametrize("call", CALLS)
    def test_a_silent_server_is_left_when_the_time_is_up(self, bench: Bench, call: Call) -> None:
        bench.needs(_is_made(bench, call), f"call to {call}")
        bench.timeout = timedelta(seconds=0.6)
        connector = bench.connector()
        prepared = connector.prepare(bench.post("first"), None)
        connector.publish(bench.post("first"), prepared)  # whoever signs in has then done so
        bench.inject(Fault.SLOW, on=call, seconds=LATE, times=9)
        started_at = time.monotonic()
        with pytest.raises(ConnectorError) as caught:
            _ask(connector, bench, call, prepared)
        assert time.monotonic() - started_at < LATE - 0.2
        assert isinstance(caught.value, OutcomeUnknown) is (call in MAY_BE_DONE)

    def test_nothing_ever_sleeps(self, bench: Bench, naps: list[float]) -> None:
        connector = bench.connector()
        prepared = connector.prepare(bench.post("first"), None)
        connector.publish(bench.post("first"), prepared)
        for call in CALLS:
            for fault in (Fault.RATE_LIMIT, Fault.FAIL_BEFORE_STORING):
                bench.inject(fault, on=call)
                with suppress(ConnectorError):
                    _ask(connector, bench, call, prepared)
        assert naps == []

    def test_no_secret_is_shown_by_any_representation(self, bench: Bench) -> None:
        connector = bench.connector()
        connector.whoami()
        shown = f"{bench.access()!r} {bench.access()} {connector!r} {connector}"
        assert _leaks(bench, shown) == []

    def test_no_secret_is_shown_by_an_error(self, bench: Bench) -> None:
        shown = "".join(_errors(bench))
        assert shown.count("Traceback") >= 4
        assert _leaks(bench, shown) == []

    def test_no_secret_and_no_wording_is_logged(
        self, bench: Bench, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.DEBUG)
        for name in list(logging.Logger.manager.loggerDict):
            caplog.set_level(logging.DEBUG, logger=name)
        _errors(bench)
        send(bench.connector(), bench.post("Wording-7f3a", pictures=1))
        shown = "".join(f"{one.getMessage()} {one.args!r}\n" for one in caplog.records)
        assert _leaks(bench, shown) == []
        assert "Wording-7f3a" not in shown

    def test_closing_twice_does_no_harm(self, bench: Bench) -> None:
        connector = bench.connector()
        connector.whoami()
        connector.close()
        bench.opened.remove(connector)
        connector.close()


def _ask(connector: Connector, bench: Bench, call: Call, prepared: Prepared) -> object:
    """Make the connector do what leads to one kind of call; `prepared` is the first post's."""
    post = bench.post("second")
    known = [RemoteId(one.remote_id) for one in bench.stored()]
    asks: dict[Call, Callable[[], object]] = {
        Call.PUBLISH: lambda: send(connector, post),
        Call.MEDIA: lambda: connector.prepare(bench.post("third", pictures=1), None),
        Call.FIND: lambda: connector.find(bench.sought(bench.post("first"), prepared=prepared)),
        Call.READ: lambda: connector.read_metrics(known),
        Call.ACCOUNT: connector.read_account,
        Call.WITHDRAW: lambda: connector.withdraw(known[0]),
        Call.EDIT: lambda: connector.correct(known[0], bench.post("corrected")),
    }
    return asks[call]()


def _is_made(bench: Bench, call: Call) -> bool:
    """Whether the network is ever called for that."""
    made = {
        Call.MEDIA: bench.sample.uploads,
        Call.FIND: bench.can.finds,
        Call.READ: bool(bench.can.metrics),
        Call.ACCOUNT: bool(bench.can.account_metrics),
        Call.WITHDRAW: bench.can.deletes,
        Call.EDIT: bench.can.edits,
    }
    return bench.sample.waits and made.get(call, True)


def _errors(bench: Bench) -> list[str]:
    """Collect the full tracebacks of everything that can go wrong while publishing."""
    shown = []
    for fault in (
        Fault.REFUSE,
        Fault.EXPIRED_TOKEN,
        Fault.RATE_LIMIT,
        Fault.STORE_THEN_DROP,
        Fault.HTML_ERROR,
    ):
        bench.inject(fault)
        end = outcome(bench.connector(), bench.post(f"Post for {fault}"))
        shown.append(f"{end!r}\n")
        if isinstance(end, ConnectorError):
            shown.append(f"{vars(end)} " + "".join(traceback.format_exception(end)))
    wrong = {name: "wrong-" + value for name, value in bench.credentials.items()}
    if not wrong:
        return shown
    with pytest.raises(ConnectorError) as caught:
        send(bench.connector(**wrong), bench.post("Post with wrong keys"))
    return [*shown, "".join(traceback.format_exception(caught.value))]


def _leaks(bench: Bench, shown: str) -> list[str]:
    """Name the credential fields whose values stand in what was shown."""
    return [
        name
        for name, value in bench.credentials.items()
        if name not in PUBLIC_FIELDS and value in shown
    ]
