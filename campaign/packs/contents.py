"""Lays out what a pack holds: for every post a folder with its text, words and files.

Texts are what was frozen, letter by letter; lengths are counted by the code that `check` and
`preview` count with.
"""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from campaign.calendar_files.cells import guarded_cell
from campaign.calendar_files.feeds import words_of
from campaign.checks.lengths import Measure, measure
from campaign.packs.gathering import PackedPost
from campaign.packs.pictures import MADE_FROM, in_shape, without_metadata
from campaign.payload import Payload, PayloadMedia
from connectors.content import Content, whole
from connectors.contract import Network, NetworkName, PictureShape

COLUMNS = (
    "post", "network", "account", "language", "local date and time", "zone", "part", "text",
    "length", "limit", "unit", "link", "text file", "media files", "alt text", "captions file",
)  # fmt: skip
_ENDINGS = {
    "image/png": "png",
    "image/jpeg": "jpg",
    "image/gif": "gif",
    "image/webp": "webp",
    "video/mp4": "mp4",
    "application/pdf": "pdf",
    "application/x-subrip": "srt",
    "text/vtt": "vtt",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class MediaFile:
    """A picture, video or document of a post as it lies in the pack."""

    name: str
    alt_text: str
    media_type: str
    captions: str | None
    """The name of its captions' file."""
    burnt_in: bool
    shapes: tuple[tuple[PictureShape, str], ...]
    """The other shapes that its network wants, each with the name of its file."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PartText:
    """One text of a post, with its length as its network counts it."""

    text: str
    file: str
    found: Measure


@dataclass(frozen=True, kw_only=True, slots=True)
class LaidOut:
    """One post as it lies in the pack."""

    delivery: str
    post: str
    words: str
    network: str
    """As people write it."""
    account: str
    language: str
    due_at: datetime
    wall_time: str
    link: str | None
    texts: tuple[PartText, ...]
    media: tuple[MediaFile, ...]
    folder: str
    files: Mapping[str, Content]


def lay_out(one: PackedPost, networks: Mapping[NetworkName, Network]) -> LaidOut:
    """Return a post with its files, named by their paths in the pack."""
    network = networks[NetworkName(one.first.network)]
    folder = f"posts/{_folder(one)}"
    files: dict[str, Content] = {}
    texts = tuple(
        _text(payload, network, f"{folder}/{_numbered('text', number, one.payloads)}.txt")
        for number, payload in enumerate(one.payloads, start=1)
    )
    files |= {part.file: part.text.encode() for part in texts}
    wanted = network.capabilities.picture_shapes
    media = tuple(
        _media(each, f"{folder}/{_kind(each)}-{number}", wanted, files)
        for number, each in enumerate(one.payloads[0].media, start=1)
    )
    if media:
        files[f"{folder}/alt-text.txt"] = _alt_texts(media).encode()
    first = one.payloads[0]
    return LaidOut(
        delivery=one.first.id,
        post=one.first.post,
        words=words_of(one.first.post),
        network=network.title,
        account=first.handle or one.first.channel,
        language=first.language,
        due_at=one.first.due_at,
        wall_time=one.first.wall_time,
        link=next((each.link.url for each in one.payloads if each.link), None),
        texts=texts,
        media=media,
        folder=folder,
        files=files,
    )


def posts_csv(posts: Sequence[LaidOut], zone: str) -> bytes:
    """Return a row per text: UTF-8 with a mark in front, as Excel wants it, lines ending CR LF."""
    target = io.StringIO()
    writer = csv.writer(target, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for one in posts:
        for number, part in enumerate(one.texts, start=1):
            writer.writerow(map(guarded_cell, _row(one, part, number, zone)))
    return target.getvalue().encode("utf-8-sig")


def _row(one: LaidOut, part: PartText, number: int, zone: str) -> list[str]:
    media = one.media if number == 1 else ()
    return [
        one.post,
        one.network,
        one.account,
        one.language,
        one.wall_time,
        zone,
        str(number),
        part.text,
        str(part.found.length),
        str(part.found.maximum),
        part.found.unit,
        one.link or "",
        part.file,
        "\n".join(each.name for each in media),
        "\n".join(each.alt_text for each in media),
        "\n".join(each.captions for each in media if each.captions),
    ]


def _folder(one: PackedPost) -> str:
    """Name the folder of a post so that folders stand in the order of their slots."""
    when = "".join(letter for letter in one.first.wall_time if letter.isdigit())
    return f"{when[:8]}-{when[8:]}--{one.first.id.replace('/', '--')}"


def _text(payload: Payload, network: Network, file: str) -> PartText:
    return PartText(text=payload.text, file=file, found=measure(payload, network.documented))


def _numbered(word: str, number: int, every: Sequence[object]) -> str:
    return f"{word}-{number}" if len(every) > 1 else word


def _kind(media: PayloadMedia) -> str:
    kinds = {"video/mp4": "video", "application/pdf": "document"}
    return kinds.get(media.media_type, "picture")


def _media(
    media: PayloadMedia, stem: str, wanted: tuple[PictureShape, ...], files: dict[str, Content]
) -> MediaFile:
    """Put a file and all that belongs to it among the files, and say what they are called."""
    name = f"{stem}.{_ENDINGS[media.media_type]}"
    picture = media.media_type in MADE_FROM and whole(media.content)
    files[name] = without_metadata(picture, media.media_type) if picture else media.content
    captions = None
    if media.captions is not None:
        captions = f"{stem}-captions.{_ENDINGS[media.captions.media_type]}"
        files[captions] = media.captions.content
    made = {one: in_shape(picture, media.media_type, one) for one in wanted if picture}
    shapes = {one: content for one, content in made.items() if content is not None}
    named = tuple((shape, f"{stem}-{shape}.png") for shape in shapes)
    files |= {file: shapes[shape] for shape, file in named}
    return MediaFile(
        name=name,
        alt_text=media.alt_text,
        media_type=media.media_type,
        captions=captions,
        burnt_in=media.burnt_in,
        shapes=named,
    )


def _alt_texts(media: Sequence[MediaFile]) -> str:
    lines = (
        f"{name.rpartition('/')[2]}: {each.alt_text}\n"
        for each in media
        for name in (each.name, *(file for _, file in each.shapes))
    )
    return "".join(lines)
