"""Which posts are of a theme, by the front matter of their folders."""

from pathlib import Path

from campaign.content.reading import read_posts
from campaign.records.asked import NothingAskedError


def posts_on(folder: Path, wanted: str) -> frozenset[str]:
    """Return the posts that have a theme, whatever its capitals.

    Raises:
        NothingAskedError: there is no such post; the sentence lists the themes there are.
        FaultsFound: a post cannot be read, so that nobody could say whether it belongs to it.
    """
    themes = {str(name): one.theme for name, one in read_posts(folder / "posts").items()}
    found = {name for name, theme in themes.items() if theme and _same(theme) == _same(wanted)}
    if not found:
        known = ", ".join(sorted({one for one in themes.values() if one})) or "there are none"
        message = f"no post has the theme “{wanted}”; the themes of posts: {known}"
        raise NothingAskedError(message)
    return frozenset(found)


def _same(words: str) -> str:
    return " ".join(words.split()).casefold()
