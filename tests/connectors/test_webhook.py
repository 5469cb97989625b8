import base64
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import ClassVar

import pytest
import responses
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from connectors.contract import (
    Access,
    AccessRefused,
    CannotSay,
    Connector,
    ConnectorError,
    Link,
    NotSent,
    OutcomeUnknown,
    OutgoingPost,
    PostRefused,
    Prepared,
)
from connectors.grants import AppPassword
from connectors.webhook import NETWORK
from connectors.webhook_facts import choose_key, promised_life, read_permalink
from rehearsal.server import Call
from tests.connectors.bench import START, Bench, Sample, open_bench, send
from tests.connectors.contract import ConnectorContract

SAMPLE = Sample(
    network=NETWORK,
    handle="ico.partner",
    at_limit=("a" * 10_000, "漢" * 10_000),
    over_limit=("b" * 10_001, "字" * 10_001),
    unknown_id=lambda _known, number: f"00000000-0000-5000-8000-{number:012}",
    has_language=True,
    foreign_address="mailto:somebody@partner.example",
    uploads=False,
)
OTHER_SECRET = "whsec_" + base64.b64encode(b"another secret, just as long as it has to be").decode()


class TestWebhook(ConnectorContract):
    sample: ClassVar[Sample] = SAMPLE


@pytest.fixture(name="bench")
def open_one() -> Iterator[Bench]:
    with open_bench(SAMPLE) as bench:
        yield bench


def access_of(url: str, **changes: str) -> Access:
    credentials = {
        "URL": url,
        "SECRET": OTHER_SECRET,
        "DROPS_REPEATS_FOR": "no",
    }
    return Access(
        handle="ico.partner",
        server=None,
        credentials={**credentials, **changes},
        now=lambda: datetime.now(UTC),
        timeout=timedelta(seconds=5),
    )


def connected(access: Access) -> Connector:
    assert NETWORK.connect is not None
    return NETWORK.connect(access)


POST = OutgoingPost(
    delivery_key=choose_key("law/ico/1", "content", START),
    text="Think. Check. Share.",
    language="en",
    link=Link(url="https://ico.org.uk/think", title="Think", description="What the law says."),
)
URL = "https://partner.example/hooks/planted-51be-planted"


def test_what_is_sent_is_what_the_specifications_own_library_accepts() -> None:
    with responses.RequestsMock() as server:
        server.post(URL, status=204)
        connected(access_of(URL)).publish(POST, Prepared())
        request = server.calls[0].request
    body = request.body
    assert isinstance(body, bytes)
    headers = dict(request.headers)
    said = Webhook(OTHER_SECRET).verify(body, headers)
    assert said == {
        "type": "post.publish",
        "data": {
            "id": POST.delivery_key,
            "text": "Think. Check. Share.",
            "language": "en",
            "link": {
                "url": "https://ico.org.uk/think",
                "title": "Think",
                "description": "What the law says.",
            },
            "media": [],
        },
    }
    with pytest.raises(WebhookVerificationError):
        Webhook(OTHER_SECRET).verify(body + b" ", headers)
    with pytest.raises(WebhookVerificationError):
        Webhook("whsec_" + base64.b64encode(b"x" * 32).decode()).verify(body, headers)


def test_while_a_secret_is_changed_both_open_it() -> None:
    new = "whsec_" + base64.b64encode(b"n" * 32).decode()
    with responses.RequestsMock() as server:
        server.post(URL, status=200)
        connected(access_of(URL, SECRET=f"{new} {OTHER_SECRET}")).publish(POST, Prepared())
        request = server.calls[0].request
    assert isinstance(request.body, bytes)
    for one in (new, OTHER_SECRET):
        assert Webhook(one).verify(request.body, dict(request.headers))["type"] == "post.publish"


def test_every_attempt_has_the_same_id_and_body_and_a_signature_of_its_own(bench: Bench) -> None:
    connector, post = bench.connector(), bench.post()
    send(connector, post)
    bench.clock.advance(timedelta(hours=3))
    send(bench.connector(), post)
    first, second = bench.calls(Call.PUBLISH)
    assert first.headers["webhook-id"] == second.headers["webhook-id"] == post.delivery_key
    assert first.body == second.body
    assert first.headers["webhook-signature"] != second.headers["webhook-signature"]
    assert len(bench.stored()) == 1


def test_the_id_is_the_deliverys_whatever_it_says() -> None:
    assert choose_key("a/b/1", "one text", START) == choose_key("a/b/1", "another", START)


ANSWERS: list[tuple[int, dict[str, str], type[ConnectorError]]] = [
    (410, {}, AccessRefused),
    (404, {}, AccessRefused),
    (405, {}, AccessRefused),
    (401, {}, AccessRefused),
    (403, {}, AccessRefused),
    (301, {"Location": "https://elsewhere.example/"}, AccessRefused),
    (308, {"Location": "https://elsewhere.example/"}, AccessRefused),
    (303, {"Location": "https://elsewhere.example/"}, OutcomeUnknown),
    (400, {}, PostRefused),
    (413, {}, PostRefused),
    (422, {}, PostRefused),
    (429, {"Retry-After": "120"}, NotSent),
    (408, {}, OutcomeUnknown),
    (409, {}, OutcomeUnknown),
    (500, {}, OutcomeUnknown),
    (502, {}, OutcomeUnknown),
    (503, {"Retry-After": "120"}, OutcomeUnknown),
    (504, {}, OutcomeUnknown),
]


@pytest.mark.parametrize(("status", "headers", "error"), ANSWERS)
def test_what_an_answer_means(
    status: int, headers: dict[str, str], error: type[ConnectorError]
) -> None:
    with responses.RequestsMock() as server:
        server.post(URL, status=status, headers=headers)
        with pytest.raises(error) as caught:
            connected(access_of(URL)).publish(POST, Prepared())
        assert len(server.calls) == 1
    assert type(caught.value) is error
    assert "planted" not in f"{caught.value} {caught.value!r}"


@pytest.mark.parametrize(
    ("body", "url"),
    [
        (b"", f"urn:uuid:{POST.delivery_key}"),
        (b'{"url": "https://partner.example/news/1"}', "https://partner.example/news/1"),
        (b'{"url": "javascript:alert(1)"}', f"urn:uuid:{POST.delivery_key}"),
        (b'{"url": 7}', f"urn:uuid:{POST.delivery_key}"),
        (b"<html>fine</html>", f"urn:uuid:{POST.delivery_key}"),
    ],
)
def test_the_receiver_may_say_where_the_post_stands(body: bytes, url: str) -> None:
    with responses.RequestsMock() as server:
        server.post(URL, status=202, body=body)
        published = connected(access_of(URL)).publish(POST, Prepared())
    assert (str(published.remote_id), published.url) == (str(POST.delivery_key), url)


def test_while_repeats_are_dropped_whoever_settles_is_told_so(bench: Bench) -> None:
    promised = bench.connector(DROPS_REPEATS_FOR="24h")
    assert promised.capabilities.key_life == timedelta(hours=24)

    def told(connector: Connector) -> bool:
        finding = connector.find(bench.sought(bench.post()))
        assert isinstance(finding, CannotSay)
        return "dropped there until 2027-01-13 08:30 UTC" in finding.why

    assert told(promised)
    assert not told(bench.connector())
    bench.clock.advance(timedelta(hours=24))
    assert not told(promised)


@pytest.mark.parametrize("text", ["", "72", "0h", "-1h", "yes", "72 hours"])
def test_a_promise_that_nobody_can_read_is_none(text: str) -> None:
    with pytest.raises(AccessRefused, match="DROPS_REPEATS_FOR"):
        connected(access_of(URL, DROPS_REPEATS_FOR=text))


@pytest.mark.parametrize(("text", "life"), [("no", None), ("72h", 72), ("7d", 168), ("48 H", 48)])
def test_a_promise_is_read(text: str, life: int | None) -> None:
    assert promised_life(text) == (None if life is None else timedelta(hours=life))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"URL": "http://partner.example/hooks/1"}, "https://"),
        ({"URL": "partner"}, "URL"),
        ({"URL": "https://[broken"}, "URL"),
        ({"SECRET": "hunter2"}, "whsec_"),
        ({"SECRET": "whsec_c2hvcnQ="}, "24 to 64"),
        ({"SECRET": "whsec_***"}, "base64"),
    ],
)
def test_an_endpoint_that_cannot_be_used_is_told_at_once(
    changes: dict[str, str], said: str
) -> None:
    with pytest.raises(AccessRefused, match=said):
        connected(access_of(URL, **changes))


def test_signing_in_keeps_what_was_typed_and_sends_nothing() -> None:
    sign_in = NETWORK.sign_in
    assert isinstance(sign_in, AppPassword)
    with responses.RequestsMock():
        grant = sign_in.take(access_of(URL + " ", DROPS_REPEATS_FOR="72h"))
    assert grant.credentials == {
        "URL": URL,
        "SECRET": OTHER_SECRET,
        "DROPS_REPEATS_FOR": "72h",
    }
    assert grant.account == "ico.partner"


def test_a_dead_endpoint_does_not_show_its_address() -> None:
    access = access_of("https://127.0.0.1:1/hooks/planted-51be-planted")
    with pytest.raises(NotSent) as caught:
        connected(access).publish(POST, Prepared())
    assert "planted" not in str(caught.value)


def test_the_receivers_clock_never_judges_ours() -> None:
    seen: list[datetime] = []
    with responses.RequestsMock() as server:
        server.post(URL, status=200, headers={"Date": "Tue, 01 Jan 2019 00:00:00 GMT"})
        connected(replace(access_of(URL), saw_date=seen.append)).publish(POST, Prepared())
    assert seen == []


def test_a_picture_that_the_receiver_cannot_fetch_is_refused_and_not_shown(bench: Bench) -> None:
    post = bench.post(pictures=1)
    bench.shown.clear()
    with pytest.raises(PostRefused):
        send(bench.connector(), post)
    assert bench.stored() == []


def test_any_page_may_be_where_a_post_is_said_to_stand() -> None:
    address = "https://partner.example/news/1"
    assert read_permalink(f" {address} ", "ico.partner", None) == address
    assert read_permalink("https://partner.example/", "ico.partner", None) is None
    assert read_permalink("https://[broken/1", "ico.partner", None) is None
