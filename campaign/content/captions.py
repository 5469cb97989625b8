"""Reads what a post says of a video's captions: a file of theirs, or that its picture has them."""

from dataclasses import replace
from pathlib import Path

from campaign.content.pictures import LARGEST
from campaign.content.post import PostMedia
from campaign.schedule.faults import FaultsFound
from campaign.schedule.tree import Location, Tree
from connectors.caption_files import caption_type_of

BURNT_IN = "burnt-in"


def read_captions(
    folder: Path, media: PostMedia, said: str | None, *, tree: Tree, location: Location
) -> PostMedia:
    """Return a video with its captions; raise `FaultsFound` where they cannot be read."""
    if said is None:
        return media
    if media.media_type != "video/mp4":
        sentence = "captions are for videos; a picture has its alt text"
        raise FaultsFound([tree.fault(location, sentence)])
    if said == BURNT_IN:
        return replace(media, burnt_in=True)
    path = folder / said
    if not path.is_file() or path.stat().st_size > LARGEST:
        sentence = f"there is no file “{said}” in the post's folder; name one, or write {BURNT_IN}"
        raise FaultsFound([tree.fault(location, sentence)])
    content = path.read_bytes()
    media_type = caption_type_of(content)
    if media_type is None:
        sentence = f"“{said}” is no SubRip (.srt) and no WebVTT (.vtt) file in UTF-8"
        raise FaultsFound([tree.fault(location, sentence)])
    captions = PostMedia(file=said, content=content, media_type=media_type)
    return replace(media, captions=captions)
