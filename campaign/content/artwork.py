"""Reads the versions of a picture that partners supplied for their own channels."""

from pathlib import Path

from campaign.content.front_matter import MediaFields
from campaign.content.pictures import read_picture
from campaign.content.post import PostMedia
from campaign.schedule.tree import Tree


def read_artwork(
    folder: Path, fields: MediaFields, alt: str, *, tree: Tree, number: int
) -> tuple[tuple[str, PostMedia], ...]:
    """Return a picture's versions by partner; raise `FaultsFound` where one cannot be read.

    A version without an alt text of its own has the picture's.
    """
    found = []
    for partner, one in fields.artwork.items():
        location = ("media", number, "artwork", partner)
        picture = read_picture(folder, one.file, tree=tree, location=location)
        words = " ".join((one.alt or alt).split())
        version = PostMedia(
            file=picture.file, content=picture.content, media_type=picture.media_type, alt=words
        )
        found.append((partner, version))
    return tuple(found)
