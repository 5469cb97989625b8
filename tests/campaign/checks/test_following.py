from dataclasses import replace
from pathlib import Path

import pytest

from campaign.checks.report import check
from connectors.contract import Network, NetworkName
from tests.campaign.folders import HEAD, lines, write_campaign, write_post
from tests.campaign.networks import NETWORKS

LAW = "  - {post: law, at: 2027-01-12 08:30, send_to: [ico-x]}"
X = NetworkName("x")


def network(offered: dict[str, bool]) -> Network:
    x = NETWORKS[X]
    can = replace(
        x.capabilities,
        threads=offered.get("threads", True),
        comments=offered.get("comments", True),
    )
    return replace(x, capabilities=can)


@pytest.mark.parametrize(
    ("body", "offered", "sentence"),
    [
        (
            "A.\n### next part\nB.",
            {"threads": False},
            (
                "X has no threads that can be posted from here: write “## x” as one text, or write "
                "one first comment in place of the parts"
            ),
        ),
        (
            "A.\n### next part\nB.",
            {"threads": False, "comments": False},
            "X has no threads that can be posted from here: write “## x” as one text",
        ),
        (
            "A.\n### first comment\nB.",
            {"comments": False},
            "no first comment can be posted on X from here: write “## x” without one",
        ),
    ],
)
def test_what_a_network_does_not_have_is_refused_before_the_day(
    tmp_path: Path, body: str, offered: dict[str, bool], sentence: str
) -> None:
    write_post(tmp_path, "law", body)
    folder = write_campaign(tmp_path, LAW)
    report = check(folder, {**NETWORKS, X: network(offered)})
    assert lines(folder, report.faults) == [f"posts/law/post.md:5:1: {sentence}"]


def test_whoever_posts_by_hand_may_be_given_every_part(tmp_path: Path) -> None:
    write_post(tmp_path, "law", "A.\n### next part\nB.")
    entry = LAW.replace("ico-x", "ndna-linkedin")
    folder = write_campaign(tmp_path, entry, head=HEAD)
    report = check(folder, NETWORKS)
    assert lines(folder, report.faults) == []
    assert [one.id for one in report.deliveries] == ["law/ndna-linkedin/1", "law/ndna-linkedin/1/2"]
