from pathlib import Path

from tests.campaign.folders import planned, write_campaign, write_post

SERIES = (
    '{post: law, at: "2027-01-12 08:30", every: 1 week, until: 2027-02-02, send_to: [ico-bluesky]}'
)


def test_a_series_shares_one_payload_and_a_run_with_its_own_wording_has_its_own(
    tmp_path: Path,
) -> None:
    write_post(tmp_path, "law", "Always.")
    same = planned(write_campaign(tmp_path, f"  - {SERIES}\n"))
    assert len({id(one.payload) for one in same.values()}) == 1
    write_post(tmp_path, "law", "Always.\n\n## bluesky #3\n\nThe third time.")
    texts = {one.run: one.payload.text for one in planned(tmp_path).values()}
    assert texts == {"1": "Always.", "2": "Always.", "3": "The third time.", "4": "Always."}
