"""First comments and reshares on LinkedIn, where the laws of every connector do not reach."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
import responses

from connectors.contract import (
    Answered,
    CannotSay,
    DeliveryKey,
    Found,
    Metric,
    Missing,
    Original,
    OutcomeUnknown,
    OutgoingPost,
    PostRefused,
    PublishedPost,
    RemoteId,
    Sought,
)
from connectors.linkedin import LinkedInConnector
from tests.connectors.bench import START, Bench, open_bench, outcome, send, under
from tests.connectors.test_linkedin import SAMPLE
from tests.connectors.test_linkedin_requests import OWNER, access

POST = RemoteId("urn:li:share:7141138937766391808")
URN = "urn:li:comment:(urn:li:activity:7141138937766391808,7102986562019213313)"
COMMENTS = (
    "https://api.linkedin.com/rest/socialActions/urn%3Ali%3Ashare%3A7141138937766391808/comments"
)
COMMENT = OutgoingPost(
    delivery_key=DeliveryKey("key"),
    text="Read (more): #Here",
    language="en",
    answers=Answered(parent=POST, root=POST),
)
SOUGHT = Sought(post=COMMENT, since=START)


@pytest.fixture
def bench() -> Iterator[Bench]:
    with open_bench(SAMPLE) as opened:
        yield opened


@pytest.fixture
def linkedin() -> Iterator[LinkedInConnector]:
    connector = LinkedInConnector(access())
    yield connector
    connector.close()


def listed(**changes: Any) -> dict[str, Any]:
    usual = {
        "commentUrn": URN,
        "actor": OWNER,
        "message": {"text": "Read (more): #Here"},
        "created": {"time": int(START.timestamp() * 1000)},
    }
    return {**usual, **changes}


def test_a_comment_is_counted_as_a_comment(bench: Bench) -> None:
    """Which may be less long than a post, and is sent without escapes."""
    post, connector = send(bench.connector(), bench.post()), bench.connector()
    for text, fields in (("a" * 1250, []), ("(" * 1250, []), ("a" * 1251, ["text"])):
        comment = under(bench.post(text), post)
        assert [one.field for one in connector.check(comment, connector.limits())] == fields
        end = outcome(connector, comment)
        assert isinstance(end, PostRefused if fields else PublishedPost)


def test_a_comment_has_no_counts_of_its_own(bench: Bench) -> None:
    post = send(bench.connector(), bench.post())
    comment = send(bench.connector(), under(bench.post("And then."), post))
    (reading,) = bench.connector().read_metrics([comment.remote_id])
    assert reading.values == {}
    assert reading.missing[Metric.IMPRESSIONS] is Missing.NOT_OFFERED


@responses.activate
@pytest.mark.parametrize("name", ["commentUrn", "$URN"])
def test_a_comments_name_is_read_where_it_stands(linkedin: LinkedInConnector, name: str) -> None:
    responses.post(COMMENTS, status=201, json={name: URN})
    published = linkedin.publish(COMMENT, linkedin.prepare(COMMENT, None))
    assert published.remote_id == URN
    assert published.url == f"https://www.linkedin.com/feed/update/{POST}/"


@responses.activate
@pytest.mark.parametrize("body", [{}, {"commentUrn": 7}, {"id": "7102986562019213313"}])
def test_an_answer_without_a_name_leaves_it_open(
    linkedin: LinkedInConnector, body: dict[str, Any]
) -> None:
    responses.post(COMMENTS, status=201, json=body)
    with pytest.raises(OutcomeUnknown):
        linkedin.publish(COMMENT, linkedin.prepare(COMMENT, None))


@responses.activate
@pytest.mark.parametrize(
    ("elements", "found"),
    [
        ([listed()], True),
        ([listed(actor="urn:li:person:7")], False),
        ([listed(message={"text": "Another one."})], False),
        ([listed(created={"time": int(START.timestamp() * 1000) - 3_600_000})], False),
        ([listed(), listed(commentUrn=URN.replace("313)", "314)"))], False),
        ([listed(message=None)], False),
        ([listed(created=None)], False),
        ([], False),
    ],
)
def test_only_one_own_comment_of_the_time_that_says_the_same_is_it(
    linkedin: LinkedInConnector, elements: list[dict[str, Any]], *, found: bool
) -> None:
    responses.get(COMMENTS, json={"elements": elements})
    finding = linkedin.find(SOUGHT)
    assert isinstance(finding, Found if found else CannotSay)


@responses.activate
def test_a_reshare_is_known_by_what_it_passes_on(linkedin: LinkedInConnector) -> None:
    """And a post that only says the same, or passes on another one, is not it."""
    at = int(START.timestamp() * 1000)
    usual = {"commentary": "", "publishedAt": at, "lifecycleState": "PUBLISHED"}
    other = {"parent": "urn:li:share:1"}
    responses.get(
        "https://api.linkedin.com/rest/posts",
        json={
            "elements": [
                {**usual, "id": "urn:li:share:2"},
                {**usual, "id": "urn:li:share:3", "reshareContext": other},
                {**usual, "id": "urn:li:share:4", "reshareContext": {"parent": POST}},
            ]
        },
    )
    original = Original(remote_id=POST, url="https://www.linkedin.com/feed/update/7/")
    repost = replace(COMMENT, answers=None, reposts=original)
    finding = linkedin.find(Sought(post=repost, since=START))
    assert isinstance(finding, Found)
    assert finding.post.remote_id == "urn:li:share:4"
