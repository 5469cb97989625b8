"""Reads a text as the post it would be, with its folder's files, before it is written there."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from campaign.content.post import Post
from campaign.content.reading import read_post


def read_as(folder: Path, post: str, text: str) -> Post:
    """Return what a text would be as posts/POST/post.md; raise `FaultsFound` where it is none."""
    with _laid_out(folder / "posts" / post, text) as place:
        return read_post(place)


@contextmanager
def _laid_out(there: Path, text: str) -> Iterator[Path]:
    """Lay a text out beside the files that it names, which stay where they are."""
    with tempfile.TemporaryDirectory(prefix="campaign-desk-") as bench:
        place = Path(bench) / there.name
        place.mkdir()
        for one in there.iterdir() if there.is_dir() else ():
            if one.name != "post.md":
                (place / one.name).symlink_to(one.resolve())
        (place / "post.md").write_text(text, encoding="utf-8", newline="")
        yield place
