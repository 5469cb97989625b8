"""Reads the files of a post; what a file is, its first bytes say, not its name."""

from pathlib import Path

from campaign.content.files import FileContent
from campaign.content.post import PostMedia
from campaign.content.wholeness import why_not_whole
from campaign.schedule.faults import FaultsFound
from campaign.schedule.tree import Location, Tree
from connectors.content import Content, whole
from connectors.video import MP4

LARGEST = 64 * 1024 * 1024
"""Bytes. No picture and no document may be anywhere near it."""
LARGEST_VIDEO = 1024 * 1024 * 1024
"""Bytes: the most that Facebook and Threads take. A video is read a part at a time, never whole."""
_BEGINNING = 16
"""Bytes that say what a file is."""

_BEGINNINGS = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"%PDF-", "application/pdf"),
)


def media_type_of(content: bytes) -> str | None:
    """Return the type of a picture, an MP4 video or a PDF by its content; None for the rest."""
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    if content[4:8] == b"ftyp":
        return "video/mp4"
    return next((name for start, name in _BEGINNINGS if content.startswith(start)), None)


def read_picture(folder: Path, file: str, *, tree: Tree, location: Location) -> PostMedia:
    """Return a picture with its bytes; raise `FaultsFound` at the place that names it."""
    found = read_media(folder, file, tree=tree, location=location)
    if not found.media_type.startswith("image/"):
        sentence = f"“{file}” is no picture, and a card shows nothing else"
        raise FaultsFound([tree.fault(location, sentence)])
    return found


def read_media(folder: Path, file: str, *, tree: Tree, location: Location) -> PostMedia:
    """Return a picture, video or document with its bytes; what a network takes it says itself."""
    path = folder / file
    try:
        size = path.stat().st_size if path.is_file() else None
        content = _content(path, size) if size is not None else b""
    except OSError as error:
        sentence = f"“{file}” cannot be read: {error.strerror}"
        raise FaultsFound([tree.fault(location, sentence)]) from error
    if size is None:
        raise FaultsFound([tree.fault(location, f"there is no file “{file}” in the post's folder")])
    media_type = media_type_of(content[:_BEGINNING])
    most = LARGEST_VIDEO if media_type == MP4 else LARGEST
    if media_type is None or size > most:
        raise FaultsFound([tree.fault(location, _why_not(file, size, most))])
    trouble = why_not_whole(content[:]) if media_type.startswith("image/") else None
    if trouble is not None:
        raise FaultsFound([tree.fault(location, f"“{file}” {trouble}")])
    return PostMedia(file=file, content=content, media_type=media_type)


def _content(path: Path, size: int) -> Content:
    """Return what a file holds; of a video, and of what is too large, nothing is read yet."""
    lazy = FileContent(path.resolve(), size)  # what is typed is read beside a link to its files
    is_video = media_type_of(lazy[:_BEGINNING]) == MP4
    return lazy if is_video or size > LARGEST else whole(lazy)


def _why_not(file: str, size: int, most: int) -> str:
    if size > most:
        return f"“{file}” has {size // 1024 // 1024} MB; the most is {most // 1024 // 1024} MB"
    if size == 0:
        return f"“{file}” is empty"
    return f"“{file}” is no JPEG, PNG, GIF or WebP picture, no MP4 and no PDF"
