from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any, ClassVar
from xml.etree import ElementTree as ET

import feedparser
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campaign.clock import SteppedClock
from campaign.publishing import disk_folder
from campaign.publishing.disk_folder import DiskFolder
from connectors.contract import (
    Access,
    AccessRefused,
    Connector,
    Found,
    Gone,
    Link,
    NotSent,
    OutgoingPost,
    PostRefused,
    Prepared,
    RemoteId,
    Sought,
)
from connectors.feed import NETWORK, connect
from connectors.feed_document import About, Feed
from connectors.feed_facts import check, choose_key
from tests.connectors.bench import START, Bench, Sample, open_bench, picture, send
from tests.connectors.contract import ConnectorContract

SAMPLE = Sample(
    network=NETWORK,
    handle="ico.feed",
    at_limit=("a" * 20_000, "漢" * 20_000, "🚀" * 20_000),
    over_limit=("b" * 20_001, "字" * 20_001),
    unknown_id=lambda _known, number: f"00000000-0000-5000-8000-{number:012}",
    has_language=True,
    foreign_address="https://elsewhere.example/atom.xml",
    waits=False,
)


class TestFeed(ConnectorContract):
    sample: ClassVar[Sample] = SAMPLE


@pytest.fixture(name="bench")
def open_one() -> Iterator[Bench]:
    with open_bench(SAMPLE) as bench:
        yield bench


def in_folder(folder: Path, clock: SteppedClock) -> Connector:
    """Use a real folder."""
    return connect(
        Access(
            handle="ICO: Think. Check. Share.",
            server=None,
            credentials={"FOLDER": str(folder), "ADDRESS": "https://ico.example/feed"},
            now=clock.now,
            open_folder=DiskFolder,
        )
    )


@pytest.fixture(name="clock")
def _clock() -> SteppedClock:
    return SteppedClock(START)


def post(text: str, *, pictures: int = 0, link: str | None = None) -> OutgoingPost:
    return OutgoingPost(
        delivery_key=choose_key(f"law/ico-feed/{text}", text, START),
        text=text,
        language="en",
        link=Link(url=link) if link else None,
        media=tuple(picture(number) for number in range(pictures)),
    )


def read(folder: Path, name: str) -> Any:
    """Read a file as a well-known reader does; one that it has to guess at is no feed."""
    found = feedparser.parse((folder / name).read_bytes())
    assert found.bozo is False
    return found


TEXT = "Ask first & tell <everybody>.\n\nRing 0800 1111, “today” 🚀."
LINK = "https://ico.example/share?a=1&b=2"


def test_a_reader_that_is_not_ours_shows_the_atom_feed(tmp_path: Path, clock: SteppedClock) -> None:
    sent = send(in_folder(tmp_path, clock), post(TEXT, pictures=2, link=LINK))
    found = read(tmp_path, "atom.xml")
    assert found.version == "atom10"
    assert (found.feed.title, found.feed.id) == (
        "ICO: Think. Check. Share.",
        "https://ico.example/feed/atom.xml",
    )
    (entry,) = found.entries
    assert entry.id == f"urn:uuid:{sent.remote_id}"
    assert (entry.title, entry.summary) == ("Ask first & tell <everybody>.", TEXT)
    assert entry.link == LINK
    assert entry.published_parsed == entry.updated_parsed == (*START.timetuple()[:5], 0, 1, 12, 0)
    assert entry.content[0].type == "text/html"
    assert "Ask first &amp; tell &lt;everybody&gt;." in entry.content[0].value
    assert entry.content[0].value.count('alt="Picture') == 2
    assert [(one.type, one.length) for one in entry.enclosures] == [
        ("image/png", str(len(picture(number).content))) for number in range(2)
    ]
    shown = [tmp_path / one.href.rpartition("/")[2] for one in entry.enclosures]
    assert [one.read_bytes() for one in shown] == [picture(n).content for n in range(2)]


def test_a_reader_that_is_not_ours_shows_the_rss_feed(tmp_path: Path, clock: SteppedClock) -> None:
    sent = send(in_folder(tmp_path, clock), post(TEXT, pictures=2, link=LINK))
    found = read(tmp_path, "rss.xml")
    assert found.version == "rss20"
    assert (found.feed.title, found.feed.link) == (
        "ICO: Think. Check. Share.",
        "https://ico.example/feed/",
    )
    (entry,) = found.entries
    assert (entry.id, entry.guidislink) == (f"urn:uuid:{sent.remote_id}", False)
    assert (entry.title, entry.link) == ("Ask first & tell <everybody>.", LINK)
    assert entry.published == "Tue, 12 Jan 2027 08:30:00 +0000"
    assert [one.type for one in entry.enclosures] == ["image/png"]
    assert [one["url"] for one in entry.media_content] == [
        f"https://ico.example/feed/{sent.remote_id}-{number}.png" for number in (1, 2)
    ]


def test_the_newest_stands_first_and_ids_never_change(tmp_path: Path, clock: SteppedClock) -> None:
    first = send(in_folder(tmp_path, clock), post("One."))
    clock.advance(timedelta(hours=1))
    second = send(in_folder(tmp_path, clock), post("Two."))
    again = send(in_folder(tmp_path, clock), post("One."))
    for name in ("atom.xml", "rss.xml"):
        ids = [one.id for one in read(tmp_path, name).entries]
        assert ids == [f"urn:uuid:{second.remote_id}", f"urn:uuid:{first.remote_id}"]
    assert (again.remote_id, again.published_at) == (first.remote_id, START)


def test_a_withdrawn_post_leaves_both_files_and_its_pictures_go(
    tmp_path: Path, clock: SteppedClock
) -> None:
    connector = in_folder(tmp_path, clock)
    send(connector, post("It stays."))
    sent = send(connector, post("It goes.", pictures=2))
    assert connector.withdraw(sent.remote_id) == Gone(was_there=True)
    for name in ("atom.xml", "rss.xml"):
        assert [one.title for one in read(tmp_path, name).entries] == ["It stays."]
    written = (tmp_path / "atom.xml").read_text(encoding="utf-8")
    assert f'<at:deleted-entry ref="urn:uuid:{sent.remote_id}"' in written
    assert sorted(one.name for one in tmp_path.iterdir()) == [".lock", "atom.xml", "rss.xml"]


def test_a_correction_changes_the_words_and_when_they_are_of_and_nothing_else(
    tmp_path: Path, clock: SteppedClock
) -> None:
    connector = in_folder(tmp_path, clock)
    sent = send(connector, post("Ring 0800 1111.", pictures=1))
    clock.advance(timedelta(days=1))
    connector.correct(sent.remote_id, post("Ring 0808 1111."))
    for name in ("atom.xml", "rss.xml"):
        (entry,) = read(tmp_path, name).entries
        assert (entry.id, entry.title) == (f"urn:uuid:{sent.remote_id}", "Ring 0808 1111.")
        assert entry.published_parsed[:3] == (2027, 1, 12)
        assert len(entry.enclosures) == 1
    (entry,) = read(tmp_path, "atom.xml").entries
    assert entry.updated_parsed[:3] == (2027, 1, 13)


def test_whoever_looks_makes_the_rss_file_again_that_a_crash_left_behind(
    tmp_path: Path, clock: SteppedClock
) -> None:
    connector = in_folder(tmp_path, clock)
    send(connector, post("One."))
    before = (tmp_path / "rss.xml").read_bytes()
    send(connector, post("Two."))
    (tmp_path / "rss.xml").write_bytes(before)
    found = connector.find(Sought(post=post("Two."), since=START))
    assert isinstance(found, Found)
    assert [one.title for one in read(tmp_path, "rss.xml").entries] == ["Two.", "One."]


def test_a_file_that_is_no_feed_of_ours_is_left_alone(tmp_path: Path, clock: SteppedClock) -> None:
    (tmp_path / "atom.xml").write_bytes(b"<html>mine</html>")
    with pytest.raises(AccessRefused, match="move it away"):
        send(in_folder(tmp_path, clock), post("One."))
    assert (tmp_path / "atom.xml").read_bytes() == b"<html>mine</html>"


def test_a_folder_that_is_not_there_is_told_at_once(tmp_path: Path, clock: SteppedClock) -> None:
    with pytest.raises(AccessRefused, match="FOLDER"):
        in_folder(tmp_path / "typing-mistake", clock)
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_written_where_it_is_forbidden(bench: Bench) -> None:
    connector = bench.connect(replace(bench.access(), forbidden=lambda: "stopped"))
    for act in (
        lambda: connector.prepare(bench.post(pictures=1), None),
        lambda: connector.publish(bench.post(), Prepared()),
        lambda: connector.withdraw(RemoteId("x")),
        lambda: connector.correct(RemoteId("x"), bench.post()),
    ):
        with pytest.raises(NotSent, match="stopped"):
            act()
    assert bench.rehearsal.requests("feed") == []


@pytest.mark.parametrize("field", ["text", "alt_text"])
def test_what_xml_cannot_hold_is_found_before_the_day(bench: Bench, field: str) -> None:
    alt_text = "a\x0bb" if field == "alt_text" else "ab"
    text = "Think\x00." if field == "text" else "Think."
    wrong = replace(bench.post(text), media=(bench.picture(0, alt_text=alt_text),))
    connector = bench.connector()
    (problem,) = connector.check(wrong, connector.limits())
    assert problem.field == field
    assert "take it out" in problem.message
    with pytest.raises(PostRefused):
        send(connector, wrong)
    assert bench.stored() == []


@settings(max_examples=60, deadline=None)
@given(text=st.text(max_size=200))
def test_every_text_that_passes_the_check_is_read_as_it_was_written(text: str) -> None:
    said = f"x{text}"
    if check(post(said), NETWORK.documented):
        return
    feed = Feed(About(title="T", address="https://ico.example/"), None, START)
    feed.add(post(said), (), START)
    (entry,) = ET.fromstring(feed.as_atom()).iterfind("{*}entry")
    assert entry.findtext("{*}summary") == said


@pytest.mark.parametrize(
    ("url", "key"),
    [
        (f"https://ico.example/feed/atom.xml#{'0' * 8}-0000-0000-0000-{'0' * 12}", True),
        (f"https://ico.example/feed/atom.xml#{'0' * 8}", False),
        ("https://ico.example/feed/", False),
        ("https://[broken", False),
    ],
)
def test_an_address_leads_to_the_entry(url: str, key: bool) -> None:  # noqa: FBT001 - a column
    assert (NETWORK.read_permalink(url, "ico.feed", None) is not None) is key


class StoppedMeanwhile(DiskFolder):
    """A folder that one waits for, while somebody throws a stop."""

    said: ClassVar[list[str]] = []

    @contextmanager
    def alone(self) -> Iterator[None]:
        with super().alone():
            self.said.append("stopped")
            yield


def test_a_stop_thrown_while_one_waited_for_the_folder_holds(
    tmp_path: Path, clock: SteppedClock
) -> None:
    sent = send(in_folder(tmp_path, clock), post("before"))
    access = Access(
        handle="ICO: Think. Check. Share.",
        server=None,
        credentials={"FOLDER": str(tmp_path), "ADDRESS": "https://ico.example/feed"},
        now=clock.now,
        open_folder=StoppedMeanwhile,
        forbidden=lambda: next(iter(StoppedMeanwhile.said), None),
    )
    acts: list[Callable[[Connector], object]] = [
        lambda feed: feed.publish(post("after"), Prepared(tokens=())),
        lambda feed: feed.withdraw(sent.remote_id),
        lambda feed: feed.correct(sent.remote_id, post("reworded")),
    ]
    for act in acts:
        StoppedMeanwhile.said.clear()
        with pytest.raises(NotSent, match="stopped"):
            act(connect(access))
    assert [one.summary for one in read(tmp_path, "atom.xml").entries] == ["before"]


def test_a_folder_that_somebody_keeps_is_tried_again_later(
    tmp_path: Path, clock: SteppedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(disk_folder, "PATIENCE_S", 0.05)
    with DiskFolder(str(tmp_path)).alone(), pytest.raises(NotSent) as caught:
        send(in_folder(tmp_path, clock), post("law"))
    assert caught.value.retry_at == START + timedelta(minutes=1)


STRANGE = {
    "no-instant": (b"2027-01-12T08:30", b"2027-13-41T08:30"),
    "no-offset": (b"+00:00", b""),
    "entities": (b"<atom:feed", b"<!DOCTYPE a [<!ENTITY x 'y'>]><atom:feed"),
    "deep": (b"</atom:feed>", b"<a>" * 3000 + b"</a>" * 3000 + b"</atom:feed>"),
}


@pytest.mark.parametrize("name", STRANGE)
def test_a_file_that_somebody_has_written_into_is_left_as_it_is(
    tmp_path: Path, clock: SteppedClock, name: str
) -> None:
    sent = send(in_folder(tmp_path, clock), post(TEXT, pictures=1))
    file = tmp_path / "atom.xml"
    text = file.read_bytes().replace(*STRANGE[name])
    file.write_bytes(text)
    with pytest.raises(AccessRefused, match="is no feed of ours"):
        in_folder(tmp_path, clock).withdraw(sent.remote_id)
    assert file.read_bytes() == text


@pytest.mark.parametrize("href", ["../theirs.txt", "/etc/theirs", "https://ico.example/theirs.txt"])
def test_a_takedown_deletes_nothing_but_the_posts_own_pictures(
    tmp_path: Path, clock: SteppedClock, href: str
) -> None:
    folder, theirs = tmp_path / "feed", tmp_path / "theirs.txt"
    folder.mkdir()
    for one in (theirs, folder / "theirs.txt"):
        one.write_text("not ours", encoding="utf-8")
    sent = send(in_folder(folder, clock), post(TEXT, pictures=1))
    file, address = folder / "atom.xml", f"https://ico.example/feed/{sent.remote_id}-1.png"
    file.write_text(
        file.read_text("utf-8").replace(
            f'href="{address}"', f'href="{address}"/><atom:link rel="enclosure" href="{href}"'
        ),
        encoding="utf-8",
    )
    assert in_folder(folder, clock).withdraw(sent.remote_id) == Gone(was_there=True)
    assert theirs.is_file()
    assert [one.name for one in sorted(folder.glob("[!.]*"))] == [
        "atom.xml",
        "rss.xml",
        "theirs.txt",
    ]
