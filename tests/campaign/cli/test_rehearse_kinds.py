from pathlib import Path

from tests.campaign.cli.test_rehearse import rehearse, shell_in, write_folder
from tests.campaign.folders import write_post

SCHEDULE = """\
campaign: small
timezone: Europe/London
runs: {from: 2027-03-22, until: 2027-03-28}
partners:
  ico: {name: Information Commissioner's Office, owner: true}
  ndna: {name: National Day Nurseries Association}
people:
  ama: {name: Ama, roles: [author]}
  ben: {name: Ben, roles: [approver]}
channels:
  ndna-system: {network: webhook, partner: ndna, handle: ndna.system}
  ndna-mail: {network: email, partner: ndna, handle: comms@ndna.example}
  ico-feed: {network: feed, partner: ico, handle: Think. Check. Share.}
schedule:
  - {post: hello, at: 2027-03-23 08:30, send_to: [all]}
  - {post: tips, at: 2027-03-24 08:30, send_to: [all]}
  - {post: bye, at: 2027-03-25 08:30, send_to: [all]}
"""


def test_posts_that_are_handed_over_are_rehearsed_and_proved_like_all_others(
    tmp_path: Path,
) -> None:
    folder = write_folder(tmp_path / "campaign", SCHEDULE)
    found = rehearse(shell_in(folder), tmp_path / "out")
    assert [one["state"] for one in found["deliveries"]] == ["published"] * 9
    assert found["proof"] == {
        "posts_on_networks": 9,
        "by_hand_not_checked": 0,
        "violations": [],
    }


def test_nothing_is_doubled_or_untrue_when_everything_goes_wrong(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "campaign", SCHEDULE)
    found = rehearse(shell_in(folder), tmp_path / "out", "--faults", "many")
    assert found["proof"]["violations"] == []
    assert found["went_wrong"]["faults"] != []


def test_nobody_posts_to_them_by_hand(tmp_path: Path) -> None:
    handles = ("ndna.system", "comms@ndna.example", "Think. Check. Share.")
    schedule = SCHEDULE
    for handle in handles:
        schedule = schedule.replace(f"handle: {handle}", "mode: pack")
    told = shell_in(write_folder(tmp_path / "campaign", schedule))("check")
    assert told.code == 3
    for name in ("Webhook", "E-mail", "Feed"):
        assert f"nobody posts to a {name} by hand; use “mode: connected”" in told.out + told.err


def test_a_letter_needs_an_address_to_go_to(tmp_path: Path) -> None:
    schedule = SCHEDULE.replace("comms@ndna.example", "ndna")
    told = shell_in(write_folder(tmp_path / "campaign", schedule))("check")
    assert told.code == 3
    assert "“ndna” is no e-mail address; write for example comms@ndna.example" in (
        told.out + told.err
    )


REPOSTED = """\
campaign: small
timezone: Europe/London
runs: {from: 2027-03-22, until: 2027-03-28}
partners:
  ico: {name: Information Commissioner's Office, owner: true}
  ndna: {name: National Day Nurseries Association}
people:
  ama: {name: Ama, roles: [author]}
  ben: {name: Ben, roles: [approver]}
channels:
  ico-x: {network: x, partner: ico, handle: "@ico.example"}
  ndna-x: {network: x, partner: ndna, handle: "@ndna.example", mode: repost}
  ico-bluesky: {network: bluesky, partner: ico, handle: ico.org}
  ndna-bluesky: {network: bluesky, partner: ndna, handle: ndna.org, mode: repost}
  ico-linkedin: {network: linkedin, partner: ico, handle: ico-example}
  ndna-linkedin: {network: linkedin, partner: ndna, handle: ndna-example, mode: repost}
schedule:
  - {post: hello, at: 2027-03-23 08:30, send_to: [all]}
  - {post: tips, at: 2027-03-24 08:30, send_to: [ico-x, ico-bluesky, ndna-x]}
"""


def test_reposts_and_threads_are_proved_as_well(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "campaign", REPOSTED)
    write_post(folder, "tips", "First tip.\n\n### next part\n\nSecond tip.")
    found = rehearse(shell_in(folder), tmp_path / "out")
    assert [one["state"] for one in found["deliveries"]] == ["published"] * 11
    assert found["proof"] == {
        "posts_on_networks": 11,
        "by_hand_not_checked": 0,
        "violations": [],
    }
