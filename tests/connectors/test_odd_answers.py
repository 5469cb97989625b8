"""Answers that drawn input found (`make fuzz`): each once ended in a fault of ours."""

from datetime import UTC, datetime
from typing import Any

import pytest

from connectors import mastodon_finding, x_finding
from connectors.contract import DeliveryKey, OutgoingPost, Sought

NOW = datetime(2027, 1, 12, 8, 30, tzinfo=UTC)
POST = OutgoingPost(delivery_key=DeliveryKey("k"), text="Hello", language="en")


@pytest.mark.parametrize("odd", ["", " ", None, True, [], {}])
def test_a_status_without_an_id_is_no_published_post(odd: Any) -> None:
    status = {"id": odd, "created_at": "2027-01-12T08:30:00Z", "url": "https://a.example/1"}
    with pytest.raises(ValueError, match="the answer is not a published status"):
        mastodon_finding.published_from(status)


@pytest.mark.parametrize("odd", [{"a": 1}, ["1"], 7, None])
def test_a_post_whose_id_is_no_text_is_not_the_one_sought(odd: Any) -> None:
    sought = Sought(post=POST, since=NOW, taken=frozenset(), prepared=None)
    posts = [{"id": odd, "text": "Hello", "created_at": "2027-01-12T08:30:00.000Z"}]
    assert x_finding.matching(posts, sought) == []
