from datetime import timedelta
from pathlib import Path

import pytest

from campaign.payload import Form
from campaign.plan import CannotPlanError
from tests.campaign.folders import HEAD, checked, lines, planned, write_campaign, write_post

THREAD = "First.\n### next part\nSecond.\n### next part\nThird."
LAW = "  - {post: law, at: 2027-01-12 08:30, send_to: [%s]}"
REPOSTS = HEAD.replace(
    "ndna-bluesky: {network: bluesky, partner: ndna,",
    "ndna-bluesky: {network: bluesky, partner: ndna, mode: repost,",
)


def test_every_part_is_a_delivery_of_its_own_after_the_one_before(tmp_path: Path) -> None:
    write_post(tmp_path, "law", THREAD)
    found = list(planned(write_campaign(tmp_path, LAW % "ico-x")).values())
    assert [(one.id, one.follows, one.payload.text) for one in found] == [
        ("law/ico-x/1", None, "First."),
        ("law/ico-x/1/2", "law/ico-x/1", "Second."),
        ("law/ico-x/1/3", "law/ico-x/1/2", "Third."),
    ]
    assert {one.due_at for one in found} == {found[0].due_at}
    assert {one.gates for one in found} == {("approval",)}
    assert len({one.payload.content_hash for one in found}) == 3


def test_a_first_comment_is_a_delivery_of_its_own(tmp_path: Path) -> None:
    write_post(tmp_path, "law", "First.\n### first comment\nMore.")
    found = planned(write_campaign(tmp_path, LAW % "ico-bluesky"))
    assert list(found) == ["law/ico-bluesky/1", "law/ico-bluesky/1/comment"]
    assert found["law/ico-bluesky/1/comment"].follows == "law/ico-bluesky/1"


def test_the_parts_of_a_thread_keep_no_gap_from_each_other(tmp_path: Path) -> None:
    write_post(tmp_path, "law", THREAD)
    folder = write_campaign(tmp_path, LAW % "ico-x", rules="{minimum_gap: 15m}")
    assert len(planned(folder)) == 3


def test_a_repost_follows_the_owners_post_of_the_same_run(tmp_path: Path) -> None:
    write_post(tmp_path, "law", THREAD)
    entry = (
        "  - {post: law, at: 2027-01-12 08:30, every: 4 weeks, until: 2027-02-10,"
        " send_to: [ndna-bluesky, ico-bluesky], stagger: 20m}"
    )
    found = planned(write_campaign(tmp_path, entry, head=REPOSTS))
    repost = found["law/ndna-bluesky/2"]
    assert repost.follows == "law/ico-bluesky/2"
    assert repost.due_at - found["law/ico-bluesky/2"].due_at == timedelta(minutes=-20)
    assert repost.gates == ("approval", "partner")
    payload = repost.payload
    assert (payload.form, payload.text) == (Form.REPOST, "First.")
    assert (payload.handle, payload.network) == ("ndna.example", "bluesky")
    assert payload.reposts == found["law/ico-bluesky/2"].payload.content_hash
    assert "law/ndna-bluesky/2/2" not in found


def test_a_repost_in_an_entry_of_its_own_follows_the_last_one_before_it(tmp_path: Path) -> None:
    write_post(tmp_path, "law")
    entries = (
        "  - {post: law, at: 2027-01-12 08:30, send_to: [ico-bluesky]}\n"
        "  - {post: law, id: again, at: 2027-01-19 08:30, send_to: [ico-bluesky]}\n"
        "  - {post: law, id: partners, at: 2027-01-20 08:30, send_to: [ndna-bluesky]}"
    )
    found = planned(write_campaign(tmp_path, entries, head=REPOSTS))
    assert found["partners/ndna-bluesky/1"].follows == "again/ico-bluesky/1"


@pytest.mark.parametrize("channels", ["ndna-bluesky", "ndna-bluesky, ico-x"])
def test_a_repost_needs_a_post_of_the_owners_on_that_network(tmp_path: Path, channels: str) -> None:
    write_post(tmp_path, "law")
    folder = write_campaign(tmp_path, LAW % channels, head=REPOSTS)
    with pytest.raises(CannotPlanError, match="does not post “law” on bluesky by then"):
        planned(folder)


def test_an_edit_of_the_original_is_another_content_of_the_repost(tmp_path: Path) -> None:
    write_post(tmp_path, "law", "Old.")
    folder = write_campaign(tmp_path, LAW % "ico-bluesky, ndna-bluesky", head=REPOSTS)
    before = planned(folder)["law/ndna-bluesky/1"].payload.content_hash
    write_post(tmp_path, "law", "New.")
    assert planned(folder)["law/ndna-bluesky/1"].payload.content_hash != before


def faults(folder: Path) -> list[str]:
    return lines(folder, checked(folder).faults)


def test_check_counts_every_part_by_itself_and_names_the_one_that_is_too_long(
    tmp_path: Path,
) -> None:
    write_post(tmp_path, "law", "First.\n### next part\n" + "a" * 290 + "\n### next part\nThird.")
    assert faults(write_campaign(tmp_path, LAW % "ico-x, ico-bluesky")) == [
        (
            "posts/law/post.md:5:1: part 2 of the default wording comes to 290 characters on "
            "ico-x, but X takes 280 (its documented limit): cut 10"
        )
    ]


def test_a_text_that_a_thread_says_twice_is_a_fault_where_the_network_minds(
    tmp_path: Path,
) -> None:
    write_post(tmp_path, "law", "Same.\n### next part\nSame.")
    assert faults(write_campaign(tmp_path, LAW % "ico-bluesky")) == []
    (found,) = faults(write_campaign(tmp_path, LAW % "ico-x"))
    assert "“law/ico-x/1/2” says the same on ico-x" in found
    assert found.endswith("write another text for one of the two parts in posts/law/post.md")


def test_a_repost_is_no_repeat(tmp_path: Path) -> None:
    head = REPOSTS.replace(
        "ndna-linkedin: {network: linkedin, partner: ndna, mode: pack}",
        "ndna-x: {network: x, partner: ndna, mode: repost, handle: '@ndna.example'}",
    )
    write_post(tmp_path, "law")
    assert faults(write_campaign(tmp_path, LAW % "ico-x, ndna-x", head=head)) == []
