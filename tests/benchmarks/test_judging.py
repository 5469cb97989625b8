from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import requests

from benchmarks.loopback import Arrival, BenchmarkError, Loopback, check_each_once, loopback_server
from benchmarks.pages import write_into
from benchmarks.tables import Section, Spread, table
from benchmarks.work import CHANNELS, Campaign, posts_to_send, write_campaign
from campaign.checks.report import check
from connectors.contract import Access, DeliveryKey, OutgoingPost, Prepared
from connectors.registry import NETWORKS

A = Arrival(token="a", key="1", text="Hello.", came_at=1.0, answered_at=1.1)
B = Arrival(token="b", key="2", text="Hello.", came_at=1.0, answered_at=1.1)
WANTED = {("a", "Hello."), ("b", "Hello.")}
TWICE = replace(A, key="3")
STRANGE = replace(A, key="4", text="Bye.")


@pytest.fixture(scope="module")
def server() -> Iterator[Loopback]:
    with loopback_server() as running:
        yield running


def test_every_post_once_is_what_a_run_has_to_show() -> None:
    check_each_once([A, B], WANTED)


@pytest.mark.parametrize(
    ("came", "fault"),
    [
        ([A], "1 posts lost, 0 sent more than once"),
        ([A, B, TWICE], "0 posts lost, 1 sent more than once"),
        ([A, B, STRANGE], "1 not asked for"),
        ([A, replace(B, key="1")], "1 keys for 2 posts"),
    ],
)
def test_a_post_lost_doubled_made_up_or_without_its_own_key_is_no_run(
    came: list[Arrival], fault: str
) -> None:
    with pytest.raises(BenchmarkError, match=fault):
        check_each_once(came, WANTED)


def test_the_loopback_network_takes_what_the_connector_sends(server: Loopback) -> None:
    network = NETWORKS["mastodon"]  # type: ignore[index]  # a plain word is what people write
    assert network.connect is not None
    access = Access(
        handle="@a@social.example",
        server=server.url,
        credentials={"ACCESS_TOKEN": "token"},
        timeout=timedelta(seconds=5),
        now=lambda: datetime.now(UTC),
    )
    connector = network.connect(access)
    post = OutgoingPost(delivery_key=DeliveryKey("k"), text="A & B <c>.", language="en")
    first = connector.publish(post, Prepared())
    assert connector.publish(post, Prepared()).remote_id == first.remote_id
    assert first.warnings == ()
    assert connector.limits().announced
    connector.close()
    came = [(one.token, one.key, one.text) for one in server.arrivals()]
    assert came == [("token", "k", "A & B <c>.")] * 2


def test_the_others_send_the_same_bytes(server: Loopback) -> None:
    post = posts_to_send(CHANNELS)[0]
    answer = requests.post(
        f"{server.url}/api/v1/statuses", data=post.body, headers=post.headers, timeout=5
    )
    assert answer.json()["content"] == f"<p>{post.text}</p>"
    assert answer.headers["X-RateLimit-Remaining"] == "299"


def test_the_campaign_of_the_benchmarks_has_no_fault(server: Loopback, tmp_path: Path) -> None:
    first = datetime.now(UTC) + timedelta(days=1)
    campaign = Campaign(folder=tmp_path, server=server.url, first=first)
    write_campaign(campaign, 2 * CHANNELS)
    report = check(tmp_path, NETWORKS)
    assert [str(one) for one in report.faults] == []
    assert len(report.deliveries) == 100


def test_figures_are_medians_with_the_least_and_the_most() -> None:
    assert Spread.of([3.0, 1.0, 2000.0]).text() == "3 (1 to 2,000)"
    assert Spread.of([1.26]).text(1) == "1.3"


def test_tables_can_be_read_as_they_are() -> None:
    assert table(["", "a"], [["one", "1"]]) == "|     | a |\n| --- | - |\n| one | 1 |"


def test_a_page_gets_its_tables_and_keeps_the_rest(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("Before.\n<!-- figures: x -->\nold\n<!-- end of figures -->\nAfter.\n", "utf-8")
    write_into(page, Section(name="x", title="New", text="| 1 |", figures=[]))
    assert page.read_text("utf-8") == (
        "Before.\n<!-- figures: x -->\n\nNew:\n\n| 1 |\n\n<!-- end of figures -->\nAfter.\n"
    )
    with pytest.raises(BenchmarkError, match="no place for y"):
        write_into(page, Section(name="y", title="New", text="", figures=[]))
