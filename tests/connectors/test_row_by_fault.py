"""Every network's row of retry rules crossed with every fault of its one create.

For each: what the attempt ends as, how many posts stand afterwards, and what looking says. The
expectations are literals, by network, so that a change of any of them is a change of this table.
"""

from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from connectors.contract import (
    Absent,
    AccessRefused,
    CannotSay,
    Found,
    NotSent,
    OutcomeUnknown,
    PostRefused,
    Prepared,
    PublishedPost,
)
from rehearsal.server import Call, Fault
from tests.connectors import (
    test_bluesky,
    test_email,
    test_facebook,
    test_feed,
    test_instagram,
    test_linkedin,
    test_mastodon,
    test_threads,
    test_webhook,
    test_x,
    test_youtube,
)
from tests.connectors.bench import Bench, Sample, open_bench, outcome, send

SAMPLES: dict[str, Sample] = {
    one.network.name: one
    for one in (
        test_x.SAMPLE,
        test_mastodon.SAMPLE,
        test_bluesky.SAMPLE,
        test_linkedin.SAMPLE,
        test_facebook.SAMPLE,
        test_instagram.SAMPLE,
        test_threads.SAMPLE,
        test_youtube.SAMPLE,
        test_webhook.SAMPLE,
        test_feed.SAMPLE,
        test_email.SAMPLE,
    )
}
LOOKED_UP = ("x", "linkedin")
"""May find a post, never prove that there is none."""
PROVED = ("mastodon", "bluesky", "facebook", "instagram", "threads", "youtube", "feed")
HANDED_OVER = ("webhook", "email")
"""Nobody can be asked what became of it, whatever it was."""
SAME_AGAIN = ("mastodon", "bluesky", "facebook", "youtube", "webhook", "feed")
"""The same request again is the same post: by a key, by a record's or an entry's name, by the
post's own id; and to a receiver that drops repeats, which is for its owner to promise. On Instagram
and Threads it is refused once the post is out, which their own tests show."""

WAITS = {
    "x": ("12 08:45", "12 08:35"),
    "mastodon": ("12 11:30", "12 08:35"),
    "bluesky": ("12 09:30", "12 08:35"),
    "linkedin": ("13 00:00", "13 00:00"),
    "facebook": ("13 08:30", "12 08:35"),
    "instagram": ("12 08:35", "12 08:35"),
    "threads": ("12 08:35", "12 08:35"),
    "youtube": ("13 08:01", "13 08:01"),
    "webhook": ("12 08:31", "12 08:35"),
}
"""By network: the day and time to come again, where it says so at half past eight, and where it
does not. LinkedIn and YouTube never do: their quotas last until a midnight, UTC and Pacific."""
IN_JSON = tuple(name for name in SAMPLES if name not in {"feed", "email"})
"""A folder and a mail server answer nothing that could have a field more."""
SAID_TWICE: dict[str, tuple[type[object], int]] = {
    "x": (OutcomeUnknown, 1),
    "linkedin": (OutcomeUnknown, 1),
    "facebook": (PostRefused, 1),
    "youtube": (PostRefused, 1),
}
"""Networks that refuse the same words on one account, and how many posts stand; the others take
them."""


@dataclass(frozen=True, kw_only=True)
class Row:
    """What a fault comes to."""

    fault: Fault
    end: type[object]
    stored: int
    proved: type[object]
    """What looking says on a network that proves absence."""
    looked_up: type[object]
    """And on one that does not."""


ROWS = (
    Row(fault=Fault.STORE_THEN_DROP, end=OutcomeUnknown, stored=1, proved=Found, looked_up=Found),
    Row(fault=Fault.STORE_THEN_FAIL, end=OutcomeUnknown, stored=1, proved=Found, looked_up=Found),
    Row(fault=Fault.SLOW, end=OutcomeUnknown, stored=1, proved=Found, looked_up=Found),
    Row(
        fault=Fault.DROP_BEFORE_STORING,
        end=OutcomeUnknown,
        stored=0,
        proved=Absent,
        looked_up=CannotSay,
    ),
    Row(
        fault=Fault.FAIL_BEFORE_STORING,
        end=OutcomeUnknown,
        stored=0,
        proved=Absent,
        looked_up=CannotSay,
    ),
    Row(fault=Fault.HTML_ERROR, end=OutcomeUnknown, stored=0, proved=Absent, looked_up=CannotSay),
    Row(fault=Fault.EMPTY_ERROR, end=OutcomeUnknown, stored=0, proved=Absent, looked_up=CannotSay),
    Row(fault=Fault.RATE_LIMIT, end=NotSent, stored=0, proved=Absent, looked_up=CannotSay),
    Row(fault=Fault.REFUSE, end=PostRefused, stored=0, proved=Absent, looked_up=CannotSay),
)
EVERY_NETWORK = pytest.mark.parametrize("name", SAMPLES)
EVERY_ROW = pytest.mark.parametrize("row", ROWS, ids=lambda row: row.fault)


def test_the_networks_are_those_that_are_connected() -> None:
    assert set(LOOKED_UP) | set(PROVED) | set(HANDED_OVER) == set(SAMPLES)
    proving = {name for name, one in SAMPLES.items() if one.network.capabilities.proves_absence}
    assert proving == set(PROVED)
    blind = {name for name, one in SAMPLES.items() if not one.network.capabilities.finds}
    assert blind == set(HANDED_OVER)


@EVERY_NETWORK
@EVERY_ROW
def test_a_fault_of_the_create_ends_as_the_table_says(name: str, row: Row) -> None:
    with open_bench(SAMPLES[name]) as bench:
        prepared, end = attempt(bench, row.fault)
        assert type(end) is row.end
        assert len(bench.stored()) == row.stored
        assert len(bench.calls(Call.PUBLISH)) == 1
        finding = bench.connector().find(bench.sought(bench.post(pictures=1), prepared=prepared))
        expected = row.proved if name in PROVED else row.looked_up
        assert type(finding) is (CannotSay if name in HANDED_OVER else expected)
        if isinstance(finding, Found):
            assert finding.post.remote_id == bench.stored()[0].remote_id


@pytest.mark.parametrize("name", SAME_AGAIN)
@pytest.mark.parametrize("row", ROWS[:-1], ids=lambda row: row.fault)
def test_what_was_prepared_can_be_sent_again_and_is_one_post(name: str, row: Row) -> None:
    with open_bench(SAMPLES[name]) as bench:
        prepared, _ = attempt(bench, row.fault)
        published = bench.connector().publish(bench.post(pictures=1), prepared)
        assert [one.remote_id for one in bench.stored()] == [published.remote_id]


@pytest.mark.parametrize("name", LOOKED_UP)
@pytest.mark.parametrize("fault", [Fault.STORE_THEN_DROP, Fault.STORE_THEN_FAIL, Fault.SLOW])
def test_where_it_cannot_a_repeat_is_refused_and_still_found(name: str, fault: Fault) -> None:
    with open_bench(SAMPLES[name]) as bench:
        prepared, _ = attempt(bench, fault)
        post = bench.post(pictures=1)
        connector = bench.connector()
        with pytest.raises(OutcomeUnknown) as caught:
            connector.publish(post, prepared)
        assert caught.value.code == "duplicate"
        assert isinstance(connector.find(bench.sought(post, prepared=prepared)), Found)
        assert len(bench.stored()) == 1


@EVERY_NETWORK
def test_a_token_that_ran_out_on_the_way_sends_at_most_one_post(name: str) -> None:
    with open_bench(SAMPLES[name]) as bench:
        _, end = attempt(bench, Fault.EXPIRED_TOKEN)
        # Bluesky signs in anew; the mail server's password is the installation's to mend.
        ends = {"bluesky": PublishedPost, "email": NotSent}
        assert type(end) is ends.get(name, AccessRefused)
        assert len(bench.stored()) == (1 if name == "bluesky" else 0)


@pytest.mark.parametrize("name", [*LOOKED_UP, *PROVED])
def test_an_answer_of_no_documented_shape_is_no_refusal(name: str) -> None:
    with open_bench(SAMPLES[name]) as bench:
        prepared, end = attempt(bench, Fault.ODD_JSON)
        assert isinstance(end, OutcomeUnknown | PublishedPost)
        finding = bench.connector().find(bench.sought(bench.post(pictures=1), prepared=prepared))
        assert isinstance(finding, Found)


@pytest.mark.parametrize("name", WAITS)
def test_a_quota_used_up_names_the_time_that_the_network_names_or_one_of_ours(name: str) -> None:
    ends = []
    for fault in (Fault.RATE_LIMIT, Fault.BARE_RATE_LIMIT):
        with open_bench(SAMPLES[name]) as bench:
            ends.append(attempt(bench, fault)[1])
    assert [type(one) for one in ends] == [NotSent, NotSent]
    waits = [f"{one.retry_at:%d %H:%M}" for one in ends if isinstance(one, NotSent)]
    assert tuple(waits) == WAITS[name]


@pytest.mark.parametrize("name", IN_JSON)
def test_fields_that_nobody_knows_yet_change_nothing(name: str) -> None:
    with open_bench(SAMPLES[name]) as bench:
        for call in (Call.MEDIA, Call.PUBLISH, Call.FIND, Call.LIMITS, Call.SIGN_IN):
            bench.inject(Fault.MORE_FIELDS, on=call, times=9)
        connector, post = bench.connector(), bench.post(pictures=1)
        prepared = connector.prepare(post, None)
        published = connector.publish(post, prepared)
        assert [one.remote_id for one in bench.stored()] == [published.remote_id]
        found = connector.find(bench.sought(post, prepared=prepared))
        assert isinstance(found, CannotSay if name in HANDED_OVER else Found)
        plain = connector.read_metrics([published.remote_id])
        bench.inject(Fault.MORE_FIELDS, on=Call.READ, times=9)
        assert bench.connector().read_metrics([published.remote_id]) == plain


@EVERY_NETWORK
def test_the_same_words_by_another_delivery_end_as_the_network_has_it(name: str) -> None:
    with open_bench(SAMPLES[name]) as bench:
        send(bench.connector(), bench.post(pictures=1))
        other = replace(bench.post(pictures=1), delivery_key=bench.key("another"))
        end = outcome(bench.connector(), other)
        expected, stored = SAID_TWICE.get(name, (PublishedPost, 2))
        assert (type(end), len(bench.stored())) == (expected, stored)


@EVERY_NETWORK
def test_an_id_is_text_from_end_to_end(name: str) -> None:
    with open_bench(SAMPLES[name]) as bench:
        published = send(bench.connector(), bench.post())
        assert isinstance(published.remote_id, str)
        assert published.remote_id == bench.stored()[0].remote_id
        if name not in {"bluesky", "youtube", "webhook", "feed", "email"}:  # whose ids are names
            digits = int(published.remote_id.replace("_", ":").rpartition(":")[2])
            assert digits > 2**53


def attempt(bench: Bench, fault: Fault) -> tuple[Prepared, object]:
    """Make one attempt that meets a fault; return what was prepared and what it ended as."""
    post = bench.post(pictures=1)
    prepared = bench.connector().prepare(post, None)
    patience = bench.timeout
    if fault is Fault.SLOW:
        bench.timeout = timedelta(seconds=1.5)
    bench.inject(fault, seconds=3.0)
    try:
        return prepared, bench.connector().publish(post, prepared)
    except Exception as error:  # noqa: BLE001 - the type is what is asserted
        return prepared, error
    finally:
        bench.timeout = patience
