from pathlib import Path

from tests.campaign.folders import HEAD, checked, lines, write_campaign, write_post

TWO_ACCOUNTS = HEAD.replace(
    "slots:", '  ndna-x: {network: x, partner: ndna, handle: "@ndna.example"}\nslots:'
)
BOTH = "  - {post: law, at: 2027-01-12 08:30, send_to: [ico-x, ndna-x]}"
SERIES = "  - {post: law, at: 2027-01-12 08:30, every: 4 weeks, send_to: [ico-x]}"


def faults(folder: Path) -> list[str]:
    return lines(folder, checked(folder).faults)


def test_one_text_on_two_accounts_of_x_is_refused_with_three_ways_out(tmp_path: Path) -> None:
    write_post(tmp_path, "law", front="link: https://ico.example/law")
    assert faults(write_campaign(tmp_path, BOTH, head=TWO_ACCOUNTS)) == [
        (
            "schedule.yaml:17:48: “law” says the same on ndna-x as on ico-x, and X forbids one "
            "app posting the same text to several accounts: write a wording “## x / ndna” in "
            "posts/law/post.md, or use “mode: repost” or “mode: pack” for ndna-x"
        )
    ]


def test_capitals_and_spaces_make_no_other_text(tmp_path: Path) -> None:
    write_post(tmp_path, "law", "The law helps.\n## x / ndna\nTHE  LAW\nhelps.")
    assert len(faults(write_campaign(tmp_path, BOTH, head=TWO_ACCOUNTS))) == 1


def test_a_wording_of_its_own_a_pack_or_another_network_is_a_way_out(tmp_path: Path) -> None:
    write_post(tmp_path, "law", "The law helps.\n## x / ndna\nNurseries may share, too.")
    assert faults(write_campaign(tmp_path, BOTH, head=TWO_ACCOUNTS)) == []
    write_post(tmp_path, "law")
    pack = TWO_ACCOUNTS.replace('"@ndna.example"', '"@ndna.example", mode: pack')
    assert faults(write_campaign(tmp_path, BOTH, head=pack)) == []
    bluesky = BOTH.replace("ico-x, ndna-x", "ico-bluesky, ndna-bluesky")
    assert faults(write_campaign(tmp_path, bluesky, head=TWO_ACCOUNTS)) == []


def test_the_same_text_of_two_posts_is_the_same_text(tmp_path: Path) -> None:
    write_post(tmp_path, "law", "Same.")
    write_post(tmp_path, "myth", "Same.")
    entries = """\
  - {post: law, at: 2027-01-12 08:30, send_to: [ico-x]}
  - {post: myth, at: 2027-02-12 08:30, send_to: [ndna-x]}"""
    (found,) = faults(write_campaign(tmp_path, entries, head=TWO_ACCOUNTS))
    assert found.startswith("schedule.yaml:18:49: “myth” says the same on ndna-x as “law” on ico-x")


def test_a_series_needs_a_wording_for_every_run_where_repeats_are_refused(tmp_path: Path) -> None:
    write_post(tmp_path, "law", "First.\n## x #3\nThird.")
    assert faults(write_campaign(tmp_path, SERIES)) == [
        (
            "schedule.yaml:16:64: run 2 of “law” says the same on ico-x as “law” of 2027-01-12 "
            "08:30, and X refuses repeats: write a wording “## x #2” in posts/law/post.md"
        ),
        (
            "schedule.yaml:16:64: run 4 of “law” says the same on ico-x as “law” of 2027-01-12 "
            "08:30, and X refuses repeats: write a wording “## x #4” in posts/law/post.md"
        ),
    ]
    write_post(tmp_path, "law", "First.\n## x #2\nSecond.\n## x #3\nThird.\n## x #4\nFourth.")
    assert faults(tmp_path) == []


def test_a_series_may_repeat_itself_where_the_network_lets_it(tmp_path: Path) -> None:
    write_post(tmp_path, "law")
    assert faults(write_campaign(tmp_path, SERIES.replace("ico-x", "ico-bluesky"))) == []


def test_the_same_post_in_two_entries_repeats_itself(tmp_path: Path) -> None:
    write_post(tmp_path, "law")
    again = "  - {post: law, id: again, at: 2027-02-12 08:30, send_to: [ico-x]}"
    folder = write_campaign(tmp_path, f"{BOTH.replace(', ndna-x', '')}\n{again}")
    assert faults(folder) == [
        (
            "schedule.yaml:17:59: “law” of 2027-02-12 08:30 says the same on ico-x as “law” of "
            "2027-01-12 08:30, and X refuses repeats: give this entry a post of its own with "
            "another wording for x"
        )
    ]
