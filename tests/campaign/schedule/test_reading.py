from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest

from campaign.schedule.faults import FaultsFound
from campaign.schedule.model import QueueEntry, Schedule, SingleEntry
from campaign.schedule.reading import read_schedule
from tests.campaign.folders import HEAD, write_campaign

FULL = """\
  - post: law
    at: {at}
    every: 4 weeks
    until: {until}
    send_to: [ico-x, "sector:education"]
    stagger: 20m
  - queue: myths
    posts: [one, two]
    slot: weekday-morning
    from: {start}
    send_to: [all]
"""
PLAIN = FULL.format(at="2027-01-12 08:30", until="2027-04-30", start="2027-01-13")
QUOTED = FULL.format(at="'2027-01-12 08:30'", until='"2027-04-30"', start="'2027-01-13'")


def test_times_and_dates_mean_the_same_quoted_or_not(tmp_path: Path) -> None:
    plain = read_schedule(write_campaign(tmp_path, PLAIN) / "schedule.yaml")
    quoted = read_schedule(write_campaign(tmp_path, QUOTED) / "schedule.yaml")
    assert plain == quoted


def test_an_entry_is_read_with_everything_it_says(tmp_path: Path) -> None:
    single, queue = read_schedule(write_campaign(tmp_path, PLAIN) / "schedule.yaml").schedule
    assert isinstance(single, SingleEntry)
    assert str(single.at) == "2027-01-12 08:30"
    assert single.every == timedelta(weeks=4)
    assert single.until_on == date(2027, 4, 30)
    assert isinstance(queue, QueueEntry)
    assert queue.name == "myths"
    assert queue.from_on == date(2027, 1, 13)


def test_half_past_twelve_is_never_750(tmp_path: Path) -> None:
    head = "%YAML 1.1\n---\n" + HEAD.replace('at: "08:30"', "at: 12:30")
    schedule = read_schedule(write_campaign(tmp_path, PLAIN, head=head) / "schedule.yaml")
    assert schedule.slots["weekday-morning"].at == time(12, 30)


def test_a_date_and_time_that_yaml_takes_for_a_timestamp_keeps_its_text(tmp_path: Path) -> None:
    entry = "  - {post: law, at: 2027-01-12T08:30:00Z, send_to: [all]}"
    schedule = read_schedule(write_campaign(tmp_path, entry) / "schedule.yaml")
    (single,) = schedule.schedule
    assert isinstance(single, SingleEntry)
    assert single.at.instant(schedule.zone) == datetime(2027, 1, 12, 8, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("rules", "fields"),
    [("", 7), ("{hours: 08:00-20:00, minimum_gap: 15m, approval: none, late_limit: 1h}", 7)],
)
def test_a_schedule_stored_as_json_reads_back_equal(
    tmp_path: Path, rules: str, fields: int
) -> None:
    schedule = read_schedule(write_campaign(tmp_path, PLAIN, rules=rules) / "schedule.yaml")
    assert Schedule.model_validate_json(schedule.model_dump_json()) == schedule
    assert len(schedule.channels) + len(schedule.partners) + 1 == fields


def test_a_file_that_is_not_there_is_one_fault(tmp_path: Path) -> None:
    with pytest.raises(FaultsFound, match=r"schedule\.yaml:1:1: there is no such file"):
        read_schedule(tmp_path / "schedule.yaml")


def test_a_folder_in_place_of_the_file_is_one_fault(tmp_path: Path) -> None:
    with pytest.raises(FaultsFound, match="this is a folder; a file was expected"):
        read_schedule(tmp_path)


def test_a_byte_order_mark_and_windows_line_ends_are_fine(tmp_path: Path) -> None:
    file = write_campaign(tmp_path, PLAIN) / "schedule.yaml"
    text = file.read_text("utf-8").replace("\n", "\r\n")
    file.write_bytes(b"\xef\xbb\xbf" + text.encode())
    assert read_schedule(file).campaign == "spring"


def test_an_anchor_may_be_used_again(tmp_path: Path) -> None:
    entries = """\
  - {post: law, at: 2027-01-12 08:30, send_to: &everyone [ico-x, ico-bluesky]}
  - {post: myth, at: 2027-01-13 08:30, send_to: *everyone}"""
    schedule = read_schedule(write_campaign(tmp_path, entries) / "schedule.yaml")
    assert schedule.schedule[1].send_to == ("ico-x", "ico-bluesky")


def test_two_owners_are_one_too_many(tmp_path: Path) -> None:
    head = HEAD.replace("sectors: [education]", "owner: true")
    with pytest.raises(FaultsFound, match=r"4:3: a campaign has one owner, but ico and ndna are"):
        read_schedule(write_campaign(tmp_path, PLAIN, head=head) / "schedule.yaml")


@pytest.mark.parametrize(
    ("send_to", "channels"),
    [
        (["all"], ["ico-x", "ico-bluesky", "ndna-bluesky", "ndna-linkedin"]),
        (["partner:ndna"], ["ndna-bluesky", "ndna-linkedin"]),
        (["network:bluesky"], ["ico-bluesky", "ndna-bluesky"]),
        (["ndna-linkedin", "network:bluesky"], ["ndna-linkedin", "ico-bluesky", "ndna-bluesky"]),
        (["ico-bluesky", "all"], ["ico-bluesky", "ico-x", "ndna-bluesky", "ndna-linkedin"]),
        (["sector:education"], ["ico-x", "ico-bluesky", "ndna-bluesky", "ndna-linkedin"]),
        (["sector:police"], ["ico-x", "ico-bluesky"]),
    ],
)
def test_send_to_is_a_union_in_its_own_order_in_which_the_first_mention_wins(
    tmp_path: Path, send_to: list[str], channels: list[str]
) -> None:
    schedule = read_schedule(write_campaign(tmp_path, PLAIN) / "schedule.yaml")
    assert schedule.channels_of(tuple(send_to)) == tuple(channels)


def test_what_looks_like_a_number_stays_a_name(tmp_path: Path) -> None:
    entry = "  - {post: 0123, at: 2027-01-12 08:30, send_to: [all]}"
    (single,) = read_schedule(write_campaign(tmp_path, entry) / "schedule.yaml").schedule
    assert single.name == "0123"
