"""Keeps a file that somebody uploaded for a post, judged by what is in it."""

from pathlib import Path

from campaign.composing.folder import post_folder
from campaign.composing.starting import free_name, name_of
from campaign.content.pictures import LARGEST
from campaign.schedule.writing import only_writer, write_whole
from campaign.uploads.judging import GIF, JPEG, MOST_BYTES, MP4, PICTURES, PNG, WEBP, judged

TAKEN = PICTURES | {MP4}
_ENDINGS = {JPEG: ".jpg", PNG: ".png", GIF: ".gif", WEBP: ".webp", MP4: ".mp4"}


def keep_upload(folder: Path, post: str, name: str, content: bytes) -> str:
    """Write a picture or video into the post's folder; return its name there.

    Its name is made of the one it came with, its ending of what it is. The same file twice is kept
    once. Raises `UploadError` with a sentence for a file that is not taken.
    """
    is_video = content[4:8] == b"ftyp"
    upload = judged(content, TAKEN, most_bytes=LARGEST if is_video else MOST_BYTES)
    place, ending = post_folder(folder, post), _ENDINGS[upload.media_type]
    wanted = name_of(Path(name.replace("\\", "/")).stem)
    with only_writer(folder):
        there = place / f"{wanted}{ending}"
        if there.is_file() and there.read_bytes() == upload.content:
            return there.name
        free = place / f"{free_name(wanted, place.__truediv__, ending)}{ending}"
        write_whole(free, upload.content)
    return free.name
