from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from analytics.imports import (
    ImportSummary,
    MetricsFileError,
    NumbersFile,
    import_metrics,
    read_metrics_file,
)
from campaign.states import State
from campaign.store.tables import SNAPSHOT
from connectors.contract import Metric
from tests.analytics.world import NETWORKS, World, at

HEAD = "channel,post,observed_at,metric,value\n"
NOW = at("2027-01-25 09:00")
PUBLISHED = at("2027-01-19 09:00")
GOOD = "ndna-linkedin,myth,2027-01-24 23:30,impressions,1204\n"


@pytest.fixture
def world() -> World:
    world = World()
    world.post("ndna-linkedin", "myth", PUBLISHED)
    world.post("ndna-linkedin", "asked", None, due_at=PUBLISHED, state=State.WITH_PARTNER)
    world.post("ico-x", "myth", PUBLISHED)
    return world


def take_in(world: World, text: str, now: datetime = NOW) -> ImportSummary:
    with world.store.write() as connection:
        file = NumbersFile(name="numbers.csv", text=text)
        return import_metrics(connection, file, networks=NETWORKS, now=now)


def stored(world: World) -> list[Mapping[str, Any]]:
    with world.store.read() as connection:
        return [dict(row) for row in connection.execute(select(SNAPSHOT)).mappings()]


def faults(world: World, text: str) -> tuple[str, ...]:
    with pytest.raises(MetricsFileError) as caught:
        take_in(world, text)
    assert stored(world) == []
    return caught.value.faults


def test_a_number_is_stored_with_its_definition_and_marked_as_reported(world: World) -> None:
    assert take_in(world, HEAD + GOOD) == ImportSummary(new=1, corrected=0, known=0)
    (row,) = stored(world)
    assert (row["delivery_id"], row["value"]) == ("myth/ndna-linkedin/1", 1204)
    assert (row["source"], row["definition"]) == ("upload", "linkedin.impressions.1.combined")
    assert row["recorded_at"] == NOW


def test_a_time_without_an_offset_is_meant_on_the_campaigns_clock() -> None:
    world = World()
    world.post("ndna-linkedin", "myth", at("2026-09-08 09:00"))
    take_in(world, HEAD + "ndna-linkedin,myth,2026-09-13 23:30,impressions,1\n")
    assert stored(world)[0]["observed_at"] == at("2026-09-13 22:30")


def test_a_time_with_an_offset_is_taken_as_written(world: World) -> None:
    take_in(world, HEAD + "ndna-linkedin,myth,2027-01-24T23:30:00+01:00,impressions,1\n")
    assert stored(world)[0]["observed_at"] == at("2027-01-24 22:30")


def test_columns_may_stand_in_any_order_and_empty_lines_are_left_out(world: World) -> None:
    text = "value,metric,post,channel,observed_at\n\n7,reach,myth,ndna-linkedin,2027-01-20 09:00\n"
    assert take_in(world, text).new == 1
    assert (stored(world)[0]["metric"], stored(world)[0]["value"]) == ("reach", 7)


def test_taking_in_the_same_file_again_changes_nothing(world: World) -> None:
    take_in(world, HEAD + GOOD)
    again = take_in(world, HEAD + GOOD, now=at("2027-01-26 09:00"))
    assert again == ImportSummary(new=0, corrected=0, known=1)
    assert len(stored(world)) == 1


def test_another_number_for_the_same_instant_is_kept_beside_the_first(world: World) -> None:
    take_in(world, HEAD + GOOD)
    corrected = take_in(world, HEAD + GOOD.replace("1204", "1240"), now=at("2027-01-26 09:00"))
    assert corrected == ImportSummary(new=0, corrected=1, known=0)
    assert [row["value"] for row in stored(world)] == [1204, 1240]


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ("ndna-linkdin,myth,2027-01-20,x,1", "unknown channel “ndna-linkdin”, did you mean “ndna-"),
        ("ico-x,myth,2027-01-20 09:00,impressions,1", "ico-x is read from X itself"),
        ("ndna-linkedin,mith,2027-01-20 09:00,reach,1", "no post “mith” on ndna-linkedin, did you"),
        ("ndna-linkedin,asked,2027-01-20 09:00,reach,1", "not known to be live on ndna-linkedin"),
        ("ndna-linkedin,myth,2027-01-20 09:00,views,1", "LinkedIn does not count views of a post"),
        ("ndna-linkedin,myth,2027-01-20 09:00,reech,1", "unknown metric “reech”, did you mean"),
        ("ndna-linkedin,myth,2027-01-20 09:00,reach,-3", "“-3” is no count; write a whole number"),
        ("ndna-linkedin,myth,2027-01-20 09:00,reach,1.5", "“1.5” is no count"),
        ("ndna-linkedin,myth,2027-01-20 09:00,reach,", "“” is no count"),
        ("ndna-linkedin,myth,2027-01-20 09:00,reach,1٣", "“1٣” is no count"),
        ("ndna-linkedin,myth,2027-01-20 09:00,reach,9999999999999", "is too large to be a count"),
        ("ndna-linkedin,myth,2027-01-25 09:01,reach,1", "“2027-01-25 09:01” is in the future"),
        (
            "ndna-linkedin,myth,2027-01-19 08:59,reach,1",
            "is before the post went out at 2027-01-19",
        ),
        ("ndna-linkedin,myth,yesterday,reach,1", "observed_at: “yesterday” is no date and time"),
        ("ndna-linkedin,myth,2027-03-28 01:30,reach,1", "does not exist in Europe/London"),
        ("ndna-linkedin,myth,2027-01-20 09:00,reach", "has 4 values; 5 are wanted"),
    ],
)
def test_a_row_that_cannot_be_used_is_named_by_line_and_nothing_is_stored(
    world: World, row: str, fault: str
) -> None:
    found = faults(world, HEAD + GOOD + row + "\n")
    assert found[0].startswith("numbers.csv:3: ")
    assert fault in found[0]


def test_every_fault_of_the_file_is_told_at_once(world: World) -> None:
    found = faults(world, HEAD + "nowhere,myth,soon,reach,many\n" + GOOD + "elsewhere,a,b,c,d\n")
    assert [line.split(": ")[0] for line in found] == ["numbers.csv:2"] * 3 + ["numbers.csv:4"] * 3


def test_a_row_that_stands_twice_is_refused_with_the_first_line(world: World) -> None:
    assert faults(world, HEAD + GOOD + GOOD) == (
        "numbers.csv:3: says the same again as line 2; keep one of them",
    )


def test_a_post_with_several_runs_on_the_channel_needs_the_deliverys_id(world: World) -> None:
    world.post("ndna-linkedin", "myth", None, due_at=NOW, id="myth/ndna-linkedin/2", run="2")
    (fault,) = faults(world, HEAD + GOOD)
    assert "write myth/ndna-linkedin/1 or myth/ndna-linkedin/2" in fault
    assert take_in(world, HEAD + GOOD.replace(",myth,", ",myth/ndna-linkedin/1,")).new == 1


@pytest.mark.parametrize(
    ("head", "fault"),
    [
        ("channel,post,metric,value", "numbers.csv:1: the column “observed_at” is missing"),
        ("channel,post,observed,metric,value", "unknown column “observed”, did you mean “observed"),
        ("channel;post;observed_at;metric;value", "numbers.csv:1: the columns are parted by semi"),
        ("channel,post,observed_at,metric,value,value", "the column “value” stands twice"),
        ("", "numbers.csv:1: the column “channel” is missing"),
    ],
)
def test_wrong_columns_are_told_before_any_row_is_looked_at(
    world: World, head: str, fault: str
) -> None:
    assert any(fault in line for line in faults(world, f"{head}\n{GOOD}" if head else ""))


def test_a_file_without_rows_says_so(world: World) -> None:
    assert faults(world, HEAD) == (
        "numbers.csv:2: the file has no rows; write one for each number",
    )


def test_a_broken_quote_is_no_csv(world: World) -> None:
    assert "is no CSV" in faults(world, HEAD + '"ndna-linkedin,myth')[0]


def test_a_file_is_read_as_spreadsheets_save_it(world: World, tmp_path: Path) -> None:
    file = tmp_path / "numbers.csv"
    file.write_bytes(("\ufeff" + HEAD + GOOD).replace("\n", "\r\n").encode())
    assert take_in(world, read_metrics_file(file)).new == 1


def test_a_file_that_is_no_text_or_is_not_there_is_refused_with_its_name(tmp_path: Path) -> None:
    file = tmp_path / "numbers.xlsx"
    file.write_bytes(b"PK\x03\x04\xff\xfe")
    with pytest.raises(MetricsFileError, match=r"numbers\.xlsx: is not UTF-8 text"):
        read_metrics_file(file)
    with pytest.raises(MetricsFileError, match=r"gone\.csv: cannot be read: No such file"):
        read_metrics_file(tmp_path / "gone.csv")


@pytest.mark.parametrize(
    ("before", "after", "fault"),
    [
        (1204, 120401, "120401 is more than 100 times the 1204 before it"),
        (3, 2001, "2001 is more than 100 times the 3 before it"),
        (1204, 120, "120 is less than half of the 1204 before it; counts only grow"),
        (1204, 0, "0 is less than half of the 1204 before it"),
    ],
)
def test_a_count_that_jumps_beyond_reason_is_refused_unless_somebody_has_looked_at_it(
    world: World, before: int, after: int, fault: str
) -> None:
    take_in(world, HEAD + f"ndna-linkedin,myth,2027-01-20 09:00,reach,{before}\n")
    with pytest.raises(MetricsFileError) as caught:
        take_in(world, HEAD + GOOD + f"ndna-linkedin,myth,2027-01-21 09:00,reach,{after}\n")
    (line,) = caught.value.faults
    assert line.startswith(f"numbers.csv:3: value: {fault}")
    assert line.endswith("; mend it, or say --accept-jumps")
    assert len(stored(world)) == 1
    text = HEAD + f"ndna-linkedin,myth,2027-01-21 09:00,reach,{after}\n"
    with world.store.write() as connection:
        looked_at = NumbersFile(name="numbers.csv", text=text, accept_jumps=True)
        import_metrics(connection, looked_at, networks=NETWORKS, now=NOW)
    assert len(stored(world)) == 2


def test_jumps_are_looked_for_within_the_file_and_small_counts_may_do_anything(
    world: World,
) -> None:
    rows = [(19, 1), (20, 19), (21, 3), (22, 12), (23, 50_000)]
    text = HEAD + "".join(f"ndna-linkedin,myth,2027-01-{d} 10:00,reach,{v}\n" for d, v in rows)
    (line,) = faults(world, text)
    assert line.startswith("numbers.csv:6: value: 50000 is more than 100 times the 12 before it")


def test_a_count_that_another_source_contradicts_is_refused_with_both(world: World) -> None:
    times = {at("2027-01-20 09:00"): 1000, at("2027-01-22 09:00"): 1200}
    world.read("myth/ndna-linkedin/1", Metric.IMPRESSIONS, times, source="stated")
    row = "ndna-linkedin,myth,2027-01-21 09:00,impressions,"
    for value, other in (
        (800, "1000 from stated at 2027-01-20T09:00Z"),
        (1500, "1200 from stated"),
    ):
        with pytest.raises(MetricsFileError) as caught:
            take_in(world, HEAD + f"{row}{value}\n")
        (line,) = caught.value.faults
        assert line.startswith(f"numbers.csv:2: value: {value} disagrees with {other}")
    assert len(stored(world)) == 2
    assert take_in(world, HEAD + f"{row}1130\n").new == 1


def test_after_the_last_count_of_another_source_more_may_have_come(world: World) -> None:
    world.read("myth/ndna-linkedin/1", Metric.REACH, {at("2027-01-20 09:00"): 100}, source="stated")
    assert take_in(world, HEAD + "ndna-linkedin,myth,2027-01-24 09:00,reach,900\n").new == 1


def test_two_rows_that_contradict_each_other_are_refused(world: World) -> None:
    assert faults(world, HEAD + GOOD + GOOD.replace("1204", "1240")) == (
        "numbers.csv:3: contradicts line 2; keep one of them",
    )


def test_numbers_from_a_screenshot_or_a_persons_word_are_marked_as_less_sure(world: World) -> None:
    for evidence, text in (("stated", GOOD.replace("1204", "1190")), ("screenshot", GOOD)):
        with world.store.write() as connection:
            file = NumbersFile(name="numbers.csv", text=HEAD + text, evidence=evidence)
            import_metrics(connection, file, networks=NETWORKS, now=NOW)
    assert [row["source"] for row in stored(world)] == ["stated", "screenshot"]
    report = world.report()
    counted = {one.evidence: int(one.net or 0) for one in report.gains if one.counted and one.gain}
    assert counted == {"screenshot": 1204}
    (partner,) = [one for one in report.partners if one.partner == "ndna"]
    assert partner.evidence == ("screenshot",)
