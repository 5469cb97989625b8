"""Alt text: no picture goes out without words for those who cannot see it."""

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from campaign.content.post import Post, PostMedia
from campaign.schedule.faults import Fault


def check_alt_texts(post: Post) -> Iterator[Fault]:
    """Yield a fault for every picture whose alt text is missing or says nothing."""
    for number, one in enumerate(post.media):
        sentence = _why_not(one)
        if sentence:
            yield post.fault(("media", number, "alt"), sentence)


def _why_not(picture: PostMedia) -> str | None:
    alt = picture.alt.strip()
    if not alt:
        return f"“{picture.file}” has no alt text; say in a sentence what the picture shows"
    name = PurePosixPath(picture.file)
    if _bare(alt) in {_bare(name.name), _bare(name.stem), _bare(picture.file)}:
        return f"the alt text of “{picture.file}” is its file name; say what the picture shows"
    if re.match(r"(an? |the )?image of\b", alt, re.IGNORECASE):
        return (
            f"the alt text of “{picture.file}” begins with “image of”, which a screen reader "
            f"says already; begin with what the picture shows"
        )
    return None


def _bare(text: str) -> str:
    return re.sub(r"[\W_]+", "", text.casefold())
