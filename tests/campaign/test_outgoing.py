from dataclasses import replace

import pytest

from campaign.outgoing import Ahead, outgoing
from campaign.payload import Form, Payload, PayloadLink, PayloadMedia, payload_from_json
from connectors.contract import Answered, DeliveryKey, Original, RemoteId

KEY = DeliveryKey("key")
AHEAD = Ahead(remote_id="2", url="https://x.com/ico.example/status/2", root_id="1")
SIGN = PayloadMedia(sha256="00", media_type="image/png", alt_text="A sign.", content=b"png")
PAYLOAD = Payload(
    network="x",
    handle="@ico.example",
    server=None,
    text="Hello.",
    language="en",
    link=PayloadLink(url="https://ico.example/a"),
    media=(SIGN,),
)


@pytest.mark.parametrize("form", [Form.PART, Form.COMMENT, Form.REPOST])
def test_what_follows_never_becomes_a_post_by_itself(form: Form) -> None:
    with pytest.raises(LookupError, match="before what it follows is out"):
        outgoing(replace(PAYLOAD, form=form), KEY)


@pytest.mark.parametrize("form", [Form.PART, Form.COMMENT])
def test_a_part_stands_under_the_part_before_in_the_thread_of_the_first(form: Form) -> None:
    post = outgoing(replace(PAYLOAD, form=form), KEY, AHEAD)
    assert post.answers == Answered(parent=RemoteId("2"), root=RemoteId("1"))
    assert (post.text, post.reposts, len(post.media)) == ("Hello.", None, 1)


def test_a_repost_has_nothing_of_its_own_to_upload() -> None:
    post = outgoing(replace(PAYLOAD, form=Form.REPOST, reposts="hash"), KEY, AHEAD)
    assert post.reposts == Original(remote_id=RemoteId("2"), url=AHEAD.url)
    assert (post.answers, post.media, post.link) == (None, (), None)


def test_a_post_by_itself_answers_nothing_whatever_is_ahead() -> None:
    assert outgoing(PAYLOAD, KEY, AHEAD).answers is None


@pytest.mark.parametrize("form", Form)
def test_how_it_stands_is_kept_and_part_of_the_content(form: Form) -> None:
    payload = replace(PAYLOAD, form=form)
    read = payload_from_json(payload.to_json())
    assert read == payload
    assert read.form is form
    assert (payload.content_hash == PAYLOAD.content_hash) is (form is Form.POST)
