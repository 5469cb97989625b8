import re

from tests.docs.blocks import ROOT
from tests.docs.test_reference import rows_of

OPERATING = ROOT / "campaign" / "operating"
OPERATIONS = ROOT / "docs" / "operations.md"


def test_every_metric_is_explained() -> None:
    files = ("exposing.py", "families.py", "of_process.py")
    source = "".join((OPERATING / name).read_text(encoding="utf-8") for name in files)
    exposed = set(re.findall(r'"(campaign_[a-z_]+)"', source))
    explained = {row[0].strip("`") for row in rows_of(OPERATIONS, "metric")}
    counters = {"campaign_attempts", "campaign_process_network_calls"}
    shown = {f"{one}_total" if one in counters else one for one in exposed}
    assert {"campaign_build_info" if one == "campaign_build" else one for one in shown} == explained
