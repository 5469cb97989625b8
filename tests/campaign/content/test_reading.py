import io
import struct
import zlib
from pathlib import Path

import pytest
from PIL import Image

from campaign.content.reading import read_post, read_posts
from campaign.schedule.faults import FaultsFound
from tests.campaign.folders import PNG, drawn, lines, write_post

FRONT = """\
title: The law helps
theme: law
sectors: [education]
language: cy
link: {url: "https://ico.example/law#top", title: The law, description: How it helps, image: c.gif}
media:
  - {file: a.png, alt: "  Two people
      talk. "}
  - {file: b.jpg, alt: A poster.}
approvals: [legal, brand, legal]
embargo_until: 2027-01-12 00:01
status: draft
note: For colleagues."""

OTHER = "is no JPEG, PNG, GIF or WebP picture, no MP4 and no PDF"
KEBAB = "use small letters, digits and single hyphens, such as ico-x"


def faults_of(folder: Path) -> list[str]:
    with pytest.raises(FaultsFound) as caught:
        read_posts(folder / "posts")
    return lines(folder / "posts", tuple(caught.value.faults))


def test_a_post_is_read_with_everything_it_says(tmp_path: Path) -> None:
    place = write_post(tmp_path, "law", "Text.", front=FRONT)
    (place / "a.png").write_bytes(PNG)
    (place / "b.jpg").write_bytes(drawn("JPEG"))
    (place / "c.gif").write_bytes(drawn("GIF"))
    post = read_post(place)
    assert (post.id, post.title, post.theme, post.language) == ("law", "The law helps", "law", "cy")
    assert (post.sectors, post.approvals) == (("education",), ("legal", "brand"))
    assert post.link is not None
    assert (post.link.url, post.link.title) == ("https://ico.example/law#top", "The law")
    assert post.link.image is not None
    assert post.link.image.media_type == "image/gif"
    assert [(one.media_type, one.alt) for one in post.media] == [
        ("image/png", "Two people talk."),
        ("image/jpeg", "A poster."),
    ]
    assert post.media[0].content == PNG
    assert (str(post.embargo_until), post.draft, post.note) == (
        "2027-01-12 00:01",
        True,
        "For colleagues.",
    )


def test_a_link_may_be_its_address_alone(tmp_path: Path) -> None:
    post = read_post(write_post(tmp_path, "law", front="link: https://ico.example/law"))
    assert post.link is not None
    assert (post.link.url, post.link.title) == ("https://ico.example/law", "")


def test_front_matter_may_say_nothing(tmp_path: Path) -> None:
    post = read_post(write_post(tmp_path, "law", front="# nothing to say"))
    assert (post.title, post.draft, post.language) == ("law", False, "en")


def test_faults_of_fields_stand_where_the_fields_stand(tmp_path: Path) -> None:
    front = "titel: The law\nstatus: reddy\nlink: http://ico.example\nsectors: education"
    write_post(tmp_path, "law", front=front)
    assert faults_of(tmp_path) == [
        "law/post.md:2:1: unknown field “titel”, did you mean “title”?",
        "law/post.md:3:9: “reddy” is none of draft, ready, did you mean “ready”?",
        "law/post.md:4:7: “http://ico.example” is not encrypted; link to https://ico.example",
        "law/post.md:5:10: “sectors” must be a list; write [education]",
    ]


def test_faults_of_fields_and_of_wordings_come_together(tmp_path: Path) -> None:
    write_post(tmp_path, "law", "All.\n## x\n", front="languag: en")
    write_post(tmp_path, "myth", front="media: [{file: ../law/post.md}]")
    assert faults_of(tmp_path) == [
        "law/post.md:2:1: unknown field “languag”, did you mean “language”?",
        "law/post.md:5:1: the wording “## x” is empty; write what the post says",
        "myth/post.md:2:16: “../law/post.md” leads out of the post's folder; put the file into it",
    ]


def test_a_picture_is_what_its_first_bytes_say(tmp_path: Path) -> None:
    media = "media: [{file: a.png}, {file: b.png}, {file: c.png}, {file: d.png}]"
    place = write_post(tmp_path, "law", front=media)
    (place / "a.png").write_bytes(drawn("WEBP"))
    (place / "b.png").write_bytes(b"<svg></svg>")
    (place / "c.png").touch()
    assert faults_of(tmp_path) == [
        f"law/post.md:2:31: “b.png” {OTHER}",
        "law/post.md:2:46: “c.png” is empty",
        "law/post.md:2:61: there is no file “d.png” in the post's folder",
    ]


def test_captions_that_are_part_of_a_video_are_declared_beside_it(tmp_path: Path) -> None:
    front = "media: [{file: a.mp4, alt: They talk., captions: burnt-in}, {file: b.pdf, alt: B}]"
    place = write_post(tmp_path, "law", front=front)
    (place / "a.mp4").write_bytes(b"\0\0\0\x18ftypmp42")
    (place / "b.pdf").write_bytes(b"%PDF-1.7")
    assert [one.burnt_in for one in read_post(place).media] == [True, False]
    write_post(tmp_path, "law", front="media: [{file: b.pdf, alt: B, captions: burnt-in}]")
    assert faults_of(tmp_path) == [
        "law/post.md:2:41: captions are for videos; a picture has its alt text"
    ]


def test_a_caption_file_lies_beside_its_video(tmp_path: Path) -> None:
    subtitles = b"1\n00:00:00,000 --> 00:00:02,000\nHello.\n"
    place = write_post(
        tmp_path, "law", front="media: [{file: a.mp4, alt: They talk., captions: a.srt}]"
    )
    (place / "a.mp4").write_bytes(b"\0\0\0\x18ftypmp42")
    (place / "a.srt").write_bytes(subtitles)
    (media,) = read_post(place).media
    assert media.captions is not None
    assert (media.captions.content, media.captions.media_type) == (
        subtitles,
        "application/x-subrip",
    )
    assert not media.burnt_in
    (place / "a.srt").write_text("Hello.", encoding="utf-8")
    assert faults_of(tmp_path) == [
        "law/post.md:2:50: “a.srt” is no SubRip (.srt) and no WebVTT (.vtt) file in UTF-8"
    ]
    (place / "a.srt").unlink()
    (absent,) = faults_of(tmp_path)
    assert absent == (
        "law/post.md:2:50: there is no file “a.srt” in the post's folder; name one, or write "
        "burnt-in"
    )


def test_a_video_and_a_document_are_media_and_no_picture_of_a_card(tmp_path: Path) -> None:
    front = "media: [{file: a.mp4, alt: They talk.}, {file: b.pdf, alt: A leaflet.}]"
    place = write_post(tmp_path, "law", front=front)
    (place / "a.mp4").write_bytes(b"\0\0\0\x18ftypmp42")
    (place / "b.pdf").write_bytes(b"%PDF-1.7")
    assert [one.media_type for one in read_post(place).media] == ["video/mp4", "application/pdf"]
    write_post(tmp_path, "law", front="link: {url: https://a.example, image: a.mp4}")
    assert faults_of(tmp_path) == [
        "law/post.md:2:39: “a.mp4” is no picture, and a card shows nothing else"
    ]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("Just text.\n", "1:1: a post begins with a line ---, its fields and another line ---"),
        ("---\ntitle: x\n", "1:1: the fields that begin here have no end; write a line --- after"),
        ("", "1:1: a post begins with a line ---, its fields and another line ---"),
        ("---\ntitle: x\ntitle: y\n---\nText\n", "3:1: “title” stands here twice, first at 2:1"),
        ("---\ntitle: [\n---\nText\n", "2:9: expected the node content, but found"),
    ],
)
def test_a_post_without_proper_fields_is_one_fault(tmp_path: Path, text: str, fault: str) -> None:
    place = write_post(tmp_path, "law")
    (place / "post.md").write_text(text, encoding="utf-8")
    (found,) = faults_of(tmp_path)
    assert found.startswith(f"law/post.md:{fault}")


def test_a_folder_without_post_md_and_one_with_a_bad_name_are_faults(tmp_path: Path) -> None:
    (tmp_path / "posts" / "empty").mkdir(parents=True)
    write_post(tmp_path, "The Law")
    assert faults_of(tmp_path) == [
        f"The Law/post.md:1:1: the folder's name: “The Law” is no id; {KEBAB}",
        "empty/post.md:1:1: there is no such file; `campaign new DIR` writes one to start from",
    ]


def test_files_and_hidden_folders_beside_posts_are_left_alone(tmp_path: Path) -> None:
    write_post(tmp_path, "law")
    (tmp_path / "posts" / "README.md").write_text("About.", encoding="utf-8")
    (tmp_path / "posts" / ".git").mkdir()
    assert list(read_posts(tmp_path / "posts")) == ["law"]


def test_our_own_gates_are_no_kinds_of_approval(tmp_path: Path) -> None:
    write_post(tmp_path, "law", front="approvals: [partner]")
    (found,) = faults_of(tmp_path)
    assert found.startswith("law/post.md:2:13: “partner” is asked for by the schedule's rules; ")


@pytest.mark.parametrize("kinds", ["[?legal]", "[{legal: yes}]", "[[legal]]"])
def test_a_kind_of_approval_that_is_no_word_is_a_fault_at_its_place(
    tmp_path: Path, kinds: str
) -> None:
    write_post(tmp_path, "law", front=f"approvals: {kinds}")
    (found,) = faults_of(tmp_path)
    assert found.startswith("law/post.md:2:13: ")


def half(kind: str) -> bytes:
    """Return what a copy that was broken off leaves of a picture."""
    made = io.BytesIO()
    Image.effect_noise((200, 200), 80).convert("RGB").save(made, kind)
    return made.getvalue()[: len(made.getvalue()) // 2]


def vast() -> bytes:
    """Return the beginning of a PNG that says to be 20,000 pixels wide and high."""
    head = b"IHDR" + struct.pack(">IIBBBBB", 20_000, 20_000, 8, 2, 0, 0, 0)
    sized = struct.pack(">I", 13) + head + struct.pack(">I", zlib.crc32(head))
    return b"\x89PNG\r\n\x1a\n" + sized + struct.pack(">I", 9) + b"IDAT" + b"0" * 9


PREVIEWED = b"\xff\xd8\xff\xe1\0\x0aprevie\xff\xd9"
"""The beginning of a JPEG, and a segment in which the end of a preview stands."""
CUT = "is damaged or cut off; save it again"
NONE = "is no picture that can be opened; save it as JPEG or PNG"


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (half("PNG"), CUT),
        (drawn("PNG").replace(b"IDATx", b"IDATy"), CUT),
        (half("JPEG"), CUT),
        (half("GIF"), CUT),
        (half("WEBP"), CUT),
        (half("JPEG").replace(b"\xff\xd8", PREVIEWED, 1)[:2_000], CUT),
        (b"\x89PNG\r\n\x1a\n" + b"0" * 40, CUT),
        (b"\xff\xd8\xff" + b"0" * 20, NONE),
        (drawn("JPEG"), None),
        (vast(), "has far more pixels than any network takes; make it smaller"),
        (drawn("PNG") + b"\0" * 9_000, None),
        (drawn("JPEG") + b"what a camera adds" * 900, None),
    ],
)
def test_a_picture_that_is_not_all_there_is_told_before_the_day(
    tmp_path: Path, content: bytes, why: str | None
) -> None:
    place = write_post(tmp_path, "law", front="media: [{file: a.png, alt: Two people talk.}]")
    (place / "a.png").write_bytes(content)
    if why is None:
        assert read_post(place).media[0].content == content
    else:
        assert faults_of(tmp_path) == [f"law/post.md:2:16: “a.png” {why}"]
