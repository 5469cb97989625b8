"""Ordered faults happen as often as ordered, to whom they were ordered, and can be proved."""

import time
from collections.abc import Callable

import pytest
import requests

from campaign.clock import SteppedClock
from rehearsal.server import Call, Fault, Rehearsal
from tests.rehearsal.clients import BlueskyClient, MastodonClient, XClient, picture, record

RKEY = "3lfkqx2pz2k2a"
Publish = Callable[[], requests.Response]


@pytest.fixture(params=["x", "mastodon", "bluesky"])
def network(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def publish(network: str, x: XClient, mastodon: MastodonClient, bluesky: BlueskyClient) -> Publish:
    ways: dict[str, Publish] = {
        "x": lambda: x.post("Hello"),
        "mastodon": lambda: mastodon.post("Hello"),
        "bluesky": lambda: bluesky.put(RKEY, record("Hello")),
    }
    return ways[network]


@pytest.mark.parametrize(
    ("fault", "stored"), [(Fault.DROP_BEFORE_STORING, 0), (Fault.STORE_THEN_DROP, 1)]
)
def test_a_dropped_connection_gives_no_answer(
    rehearsal: Rehearsal, network: str, publish: Publish, fault: Fault, stored: int
) -> None:
    rehearsal.inject(network, fault)
    with pytest.raises(requests.ConnectionError, match="Connection aborted"):
        publish()
    assert len(rehearsal.posts(network)) == stored
    seen = rehearsal.requests(network)[-1]
    assert (seen.status, seen.fault) == (None, fault)
    assert rehearsal.pending_faults() == []


@pytest.mark.parametrize(
    ("fault", "stored"), [(Fault.FAIL_BEFORE_STORING, 0), (Fault.STORE_THEN_FAIL, 1)]
)
def test_a_failure_is_500_whether_stored_or_not(
    rehearsal: Rehearsal, network: str, publish: Publish, fault: Fault, stored: int
) -> None:
    rehearsal.inject(network, fault)
    assert publish().status_code == 500
    assert len(rehearsal.posts(network)) == stored


def test_a_proxys_page_is_502_in_html(rehearsal: Rehearsal, network: str, publish: Publish) -> None:
    rehearsal.inject(network, Fault.HTML_ERROR)
    answer = publish()
    assert (answer.status_code, answer.headers["Content-Type"]) == (502, "text/html")
    assert b"<center>nginx</center>" in answer.content
    assert rehearsal.posts(network) == []


def test_an_empty_error_has_no_body(rehearsal: Rehearsal, network: str, publish: Publish) -> None:
    rehearsal.inject(network, Fault.EMPTY_ERROR)
    answer = publish()
    assert (answer.status_code, answer.content) == (503, b"")
    assert rehearsal.posts(network) == []


def test_odd_json_comes_after_the_work_is_done(
    rehearsal: Rehearsal, network: str, publish: Publish
) -> None:
    rehearsal.inject(network, Fault.ODD_JSON)
    answer = publish()
    assert answer.status_code == {"x": 201, "mastodon": 200, "bluesky": 200}[network]
    assert answer.json() == [{"unexpected": True}]
    assert len(rehearsal.posts(network)) == 1


@pytest.mark.parametrize(
    ("fault", "statuses"),
    [
        (Fault.REFUSE, {"x": 403, "mastodon": 422, "bluesky": 400}),
        (Fault.EXPIRED_TOKEN, {"x": 401, "mastodon": 401, "bluesky": 400}),
        (Fault.RATE_LIMIT, {"x": 429, "mastodon": 429, "bluesky": 429}),
    ],
)
def test_refusals_come_in_the_networks_own_status(
    rehearsal: Rehearsal,
    network: str,
    publish: Publish,
    fault: Fault,
    statuses: dict[str, int],
) -> None:
    rehearsal.inject(network, fault)
    assert publish().status_code == statuses[network]
    assert rehearsal.posts(network) == []
    assert publish().status_code in {200, 201}


def test_a_rate_limit_tells_when_it_ends(
    rehearsal: Rehearsal, x: XClient, mastodon: MastodonClient, bluesky: BlueskyClient
) -> None:
    for name in ("x", "mastodon", "bluesky"):
        rehearsal.inject(name, Fault.RATE_LIMIT)
    assert x.post("Hello").headers["x-rate-limit-reset"] == "1799743500"
    assert mastodon.post("Hello").headers["X-RateLimit-Reset"] == "2027-01-12T11:30:00.000000Z"
    assert bluesky.put(RKEY, record("Hello")).headers["retry-after"] == "3600"


def test_a_slow_answer_comes_late_but_the_post_stands_at_once(
    rehearsal: Rehearsal, x: XClient
) -> None:
    rehearsal.inject("x", Fault.SLOW, seconds=0.6)
    with pytest.raises(requests.ReadTimeout):
        x.call("POST", "/2/tweets", json={"text": "Hello"}, timeout=0.2)
    assert len(rehearsal.posts("x")) == 1
    rehearsal.inject("x", Fault.SLOW, seconds=0.2)
    started = time.monotonic()
    assert x.post("Again").status_code == 201
    assert time.monotonic() - started >= 0.2


def test_a_slow_answer_does_not_hold_up_others(rehearsal: Rehearsal, x: XClient) -> None:
    rehearsal.inject("x", Fault.SLOW, seconds=3)
    with pytest.raises(requests.ReadTimeout):
        x.call("POST", "/2/tweets", json={"text": "Hello"}, timeout=0.1)
    started = time.monotonic()
    assert x.post("Meanwhile").status_code == 201
    assert time.monotonic() - started < 1


def test_a_fault_happens_as_often_as_ordered(rehearsal: Rehearsal, x: XClient) -> None:
    rehearsal.inject("x", Fault.FAIL_BEFORE_STORING, times=2)
    statuses = [x.post("Hello").status_code for _ in range(3)]
    assert statuses == [500, 500, 201]


def test_a_fault_waits_for_its_call_and_its_account(rehearsal: Rehearsal, x: XClient) -> None:
    other = XClient(x.server, rehearsal.add_account("x", "@ndna.example"))
    rehearsal.inject("x", Fault.EMPTY_ERROR, on=Call.FIND, handle="@NDNA.example")
    assert other.post("Hello").status_code == 201
    assert x.call("GET", f"/2/users/{x.user_id}/tweets").status_code == 200
    (left,) = rehearsal.pending_faults()
    assert (left.fault, left.on, left.handle, left.left) == (
        Fault.EMPTY_ERROR,
        Call.FIND,
        "@ndna.example",
        1,
    )
    assert other.call("GET", f"/2/users/{x.user_id}/tweets").status_code == 503
    assert rehearsal.pending_faults() == []


def test_store_then_drop_is_not_used_up_by_a_refused_post(rehearsal: Rehearsal, x: XClient) -> None:
    rehearsal.inject("x", Fault.STORE_THEN_DROP)
    assert x.post("a" * 281).status_code == 400
    assert [fault.left for fault in rehearsal.pending_faults()] == [1]
    with pytest.raises(requests.ConnectionError):
        x.post("Fits")
    assert len(rehearsal.posts("x")) == 1


def test_faults_queue_in_the_order_they_were_ordered(rehearsal: Rehearsal, x: XClient) -> None:
    rehearsal.inject("x", Fault.EMPTY_ERROR)
    rehearsal.inject("x", Fault.RATE_LIMIT)
    assert [x.post("Hello").status_code for _ in range(3)] == [503, 429, 201]


def test_media_can_fail_while_publishing_works(
    rehearsal: Rehearsal, mastodon: MastodonClient
) -> None:
    rehearsal.inject("mastodon", Fault.FAIL_BEFORE_STORING, on=Call.MEDIA)
    assert mastodon.upload(picture()).status_code == 500
    assert mastodon.upload(picture()).status_code == 200


def test_a_key_survives_a_lost_answer(rehearsal: Rehearsal, mastodon: MastodonClient) -> None:
    rehearsal.inject("mastodon", Fault.STORE_THEN_DROP)
    with pytest.raises(requests.ConnectionError):
        mastodon.post("Once", "a-key")
    assert mastodon.post("Once", "a-key").status_code == 200
    assert len(rehearsal.posts("mastodon")) == 1


def test_an_expired_session_can_be_ordered(rehearsal: Rehearsal, bluesky: BlueskyClient) -> None:
    rehearsal.inject("bluesky", Fault.EXPIRED_TOKEN)
    assert bluesky.put(RKEY, record("Hello")).json()["error"] == "ExpiredToken"
    rehearsal.inject("bluesky", Fault.RATE_LIMIT, on=Call.SIGN_IN, handle="ico.example")
    assert bluesky.sign_in().headers["ratelimit-policy"] == "30;w=300"


def test_a_network_that_is_not_rehearsed_has_no_faults(rehearsal: Rehearsal) -> None:
    with pytest.raises(ValueError, match="not myspace"):
        rehearsal.inject("myspace", Fault.SLOW)


def test_only_some_uploads_can_be_still_processing(rehearsal: Rehearsal) -> None:
    with pytest.raises(ValueError, match="what Bluesky and Facebook take is never"):
        rehearsal.inject("bluesky", Fault.STILL_PROCESSING, on=Call.MEDIA)


def test_a_fault_that_never_happens_cannot_be_ordered(
    rehearsal: Rehearsal, clock: SteppedClock
) -> None:
    with pytest.raises(ValueError, match="at least once"):
        rehearsal.inject("x", Fault.SLOW, times=0)
