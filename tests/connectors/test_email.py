from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes
from email.policy import default
from typing import ClassVar

import pytest

from connectors.contract import AccessRefused, CannotSay, Media, OutcomeUnknown, PostRefused
from connectors.email import NETWORK
from connectors.email_facts import choose_key, read_permalink, wrong_handle
from connectors.email_letter import letter
from rehearsal.server import Call, Fault
from tests.connectors.bench import START, Bench, Sample, open_bench, send
from tests.connectors.contract import ConnectorContract

SAMPLE = Sample(
    network=NETWORK,
    handle="ico@partner.example",
    at_limit=("a" * 20_000, "漢" * 20_000),
    over_limit=("b" * 20_001, "字" * 20_001),
    unknown_id=lambda _known, number: f"00000000-0000-5000-8000-{number:012}",
    has_language=True,
    foreign_address="mailto:somebody@partner.example",
    uploads=False,
)


class TestEmail(ConnectorContract):
    sample: ClassVar[Sample] = SAMPLE


@pytest.fixture(name="bench")
def open_one() -> Iterator[Bench]:
    with open_bench(SAMPLE) as bench:
        yield bench


def test_a_letter_is_ready_to_be_posted_and_says_what_it_is(bench: Bench) -> None:
    post = bench.post("Ask first.\n\nRing 0800 1111, “today” 🚀.", pictures=2, language="cy")
    found = message_from_bytes(
        letter(post, sender="posts@ico.example", to="comms@ndna.example", now=START),
        policy=default,
    )
    assert found["Subject"] == "To be posted now: Ask first. Ring 0800 1111, “today” 🚀."
    assert found["Message-ID"] == f"<{post.delivery_key}@ico.example>"
    assert (found["Auto-Submitted"], found["Content-Language"]) == ("auto-generated", "cy")
    body = found.get_body(("plain",))
    assert body is not None
    said = body.get_content().replace("\r\n", "\n")
    assert "Ask first.\n\nRing 0800 1111, “today” 🚀." in said
    assert "Picture 2: a dog, café, 日本" in said
    names = [one.get_filename() for one in found.iter_attachments()]
    assert names == ["post.txt", "picture-1.png", "picture-2.png"]


def test_two_tries_are_one_letter_to_whoever_compares_ids(bench: Bench) -> None:
    first = letter(bench.post(), sender="a@ico.example", to="b@ndna.example", now=START)
    later = START + timedelta(minutes=5)
    second = letter(bench.post(), sender="a@ico.example", to="b@ndna.example", now=later)
    differing = [
        one
        for one, other in zip(first.splitlines(), second.splitlines(), strict=True)
        if one != other
    ]
    assert [one.partition(b":")[0] for one in differing] == [b"Date"]


def test_the_id_is_the_deliverys_whatever_it_says() -> None:
    assert choose_key("a/b/1", "one text", START) == choose_key("a/b/1", "another", START)


@pytest.mark.parametrize("fault", [Fault.DROP_BEFORE_STORING, Fault.STORE_THEN_DROP])
def test_a_connection_that_breaks_after_the_text_is_a_persons_to_settle(
    bench: Bench, fault: Fault
) -> None:
    bench.inject(fault)
    with pytest.raises(OutcomeUnknown, match="may have been sent"):
        send(bench.connector(), bench.post())
    finding = bench.connector().find(bench.sought(bench.post()))
    assert isinstance(finding, CannotSay)
    assert "ask the partner" in finding.why
    assert len(bench.calls(Call.PUBLISH)) == 1


def test_an_address_that_nobody_has_closes_the_channel(bench: Bench) -> None:
    nobody = bench.connect(replace(bench.access(), handle="nobody@partner.example"))
    with pytest.raises(AccessRefused, match="nobody of that name"):
        send(nobody, bench.post())


def test_without_a_mail_server_it_is_told_at_once_what_to_set(bench: Bench) -> None:
    with pytest.raises(AccessRefused, match="CAMPAIGN_MAIL_SERVER"):
        bench.connect(replace(bench.access(), postbox=None))


def test_pictures_that_are_too_heavy_together_are_found_before_the_day(bench: Bench) -> None:
    heavy = Media(content=b"\0" * 6_000_000, media_type="image/png", alt_text="A wall")
    connector = bench.connector()
    post = replace(bench.post(), media=(heavy, heavy))
    (problem,) = connector.check(post, connector.limits())
    assert problem.message == (
        "The pictures have 12,000,000 bytes together, the most is 10,000,000: make them smaller."
    )
    with pytest.raises(PostRefused):
        send(connector, post)
    assert bench.calls(Call.PUBLISH) == []


def test_what_a_letter_cannot_hold_is_found_before_the_day(bench: Bench) -> None:
    connector = bench.connector()
    (problem,) = connector.check(bench.post("a\x00b"), connector.limits())
    assert problem.field == "text"


@pytest.mark.parametrize(
    ("handle", "is_wrong"),
    [("comms@ndna.example", False), ("ndna", True), ("a@b", True), ("A <a@b.example>", True)],
)
def test_a_handle_is_an_address(handle: str, is_wrong: bool) -> None:  # noqa: FBT001 - a column
    assert (wrong_handle(handle) is not None) is is_wrong


def test_a_letter_or_any_page_may_be_where_a_post_is_said_to_stand() -> None:
    assert read_permalink("mid:abc@ico.example", "x", None) == "abc"
    assert read_permalink("https://ndna.example/news/1", "x", None) == "https://ndna.example/news/1"
    assert read_permalink("https://ndna.example/", "x", None) is None
