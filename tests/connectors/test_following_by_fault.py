"""Answers and reposts crossed with every fault of their one create, as posts are elsewhere.

The table of `test_row_by_fault` holds for them, too, but for what a network says of comments.
"""

from dataclasses import replace

import pytest

from connectors.contract import (
    AccessRefused,
    CannotSay,
    Found,
    OutgoingPost,
    Prepared,
    PublishedPost,
    RemoteId,
)
from rehearsal.server import Call, Fault
from tests.connectors.bench import Bench, open_bench, send, under
from tests.connectors.test_row_by_fault import PROVED, ROWS, SAMPLES, Row

ANSWERED = [name for name, one in SAMPLES.items() if one.network.capabilities.comments]
REPOSTED = [name for name, one in SAMPLES.items() if one.network.capabilities.reposts]
QUICK = [row for row in ROWS if row.fault is not Fault.SLOW]
"""Waiting for a time-out is no other than the connection's end, and takes seconds."""
EVERY_ROW = pytest.mark.parametrize("row", QUICK, ids=lambda row: row.fault)


def test_the_networks_are_those_that_offer_it() -> None:
    assert ANSWERED == ["x", "mastodon", "bluesky", "linkedin", "facebook", "instagram", "threads"]
    assert REPOSTED == ["x", "mastodon", "bluesky", "linkedin"]


@pytest.mark.parametrize("name", ANSWERED)
@EVERY_ROW
def test_an_answer_ends_as_the_table_says(name: str, row: Row) -> None:
    with open_bench(SAMPLES[name]) as bench:
        first = send(bench.connector(), bench.post("The law helps you share."))
        answer = under(bench.post("And then: tell."), first)
        prepared, end = attempt(bench, answer, row.fault)
        assert type(end) is row.end
        assert [one.answers for one in bench.stored()][1:] == [first.remote_id] * row.stored
        assert len(bench.calls(Call.PUBLISH)) == 2
        finding = bench.connector().find(bench.sought(answer, prepared=prepared))
        looked_up = CannotSay if row.stored == 0 else Found
        proves = name in PROVED and SAMPLES[name].comments_are_proved
        assert type(finding) is (row.proved if proves else looked_up)


@pytest.mark.parametrize("name", ANSWERED)
def test_a_token_that_ran_out_in_mid_thread_leaves_what_is_out_and_goes_on_behind_it(
    name: str,
) -> None:
    with open_bench(SAMPLES[name]) as bench:
        first = send(bench.connector(), bench.post("The law helps you share."))
        answer = under(bench.post("And then: tell."), first)
        prepared, end = attempt(bench, answer, Fault.EXPIRED_TOKEN)
        # Bluesky signs in anew by itself; elsewhere somebody connects the channel again.
        assert type(end) is (PublishedPost if name == "bluesky" else AccessRefused)
        if not isinstance(end, PublishedPost):
            bench.connector().publish(answer, prepared)
        assert [one.answers for one in bench.stored()][1:] == [first.remote_id]


@pytest.mark.parametrize("name", REPOSTED)
@EVERY_ROW
def test_a_repost_ends_as_the_table_says(name: str, row: Row) -> None:
    with open_bench(SAMPLES[name]) as bench:
        original = bench.by_another_account()
        prepared, end = attempt(bench, bench.repost_of(original), row.fault)
        assert type(end) is row.end
        assert [one.reposts for one in bench.stored()][1:] == [original.remote_id] * row.stored
        assert len(bench.calls(Call.PUBLISH)) == 2
        sought = bench.sought(bench.repost_of(original), prepared=prepared)
        finding = bench.connector().find(sought)
        assert type(finding) is (row.proved if name in PROVED else row.looked_up)


@pytest.mark.parametrize("name", REPOSTED)
def test_a_repost_of_what_is_gone_is_not_made(name: str) -> None:
    with open_bench(SAMPLES[name]) as bench:
        original = bench.by_another_account()
        gone = RemoteId(bench.sample.unknown_id(original.remote_id, 1))
        url = original.url.replace(original.remote_id, gone) + "0"
        _prepared, end = attempt(
            bench, bench.repost_of(replace(original, remote_id=gone, url=url)), None
        )
        assert isinstance(end, Exception)
        assert len(bench.stored()) == 1


def attempt(bench: Bench, post: OutgoingPost, fault: Fault | None) -> tuple[Prepared, object]:
    """Make one attempt that meets a fault; return what was prepared and what it ended as."""
    prepared = Prepared()
    try:
        prepared = bench.connector().prepare(post, None)
        if fault is not None:
            bench.inject(fault)
        return prepared, bench.connector().publish(post, prepared)
    except Exception as error:  # noqa: BLE001 - the type is what is asserted
        return prepared, error
