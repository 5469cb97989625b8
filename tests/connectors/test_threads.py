import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import ClassVar

import pytest

from connectors.contract import (
    Absent,
    Link,
    Metric,
    Missing,
    NotSent,
    OutgoingPost,
    PostRefused,
    Prepared,
    RemoteId,
)
from connectors.threads import NETWORK
from connectors.threads_facts import threads_length
from rehearsal.server import Call, Fault
from tests.connectors.bench import START, Bench, Sample, drawn, open_bench, outcome, send
from tests.connectors.contract import ConnectorContract
from tests.connectors.contract_containers import TALK, ContainerLaws
from tests.films.shelf import film

SAMPLE = Sample(
    network=NETWORK,
    handle="@ico.example",
    at_limit=("a" * 500, "漢" * 500, "🚀" * 125, "👨‍👩‍👧‍👦" * 20),
    over_limit=("b" * 501, "字" * 501, "🐶" * 125 + "b", "👨‍👩‍👧‍👦" * 20 + "b"),
    unknown_id=lambda _known, number: str(9_000_000 + number),
    has_language=False,
    foreign_address="https://www.threads.net/@someone_else/post/AbC-1_d",
)
VECTORS = json.loads((Path(__file__).parents[1] / "vectors" / "text-length.json").read_text())
THREADS = [one for one in VECTORS if one["platform"] == "threads"]
SPECIFICATION = Path(__file__).parents[2].parent / "shared" / "contracts" / "threads-openapi.json"


class TestThreads(ConnectorContract):
    sample: ClassVar[Sample] = SAMPLE

    @pytest.fixture
    def bench(self) -> Iterator[Bench]:
        """As everywhere, and Meta's own collection of requests knows all that was sent."""
        with open_bench(self.sample) as bench:
            yield bench
            if SPECIFICATION.is_file():
                assert unknown_in(bench) == []


@pytest.fixture
def bench() -> Iterator[Bench]:
    with open_bench(SAMPLE) as opened:
        yield opened


class TestContainers(ContainerLaws):
    most_pictures = 20
    asked_after = timedelta(seconds=15)


def unknown_in(bench: Bench) -> list[str]:
    """List the addresses and parameters that Meta's collection does not have."""
    paths = json.loads(SPECIFICATION.read_text(encoding="utf-8"))["paths"]
    found = []
    for one in bench.rehearsal.requests("threads"):
        parts = one.path.removeprefix("/v1.0/").split("/")
        path = "/" + "/".join(["{object_id}" if parts[0].isdigit() else parts[0], *parts[1:]])
        known = paths.get(path, {}).get(one.method.lower(), {}).get("parameters", [])
        sent = one.query if one.method == "GET" else one.body.decode()
        names = {pair.partition("=")[0] for pair in sent.split("&") if pair}
        unknown = names - {parameter["name"] for parameter in known}
        found += [f"{one.method} {path}: {name}" for name in sorted(unknown)]
        found += [] if path in paths else [path]
    return found


@pytest.mark.skipif(not SPECIFICATION.is_file(), reason="Meta's collection is not at hand")
def test_the_collection_judges_every_kind_of_request(bench: Bench) -> None:
    link = Link(url="https://ico.example/a")
    published = send(bench.connector(), replace(bench.post(), link=link))
    send(bench.connector(), bench.post("Look.", pictures=1))
    send(bench.connector(), bench.post("Look again.", pictures=2))
    bench.connector().read_metrics([published.remote_id, RemoteId(published.url)])
    bench.connector().read_account()
    assert {one.method for one in bench.rehearsal.requests("threads")} == {"GET", "POST"}
    assert unknown_in(bench) == []


@pytest.mark.parametrize("row", THREADS, ids=lambda row: row["case"])
def test_a_text_is_counted_as_in_the_vectors(row: dict[str, object]) -> None:
    assert threads_length(str(row["text"])) == row["expected"]


def test_there_are_vectors() -> None:
    assert len(THREADS) >= 10


def test_one_picture_is_one_container(bench: Bench) -> None:
    send(bench.connector(), bench.post("Look.", pictures=1))
    (stored,) = bench.stored()
    assert stored.raw["media_type"] == "IMAGE"
    assert len(bench.calls(Call.MEDIA, method="POST")) == 1


def test_pictures_in_the_works_are_waited_for_and_made_once(bench: Bench) -> None:
    post = bench.post("Look.", pictures=3)
    bench.inject(Fault.STILL_PROCESSING, on=Call.MEDIA, seconds=40, times=3)
    prepared = bench.connector().prepare(post, None)
    assert [one.partition(" ")[0] for one in prepared.tokens] == ["part"] * 3
    assert bench.connector().prepare(post, prepared) == prepared
    with pytest.raises(NotSent) as caught:
        bench.connector().publish(post, prepared)
    assert (caught.value.retry_at, caught.value.uploads_gone) == (
        START + timedelta(seconds=15),
        False,
    )
    assert bench.connector().find(bench.sought(post, prepared=prepared)) == Absent()
    bench.clock.advance(timedelta(seconds=40))
    whole = bench.connector().prepare(post, prepared)
    assert len(whole.tokens) == 1
    assert whole.expires_at == prepared.expires_at
    bench.connector().publish(post, whole)
    assert [len(one.media) for one in bench.stored()] == [3]
    assert len(bench.calls(Call.MEDIA, method="POST")) == 4


def test_pictures_whose_containers_are_gone_are_made_again(bench: Bench) -> None:
    post = bench.post("Look.", pictures=2)
    with pytest.raises(NotSent) as caught:
        bench.connector().prepare(post, Prepared(tokens=("part 41", "part 42")))
    assert caught.value.uploads_gone
    send(bench.connector(), post)
    assert len(bench.stored()) == 1


def test_a_picture_that_threads_cannot_fetch_is_tried_again_later(bench: Bench) -> None:
    lost = replace(bench.picture(0), address="http://127.0.0.1:9/nothing.png")
    other = bench.show(replace(bench.picture(0), media_type="image/jpeg"))
    plain = replace(bench.picture(0), address="http://media.example/a.png")
    for one in (lost, other, plain):
        end = outcome(bench.connector(), replace(bench.post(), media=(one,)))
        assert isinstance(end, NotSent)
        assert end.code == "2207052"
    assert bench.stored() == []


def test_a_link_is_attached(bench: Bench) -> None:
    link = Link(url="https://ico.example/a?b=1&c=2")
    send(bench.connector(), replace(bench.post("one"), link=link))
    send(bench.connector(), bench.post("two"))
    attached = [one.raw.get("link_attachment") for one in bench.stored()]
    assert attached == ["https://ico.example/a?b=1&c=2", None]


def test_a_video_goes_alone_or_among_pictures(bench: Bench) -> None:
    talk = bench.show(TALK)
    send(bench.connector(), replace(bench.post("Watch."), media=(talk,)))
    send(bench.connector(), replace(bench.post("Both."), media=(bench.picture(0), talk)))
    alone, both = bench.stored()
    assert (alone.raw["media_type"], both.raw["media_type"]) == ("VIDEO", "CAROUSEL")
    assert [one.content for one in alone.media] == [film("talk")]
    assert [one.alt_text for one in both.media] == ["Picture 1: a dog, café, 日本", "They talk."]
    assert bench.connector().check(replace(bench.post(), media=(TALK,)), NETWORK.documented) == []


@pytest.mark.parametrize(
    ("text", "sizes", "fields"),
    [
        ("a https://a.example" * 5, [], []),
        (" https://a.example" * 6, [], ["text"]),
        ("", [], ["text"]),
        ("", [(40, 4)], []),
        ("a", [(41, 4)], ["media"]),
        ("a", [(4, 41), (9, 9)], ["media"]),
        ("a" * 501, [(9, 9)] * 21, ["text", "media"]),
    ],
)
def test_check_knows_what_threads_would_refuse(
    text: str, sizes: list[tuple[int, int]], fields: list[str]
) -> None:
    post = OutgoingPost(
        delivery_key=NETWORK.choose_key("a", "b", START),
        text=text,
        language="en",
        media=tuple(drawn(number, size, "PNG") for number, size in enumerate(sizes)),
    )
    problems = NETWORK.check(post, NETWORK.documented)
    assert [one.field for one in problems] == fields


def test_more_than_five_links_are_refused_by_the_network_too(bench: Bench) -> None:
    end = outcome(bench.connector(), bench.post(" https://a.example" * 6))
    assert isinstance(end, PostRefused)


def test_a_post_that_is_gone_and_an_address_of_none_have_reasons(bench: Bench) -> None:
    unknown = RemoteId("https://www.threads.net/@ico.example/post/none")
    readings = bench.connector().read_metrics([RemoteId("42"), unknown])
    assert [set(one.missing.values()) for one in readings] == [
        {Missing.POST_GONE},
        {Missing.NETWORK_ERROR},
    ]


def test_what_threads_counts_is_what_is_offered(bench: Bench) -> None:
    published = send(bench.connector(), bench.post())
    bench.clock.advance(timedelta(days=1))
    (reading,) = bench.connector().read_metrics([published.remote_id])
    assert set(reading.values) == {
        Metric.VIEWS,
        Metric.REACTIONS,
        Metric.REPLIES,
        Metric.RESHARES,
        Metric.QUOTES,
    }


@pytest.mark.parametrize(
    ("address", "is_own"),
    [
        ("https://www.threads.net/@ICO.example/post/AbC-1_d", True),
        ("https://threads.com/@ico.example/post/AbC/", True),
        ("https://www.threads.net/@other/post/AbC", False),
        ("https://www.threads.net/@ico.example", False),
        ("https://threads.example/@ico.example/post/AbC", False),
        ("https://[broken", False),
    ],
)
def test_an_address_counts_only_for_the_accounts_own_posts(
    address: str,
    is_own: bool,  # noqa: FBT001 - a column
) -> None:
    found = NETWORK.read_permalink(address, "@ico.example", None)
    assert found == (address if is_own else None)
