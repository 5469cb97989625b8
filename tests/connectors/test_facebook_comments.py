"""First comments on Facebook, where the laws of every connector do not reach."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import responses

from connectors.contract import (
    Access,
    Answered,
    CannotSay,
    DeliveryKey,
    Found,
    Metric,
    Missing,
    OutcomeUnknown,
    OutgoingPost,
    PostRefused,
    PublishedPost,
    RemoteId,
    Sought,
)
from connectors.facebook import FacebookConnector
from connectors.facebook_facts import API_VERSION
from tests.connectors.bench import START, Bench, open_bench, outcome, send, under
from tests.connectors.test_facebook import KEYS, SAMPLE

COMMENTS = f"https://graph.facebook.com/{API_VERSION}/17_42/comments"
POST = RemoteId("17_42")


def comment(parent: str = POST) -> OutgoingPost:
    parent_id = RemoteId(parent)
    return OutgoingPost(
        delivery_key=DeliveryKey("key"),
        text="Read more.",
        language="en",
        answers=Answered(parent=parent_id, root=parent_id),
    )


@pytest.fixture
def bench() -> Iterator[Bench]:
    with open_bench(SAMPLE) as opened:
        yield opened


@pytest.fixture
def facebook() -> Iterator[FacebookConnector]:
    access = Access(handle="ico.example", server=None, credentials=KEYS, now=lambda: START)
    connector = FacebookConnector(access)
    yield connector
    connector.close()


def listed(**changes: Any) -> dict[str, Any]:
    usual = {
        "id": "42_7",
        "message": "Read more.",
        "created_time": f"{START:%Y-%m-%dT%H:%M:%S+0000}",
        "from": {"id": "17", "name": "ICO"},
    }
    return {**usual, **changes}


def test_a_comment_is_counted_as_a_comment(bench: Bench) -> None:
    post, connector = send(bench.connector(), bench.post()), bench.connector()
    for text, fields in (("a" * 8_000, []), ("a" * 8_001, ["text"])):
        answer = under(bench.post(text), post)
        assert [one.field for one in connector.check(answer, connector.limits())] == fields
        end = outcome(connector, answer)
        assert isinstance(end, PostRefused if fields else PublishedPost)


def test_a_comment_has_no_counts_of_its_own(bench: Bench) -> None:
    post = send(bench.connector(), bench.post())
    answer = send(bench.connector(), under(bench.post("And then."), post))
    read, unread = bench.connector().read_metrics([post.remote_id, answer.remote_id])
    assert Metric.REPLIES in read.values
    assert unread.values == {}
    assert set(unread.missing.values()) == {Missing.NOT_OFFERED}


@responses.activate
def test_a_post_that_a_person_recorded_by_its_address_is_commented_on(
    facebook: FacebookConnector,
) -> None:
    responses.post(COMMENTS, json={"id": "42_7"})
    answer = comment("https://www.facebook.com/ico.example/posts/42")
    published = facebook.publish(answer, facebook.prepare(answer, None))
    assert published.remote_id == "comment:42_7"
    assert published.url == "https://www.facebook.com/17/posts/42"


@responses.activate
def test_an_address_that_names_no_post_is_refused(facebook: FacebookConnector) -> None:
    answer = comment("https://www.facebook.com/ico.example/posts/pfbid02abc")
    with pytest.raises(PostRefused, match="does not say which post"):
        facebook.publish(answer, facebook.prepare(answer, None))
    assert len(responses.calls) == 0


@responses.activate
@pytest.mark.parametrize("body", [{}, {"id": 7}, {"id": ""}, {"success": True}])
def test_an_answer_without_an_id_leaves_it_open(
    facebook: FacebookConnector, body: dict[str, Any]
) -> None:
    responses.post(COMMENTS, json=body)
    with pytest.raises(OutcomeUnknown):
        facebook.publish(comment(), facebook.prepare(comment(), None))


@responses.activate
@pytest.mark.parametrize(
    ("data", "found"),
    [
        ([listed()], True),
        ([listed(), listed(id="42_8", message="Another one.")], True),
        ([listed(**{"from": {"id": "18"}})], False),
        ([listed(**{"from": None})], False),
        ([listed(created_time=f"{START - timedelta(hours=1):%Y-%m-%dT%H:%M:%S+0000}")], False),
        ([listed(), listed(id="42_8")], False),
        ([listed(id=7)], False),
        ([], False),
    ],
)
def test_only_one_own_comment_of_the_time_that_says_the_same_is_it(
    facebook: FacebookConnector, data: list[dict[str, Any]], *, found: bool
) -> None:
    responses.get(COMMENTS, json={"data": data})
    finding = facebook.find(Sought(post=comment(), since=START))
    assert isinstance(finding, Found if found else CannotSay)
