"""What a post is about, written in one way however its author typed it."""


def theme_key(typed: str | None) -> str:
    """Return a theme in small letters with single blanks; empty for none.

    A stop holds a theme, not a spelling: “Myth” and “myth ” are the same one.
    """
    return " ".join((typed or "").split()).casefold()
