from collections.abc import Mapping

import pytest
from sqlalchemy import select

from analytics.imports import ImportSummary
from campaign.partner_links.numbers import (
    NumbersError,
    Typed,
    fields_for,
    take_file,
    take_typed,
)
from campaign.partner_links.posts import post_of
from campaign.store.tables import SNAPSHOT
from campaign.wiring import NETWORKS
from connectors.contract import NetworkName
from tests.campaign.deliveries import NOW
from tests.campaign.ledger import Ledger
from tests.campaign.partner_links.scene import MINE, THEIRS, by_hand

BY_NAME = {str(name): network for name, network in NETWORKS.items()}
AT = "2027-01-11 06:55"
HEAD = "channel,post,observed_at,metric,value\n"
GOOD = f"npcc-linkedin,myth,{AT},impressions,1204\n"


@pytest.fixture
def live(ledger: Ledger) -> Ledger:
    ledger.put(by_hand(MINE), by_hand(THEIRS))
    for delivery in (MINE, THEIRS):
        ledger.force("published", delivery, published_at=NOW.replace(hour=6))
    return ledger


def typed(
    ledger: Ledger, values: Mapping[str, str], at: str = AT, *, accept_jumps: bool = False
) -> ImportSummary:
    post = post_of(ledger.connection, "npcc", MINE, NOW)
    assert post is not None
    said = Typed(values=values, observed_at=at, accept_jumps=accept_jumps)
    return take_typed(ledger.connection, post, said, BY_NAME, NOW)


def sent(ledger: Ledger, content: str | bytes) -> ImportSummary:
    raw = content if isinstance(content, bytes) else content.encode()
    return take_file(ledger.connection, "npcc", raw, BY_NAME, NOW)


def stored(ledger: Ledger) -> list[tuple[str, int | None, str]]:
    rows = ledger.connection.execute(select(SNAPSHOT).order_by(SNAPSHOT.c.metric))
    return [(row.metric, row.value, row.source) for row in rows]


def faults(ledger: Ledger, values: Mapping[str, str], at: str = AT) -> dict[str, str]:
    with pytest.raises(NumbersError) as caught:
        typed(ledger, values, at)
    assert stored(ledger) == []
    return caught.value.by_field


def test_the_form_asks_for_five_numbers_that_the_network_counts() -> None:
    asked = [one.metric for one in fields_for(NETWORKS[NetworkName("linkedin")])]
    assert asked == ["reactions", "replies", "reshares", "impressions", "reach"]
    assert all(len(fields_for(one)) <= 5 for one in NETWORKS.values())


def test_what_is_typed_is_stored_as_stated_and_what_is_left_out_is_not_zero(live: Ledger) -> None:
    summary = typed(live, {"reactions": "41", "impressions": "1,204", "replies": " ", "reach": ""})
    assert summary == ImportSummary(new=2, corrected=0, known=0)
    assert stored(live) == [("impressions", 1204, "stated"), ("reactions", 41, "stated")]


def test_a_zero_that_is_typed_is_a_zero(live: Ledger) -> None:
    typed(live, {"replies": "0"})
    assert stored(live) == [("replies", 0, "stated")]


def test_one_bad_number_keeps_all_of_them_out_and_is_told_at_its_field(live: Ledger) -> None:
    found = faults(live, {"reactions": "41", "replies": "-1", "impressions": "1.2k"})
    assert found == {
        "replies": "“-1” is no count; write a whole number such as 1204.",
        "impressions": "“1.2k” is no count; write a whole number such as 1204.",
    }


def test_the_time_is_told_at_its_field(live: Ledger) -> None:
    assert "future" in faults(live, {"replies": "1"}, "2027-01-12 06:55")["observed_at"]
    assert (
        "before the post went out"
        in faults(live, {"replies": "1"}, "2027-01-11 05:55")["observed_at"]
    )
    assert list(faults(live, {"replies": "1", "reactions": "2"}, "soon")) == ["observed_at"]


def test_an_empty_form_is_told_so(live: Ledger) -> None:
    assert faults(live, {}) == {"": "Write at least one number; leave out what you do not have."}


def test_a_formula_or_a_second_line_in_a_field_is_no_number(live: Ledger) -> None:
    for text in ("=1+1", "1\nndna-linkedin,myth,2027-01-11 06:55,reach,5", '1","5'):
        assert "is no count" in faults(live, {"replies": text})["replies"]


def test_a_jump_is_asked_about_and_taken_when_it_is_right(live: Ledger) -> None:
    typed(live, {"reactions": "30"}, "2027-01-11 06:10")
    with pytest.raises(NumbersError) as caught:
        typed(live, {"reactions": "9000"})
    assert caught.value.jumps
    assert "say that it is right" in caught.value.by_field["reactions"]
    assert "--" not in str(caught.value)
    assert typed(live, {"reactions": "9000"}, accept_jumps=True).new == 1


def test_a_file_is_taken_in_as_an_upload(live: Ledger) -> None:
    assert sent(live, b"\xef\xbb\xbf" + (HEAD + GOOD).encode()).new == 1
    assert stored(live) == [("impressions", 1204, "upload")]
    assert sent(live, HEAD + GOOD).known == 1


def test_a_file_with_another_partners_rows_stores_nothing_and_names_no_post_of_theirs(
    live: Ledger,
) -> None:
    theirs = f"ndna-linkedin,myth,{AT},impressions,5\n"
    with pytest.raises(NumbersError) as caught:
        sent(live, HEAD + GOOD + theirs)
    (said,) = caught.value.by_field.values()
    assert said.startswith("Line 3: unknown channel “ndna-linkedin”")
    assert stored(live) == []


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (HEAD + f"npcc-linkedin,myth,{AT},reach,=1+1\n", "Line 2: value: “=1+1” is no count"),
        (HEAD + f"=cmd|' /C calc'!A0,myth,{AT},reach,1\n", "Line 2: unknown channel “=cmd|"),
        (b"\xff\xfe\x00", "The file is not UTF-8 text"),
        (b"x" * 1_000_001, "The file is larger than 1 MB"),
        ("", "Line 1: the column “channel” is missing"),
    ],
)
def test_a_file_with_a_fault_is_refused_whole(
    live: Ledger, content: str | bytes, said: str
) -> None:
    with pytest.raises(NumbersError) as caught:
        sent(live, content)
    assert next(iter(caught.value.by_field.values())).startswith(said)
    assert stored(live) == []


def test_of_a_file_full_of_faults_twenty_are_told(live: Ledger) -> None:
    with pytest.raises(NumbersError) as caught:
        sent(live, HEAD + f"npcc-linkedin,myth,{AT},reach,many\n" * 50)
    told = list(caught.value.by_field.values())
    assert (len(told), told[-1]) == (21, "There are 30 more like these.")


def test_a_post_that_is_not_out_is_told_without_a_command(live: Ledger) -> None:
    live.force("with-partner", MINE, published_at=None)
    with pytest.raises(NumbersError) as caught:
        sent(live, HEAD + GOOD)
    (said,) = caught.value.by_field.values()
    assert (
        said == "Line 2: “myth” is not known to be live on npcc-linkedin; report its address first."
    )
