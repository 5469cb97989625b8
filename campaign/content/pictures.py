"""Reads the files of a post; what a file is, its first bytes say, not its name."""

from pathlib import Path

from campaign.content.post import PostMedia
from campaign.schedule.faults import FaultsFound
from campaign.schedule.tree import Location, Tree

LARGEST = 64 * 1024 * 1024
"""Bytes. No picture may be anywhere near it; a video has to be shorter or coarser."""

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
        content = path.read_bytes() if size is not None and size <= LARGEST else b""
    except OSError as error:
        sentence = f"“{file}” cannot be read: {error.strerror}"
        raise FaultsFound([tree.fault(location, sentence)]) from error
    if size is None:
        raise FaultsFound([tree.fault(location, f"there is no file “{file}” in the post's folder")])
    media_type = media_type_of(content)
    if media_type is None:
        raise FaultsFound([tree.fault(location, _why_not(file, size))])
    return PostMedia(file=file, content=content, media_type=media_type)


def _why_not(file: str, size: int) -> str:
    if size > LARGEST:
        return f"“{file}” has {size // 1024 // 1024} MB; the most is {LARGEST // 1024 // 1024} MB"
    if size == 0:
        return f"“{file}” is empty"
    return f"“{file}” is no JPEG, PNG, GIF or WebP picture, no MP4 and no PDF"
