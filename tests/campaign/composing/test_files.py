from dataclasses import replace
from pathlib import Path
from unicodedata import normalize

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from campaign.composing.folder import (
    ChangedMeanwhileError,
    NoSuchPostError,
    open_post,
    save_post,
)
from campaign.composing.manuscript import Artwork, Manuscript, Picture, Text, Video, When
from campaign.composing.post_file import manuscript_of, split_post, with_manuscript
from campaign.schedule.faults import FaultsFound
from campaign.schedule.rewriting import CannotRewriteError
from tests.campaign.folders import PNG, write_campaign

SAMPLE = Path(__file__).parents[3]
POSTS = sorted(one.parent.name for one in (SAMPLE / "posts").glob("*/post.md"))
POST = """\
---
# For colleagues.
title: Hello    # as agreed
video: {made_for_children: false}
media:
  - {file: a.png, alt: One, logo: top-left}
  # Drawn by us.
  - file: b.png
    alt: >-
      Two people
      and a dog.
---

First.

Second line.


## x
Short.

### next part
Then.

## x / ndna

For nurseries.
"""
ENTRIES = """\
  # Launch.
  - post: hello
    at: 2027-01-12 08:30   # a Tuesday
    send_to: [ico-x, "partner:ndna"]
  - queue: later
    posts: [other]
    slot: weekday-morning
    from: 2027-01-13
    send_to: [ico-bluesky]
"""


VERSION = Artwork(partner="ndna", file="c.png")


def read(text: str = POST) -> Manuscript:
    return manuscript_of(split_post("post.md", text))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_campaign(tmp_path, ENTRIES)
    for name in ("hello", "other"):
        place = tmp_path / "posts" / name
        place.mkdir()
        (place / "post.md").write_text(POST)
        for picture in ("a.png", "b.png"):
            (place / picture).write_bytes(PNG)
    return tmp_path


def lines_changed(before: str, after: str) -> tuple[list[str], list[str]]:
    old, new = before.split("\n"), after.split("\n")
    return [one for one in old if one not in new], [one for one in new if one not in old]


def test_a_post_is_read_as_its_form_shows_it() -> None:
    assert read() == Manuscript(
        title="Hello",
        draft=False,
        video=Video(made_for_children="false"),
        media=(
            Picture(file="a.png", alt="One", logo="top-left"),
            Picture(file="b.png", alt="Two people and a dog."),
        ),
        texts=(
            Text(text="First.\n\nSecond line."),
            Text(heading="x", text="Short.", parts=("Then.",)),
            Text(heading="x / ndna", text="For nurseries."),
        ),
    )


@pytest.mark.parametrize("name", POSTS)
def test_saving_a_post_of_the_sample_unchanged_changes_no_byte(name: str) -> None:
    text = (SAMPLE / "posts" / name / "post.md").read_text("utf-8")
    assert with_manuscript("post.md", text, read(text)) == text


@pytest.mark.parametrize(
    ("change", "gone", "new"),
    [
        ({"title": "Hi"}, ["title: Hello    # as agreed"], ["title: Hi    # as agreed"]),
        ({"draft": True}, [], ["status: draft"]),
        ({"sectors": ("all", "police")}, [], ["sectors: [all, police]"]),
        (
            {"video": Video(made_for_children="true", tags=("law", "care"))},
            ["video: {made_for_children: false}"],
            ["video: {made_for_children: true, tags: [law, care]}"],
        ),
        ({"video": Video()}, ["video: {made_for_children: false}"], []),
        (
            {"media": (replace(read().media[0], logo=""), read().media[1])},
            ["  - {file: a.png, alt: One, logo: top-left}"],
            ["  - {file: a.png, alt: One}"],
        ),
        (
            {"media": (read().media[0], replace(read().media[1], artwork=(VERSION,)))},
            [],
            ["    artwork:", "      ndna: c.png"],
        ),
        ({"link": "https://a.example/b"}, [], ["link:", "  url: https://a.example/b"]),
        (
            {"media": (replace(read().media[0], alt="1"), read().media[1])},
            ["  - {file: a.png, alt: One, logo: top-left}"],
            ["  - {file: a.png, alt: '1', logo: top-left}"],
        ),
    ],
)  # fmt: skip
def test_one_field_changes_its_own_lines_alone(
    change: dict[str, object], gone: list[str], new: list[str]
) -> None:
    text = with_manuscript("post.md", POST, replace(read(), **change))  # type: ignore[arg-type]
    assert lines_changed(POST, text) == (gone, new)


def test_one_wording_changes_alone_whether_it_grows_or_goes() -> None:
    first, second, third = read().texts
    texts = (first, replace(second, parts=("Then.", "Last.")), third)
    assert lines_changed(POST, with_manuscript("p", POST, replace(read(), texts=texts))) == (
        [],
        ["Last."],
    )
    changed = with_manuscript("p", POST, replace(read(), texts=(first, second)))
    assert changed == POST.partition("## x / ndna")[0].rstrip("\n") + "\n"
    added = (first, second, third, Text(heading="bluesky", text="Hi", comment="More"))
    text = with_manuscript("p", POST, replace(read(), texts=added))
    assert text == f"{POST}\n## bluesky\nHi\n\n### first comment\nMore\n"
    assert read(text).texts == added


@pytest.mark.parametrize("line", ["## x", "### next part", "## bluesky / cy"])
def test_a_line_that_would_begin_another_wording_is_refused(line: str) -> None:
    texts = (Text(text=f"One\n{line}\nTwo"),)
    with pytest.raises(CannotRewriteError, match="would begin another wording"):
        with_manuscript("p", POST, replace(read(), texts=texts))


TEXT = st.text(
    alphabet=st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp")), min_size=1
).filter(lambda text: text.strip() and not text.startswith("#"))


@settings(max_examples=12)
@given(title=TEXT, text=TEXT, alt=TEXT, link=st.sampled_from(["", "https://a.example/?b=c#d"]))
def test_whatever_is_typed_is_read_back_and_the_rest_stays(
    title: str, text: str, alt: str, link: str
) -> None:
    first, *others = read().texts
    before = read(with_manuscript("p", POST, replace(read(), link=link)))
    wanted = replace(
        before,
        title=title,
        media=(replace(before.media[0], alt=alt), *before.media[1:]),
        texts=(replace(first, text=text), *others),
    )
    written = with_manuscript("p", with_manuscript("p", POST, before), wanted)
    again = read(written)
    assert with_manuscript("p", written, again) == written
    assert (again.link, again.draft, again.texts[1:]) == (link, False, tuple(others))
    assert again.title == " ".join(normalize("NFC", title).split())
    assert again.media[0].alt == " ".join(normalize("NFC", alt).split())
    assert again.texts[0].text == normalize("NFC", text).rstrip()
    for kept in ("# For colleagues.", "# Drawn by us.", "video: {made_for_children: false}"):
        assert kept in written


def test_saving_writes_both_files_and_only_what_changed(folder: Path) -> None:
    opened = open_post(folder, "hello")
    before = (folder / "schedule.yaml").read_text()
    assert opened.manuscript.when == When(at="2027-01-12 08:30", send_to=("ico-x", "partner:ndna"))
    wanted = replace(
        opened.manuscript,
        title="Hi",
        when=When(at="2027-01-12 09:00", send_to=("ico-x",), stagger="10m"),
    )
    saved = save_post(folder, "hello", wanted, opened.mark)
    assert saved.manuscript == wanted
    assert lines_changed(before, (folder / "schedule.yaml").read_text()) == (
        ["    at: 2027-01-12 08:30   # a Tuesday", '    send_to: [ico-x, "partner:ndna"]'],
        ["    at: 2027-01-12 09:00   # a Tuesday", "    send_to: [ico-x]", "    stagger: 10m"],
    )
    assert "at: 2027-01-12 09:00   # a Tuesday" in (folder / "schedule.yaml").read_text()
    assert (folder / "posts/hello/post.md").read_text() == POST.replace("Hello  ", "Hi  ", 1)
    assert sorted(one.name for one in folder.iterdir()) == ["posts", "schedule.yaml"]


def test_saving_nothing_new_touches_no_file(folder: Path) -> None:
    files = [folder / "schedule.yaml", folder / "posts/hello/post.md"]
    before = [(one.stat().st_ino, one.read_bytes()) for one in files]
    opened = open_post(folder, "hello")
    save_post(folder, "hello", opened.manuscript, opened.mark)
    assert [(one.stat().st_ino, one.read_bytes()) for one in files] == before


def test_line_ends_and_the_mark_of_a_file_stay(folder: Path) -> None:
    file = folder / "posts/hello/post.md"
    file.write_bytes(b"\xef\xbb\xbf" + POST.replace("\n", "\r\n").encode())
    opened = open_post(folder, "hello")
    save_post(folder, "hello", replace(opened.manuscript, title="Hi"), opened.mark)
    wanted = POST.replace("Hello  ", "Hi  ", 1).replace("\n", "\r\n")
    assert file.read_bytes() == b"\xef\xbb\xbf" + wanted.encode()


def test_a_post_that_somebody_else_saved_meanwhile_is_left_as_it_is(folder: Path) -> None:
    mine, theirs = open_post(folder, "hello"), open_post(folder, "hello")
    save_post(folder, "hello", replace(theirs.manuscript, title="Theirs"), theirs.mark)
    with pytest.raises(ChangedMeanwhileError) as told:
        save_post(folder, "hello", replace(mine.manuscript, title="Mine"), mine.mark)
    assert told.value.there.manuscript.title == "Theirs"
    assert "title: Theirs" in (folder / "posts/hello/post.md").read_text()
    late = open_post(folder, "hello")
    schedule = folder / "schedule.yaml"
    schedule.write_text(schedule.read_text().replace("2027-01-12", "2027-01-19"))
    with pytest.raises(ChangedMeanwhileError):
        save_post(folder, "hello", replace(late.manuscript, title="Late"), late.mark)


def test_others_may_edit_other_entries_meanwhile(folder: Path) -> None:
    opened = open_post(folder, "hello")
    schedule = folder / "schedule.yaml"
    schedule.write_text(schedule.read_text().replace("2027-01-13", "2027-01-20"))
    save_post(folder, "hello", replace(opened.manuscript, title="Mine"), opened.mark)
    assert "from: 2027-01-20" in schedule.read_text()


def test_a_post_in_a_queue_has_no_time_of_its_own(folder: Path) -> None:
    assert open_post(folder, "other").manuscript.when is None


def test_what_could_not_be_read_again_is_not_written(folder: Path) -> None:
    opened = open_post(folder, "hello")
    wanted = replace(opened.manuscript, link="http://plain.example")
    with pytest.raises(FaultsFound, match="is not encrypted"):
        save_post(folder, "hello", wanted, opened.mark)
    assert (folder / "posts/hello/post.md").read_text() == POST


@pytest.mark.parametrize("name", ["none", "../hello", "..", "", ".", "hello/../other"])
def test_only_a_post_of_the_folder_is_opened(folder: Path, name: str) -> None:
    with pytest.raises(NoSuchPostError):
        open_post(folder, name)


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(place=st.integers(0, 30), noise=st.sampled_from(["# c", "", "   "]))
def test_comments_and_blank_lines_anywhere_survive(place: int, noise: str) -> None:
    lines = POST.split("\n")
    place = min(place, 5)
    text = "\n".join([*lines[: place + 1], noise, *lines[place + 1 :]])
    try:
        found = read(text)
    except FaultsFound:
        return
    assert with_manuscript("p", text, found) == text
