"""Closes what a text leaves open that turns the direction of letters, so that nothing else turns.

A mark such as U+202E lets all letters after it run backwards until another mark ends it (Unicode
Standard Annex 9, section 2). A name or reason that leaves one open would turn the words that stand
behind it on the page, and so what somebody reads of who did what.
"""

import re

_OPENS_ISOLATE, _ENDS_ISOLATE = "\u2066\u2067\u2068", "\u2069"
_OPENS_EMBEDDING, _ENDS_EMBEDDING = "\u202a\u202b\u202d\u202e", "\u202c"
_MARKS = re.compile(f"[{_OPENS_ISOLATE}{_OPENS_EMBEDDING}]")


def closed(text: str) -> str:
    """Return a text with every direction ended that it begins, line by line; else as it is."""
    if not _MARKS.search(text):
        return text
    return "\n".join(_closed_line(line) for line in text.split("\n"))


def _closed_line(line: str) -> str:
    open_marks: list[str] = []
    for char in line:
        if char in _OPENS_ISOLATE:
            open_marks.append(_ENDS_ISOLATE)
        elif char in _OPENS_EMBEDDING:
            open_marks.append(_ENDS_EMBEDDING)
        elif open_marks and char == open_marks[-1]:
            open_marks.pop()
        elif char == _ENDS_ISOLATE and _ENDS_ISOLATE in open_marks:
            # Whoever ends an isolate ends the embeddings within it, too.
            while open_marks.pop() != _ENDS_ISOLATE:
                pass
    return line + "".join(reversed(open_marks))
