from typing import ClassVar

from connectors.facebook import NETWORK
from tests.connectors.bench import Sample
from tests.connectors.contract import ConnectorContract

SAMPLE = Sample(
    network=NETWORK,
    handle="ico.example",
    at_limit=("a" * 63_206, "漢" * 63_206, "🚀" * 31_603),
    over_limit=("b" * 63_207, "字" * 63_207, "🐶" * 31_603 + "b"),
    unknown_id=lambda known, number: f"{known.partition('_')[0]}_{9_000_000 + number}",
    has_language=False,
    foreign_address="https://www.facebook.com/someone.else/posts/42",
)


class TestFacebook(ConnectorContract):
    sample: ClassVar[Sample] = SAMPLE
