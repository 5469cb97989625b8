"""Keeps a file that somebody uploaded for a post, judged by what is in it."""

from collections.abc import Callable
from pathlib import Path

from campaign.composing.folder import post_folder
from campaign.composing.starting import free_name, name_of
from campaign.content.pictures import LARGEST
from campaign.schedule.writing import only_writer, write_whole
from campaign.uploads.captions import judged_captions
from campaign.uploads.judging import (
    GIF,
    JPEG,
    MOST_BYTES,
    MP4,
    PDF,
    PICTURES,
    PNG,
    WEBP,
    Upload,
    judged,
)
from connectors.caption_files import SUBRIP, WEBVTT

TAKEN = PICTURES | {MP4, PDF}
_ENDINGS = {JPEG: ".jpg", PNG: ".png", GIF: ".gif", WEBP: ".webp", MP4: ".mp4", PDF: ".pdf"}
_ENDINGS |= {SUBRIP: ".srt", WEBVTT: ".vtt"}
Judge = Callable[[bytes], Upload]


def as_media(content: bytes) -> Upload:
    """Judge a picture, a video or a document."""
    is_video = content[4:8] == b"ftyp"
    return judged(content, TAKEN, most_bytes=LARGEST if is_video else MOST_BYTES)


def as_picture(content: bytes) -> Upload:
    """Judge what may stand on a card, or in a picture's place."""
    return judged(content, PICTURES)


def as_captions(content: bytes) -> Upload:
    """Judge a video's captions."""
    return judged_captions(content)


def keep_upload(folder: Path, post: str, name: str, content: bytes, judge: Judge = as_media) -> str:
    """Write a file into the post's folder; return its name there.

    Its name is made of the one it came with, its ending of what it is. The same file twice is kept
    once. Raises `UploadError` with a sentence for a file that is not taken.
    """
    upload = judge(content)
    place, ending = post_folder(folder, post), _ENDINGS[upload.media_type]
    wanted = name_of(Path(name.replace("\\", "/")).stem)
    with only_writer(folder):
        there = place / f"{wanted}{ending}"
        if there.is_file() and there.read_bytes() == upload.content:
            return there.name
        free = place / f"{free_name(wanted, place.__truediv__, ending)}{ending}"
        write_whole(free, upload.content)
    return free.name
