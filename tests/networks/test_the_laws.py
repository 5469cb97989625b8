"""The laws of every connector, held against the real server.

Those on reading counts are not here: counts come from an index of all posts, and this server stands
alone. `test_the_connector.py` says what is read then.
"""

from collections.abc import Iterator

import pytest

from tests.connectors.bench import Bench
from tests.connectors.contract import record_naps
from tests.connectors.contract_correcting import CorrectingLaws
from tests.connectors.contract_looking import FindingLaws
from tests.connectors.contract_publishing import PublishingLaws
from tests.connectors.contract_withdrawing import WithdrawingLaws
from tests.networks.bench import real_bench
from tests.networks.xrpc import Account

pytestmark = pytest.mark.networks


class TestBlueskyForReal(PublishingLaws, FindingLaws, WithdrawingLaws, CorrectingLaws):
    @pytest.fixture
    def bench(self, account: Account) -> Iterator[Bench]:
        with real_bench(account) as bench:
            yield bench

    @pytest.fixture
    def naps(self, monkeypatch: pytest.MonkeyPatch) -> list[float]:
        return record_naps(monkeypatch)
