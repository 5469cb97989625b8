"""The laws every connector obeys, whatever its network.

A network's test module makes a subclass with its `sample` and inherits them all; there is no
opting out, and `test_registry_is_tested.py` fails for a connectable network without one. They
drive real HTTP against the rehearsal networks. `test_contract_bites.py` shows that each bites.
"""

import threading
import time
from collections.abc import Iterator
from typing import ClassVar

import pytest

from tests.connectors.bench import Bench, Sample, open_bench
from tests.connectors.contract_care import CareLaws
from tests.connectors.contract_correcting import CorrectingLaws
from tests.connectors.contract_following import FollowingLaws
from tests.connectors.contract_looking import FindingLaws, ReadingLaws
from tests.connectors.contract_publishing import PublishingLaws
from tests.connectors.contract_withdrawing import WithdrawingLaws


class ConnectorContract(
    PublishingLaws,
    FollowingLaws,
    FindingLaws,
    ReadingLaws,
    WithdrawingLaws,
    CorrectingLaws,
    CareLaws,
):
    """All laws; a subclass says for which network."""

    sample: ClassVar[Sample]

    @pytest.fixture
    def bench(self) -> Iterator[Bench]:
        with open_bench(self.sample) as bench:
            yield bench

    @pytest.fixture
    def naps(self, monkeypatch: pytest.MonkeyPatch) -> list[float]:
        """Every nap that the connector takes, instead of the nap."""
        return record_naps(monkeypatch)


def record_naps(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Write down what this thread would sleep; the rehearsal's own threads sleep on."""
    naps: list[float] = []
    sleep, tester = time.sleep, threading.get_ident()

    def nap(seconds: float) -> None:
        if threading.get_ident() != tester:
            sleep(seconds)
            return
        naps.append(seconds)

    monkeypatch.setattr(time, "sleep", nap)
    return naps
