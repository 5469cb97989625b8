from typing import ClassVar

from connectors.linkedin import NETWORK
from tests.connectors.bench import Sample
from tests.connectors.contract import ConnectorContract

SAMPLE = Sample(
    network=NETWORK,
    handle="ico-example",
    at_limit=("a" * 3000, "漢" * 3000, "🚀" * 1500, "_" * 1500, "é(b)" + "c" * 2994),
    over_limit=("b" * 3001, "字" * 3001, "🐶" * 1500 + "b", "~" * 1500 + "b"),
    unknown_id=lambda known, number: (
        f"urn:li:share:{int(known.rpartition(':')[2]) - 1000 + number}"
    ),
    has_language=False,
    foreign_address="https://www.linkedin.com/posts/someone-else_think-share-74000001-AbCd",
)


class TestLinkedIn(ConnectorContract):
    sample: ClassVar[Sample] = SAMPLE
