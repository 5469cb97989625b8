"""Changes wordings in the body of a post.md, line by line; what is not changed keeps its lines."""

import unicodedata
from collections.abc import Sequence

from campaign.composing.manuscript import MASTER, Text
from campaign.content.post import Wording
from campaign.content.wordings import FIRST_COMMENT, NEXT_PART, is_heading
from campaign.schedule.rewriting import CannotRewriteError

Cut = tuple[int, int, list[str]]
"""From which line of the body up to which, and the lines to stand there."""


def with_texts(
    body: Sequence[str], first_line: int, there: Sequence[Wording], wanted: Sequence[Text]
) -> list[str]:
    """Return the body's lines with these texts: changed, taken out, or added at the end.

    Raises `CannotRewriteError` where a text has a line that would begin another wording.
    """
    for text in wanted:
        _check(text)
    new = {one.heading: one for one in wanted if one.text.strip()}
    heads = [one.heading_line - first_line for one in there if one.network]
    cuts: list[Cut] = []
    for one in there:
        start = (one.heading_line or one.line) - first_line
        end = min((place for place in heads if place > start), default=len(body))
        cuts += _changed(one, new.get(heading_of(one)), first_line, (start, end))
    known = {heading_of(one) for one in there}
    lines = _made(list(body), cuts)
    for heading, text in new.items():
        if heading not in known:
            lines = _added(lines, text)
    return lines


def heading_of(one: Wording) -> str:
    """Return what stands after `## `, in the usual way of writing it; nothing for the master."""
    names = " / ".join(name for name in (one.network, one.qualifier, one.language) if name)
    return f"{names} #{one.run}" if one.run else names


def _check(text: Text) -> None:
    for piece in (text.text, *text.parts, text.comment):
        for line in piece.split("\n"):
            if is_heading(line) or line.rstrip() in {NEXT_PART, FIRST_COMMENT}:
                message = (
                    f"the line “{line.strip()}” would begin another wording or part in the file; "
                    f"write it in a field of its own"
                )
                raise CannotRewriteError(message)


def _changed(one: Wording, text: Text | None, first_line: int, whole: tuple[int, int]) -> list[Cut]:
    if text is None:
        return [(*whole, [])]
    before = [(piece.text, piece.comment) for piece in one.pieces]
    after = _pieces(text)
    if [comment for _, comment in before] != [comment for _, comment in after]:
        last = one.pieces[-1]
        until = last.line - first_line + last.text.count("\n") + 1
        return [(one.line - first_line, until, _lines(text))]
    return [
        (
            piece.line - first_line,
            piece.line - first_line + piece.text.count("\n") + 1,
            new.split("\n"),
        )
        for piece, (new, _) in zip(one.pieces, after, strict=True)
        if piece.text != new
    ]


def _pieces(text: Text) -> list[tuple[str, bool]]:
    comment = [(text.comment, True)] if text.comment else []
    listed = [(text.text, False), *((one, False) for one in text.parts), *comment]
    return [(_as_sent(one), is_comment) for one, is_comment in listed]


def _as_sent(text: str) -> str:
    """Return a text as it is read back: without blank lines around it, in NFC."""
    lines = unicodedata.normalize("NFC", text).split("\n")
    first = next((n for n, line in enumerate(lines) if line.strip()), 0)
    return "\n".join(lines[first:]).rstrip()


def _lines(text: Text) -> list[str]:
    (first, _), *rest = _pieces(text)
    lines = first.split("\n")
    for piece, comment in rest:
        lines += ["", FIRST_COMMENT if comment else NEXT_PART, *piece.split("\n")]
    return lines


def _made(body: list[str], cuts: list[Cut]) -> list[str]:
    for start, end, lines in sorted(cuts, key=lambda one: one[0], reverse=True):
        body[start:end] = lines
    return body


def _added(body: list[str], text: Text) -> list[str]:
    """Put a new wording at the end, the master one at the top."""
    if text.heading == MASTER:
        return [*_lines(text), "", *(body if any(one.strip() for one in body) else [])]
    last = max((n for n, line in enumerate(body) if line.strip()), default=-1)
    before = [*body[: last + 1], ""] if last >= 0 else []
    return [*before, f"## {text.heading}", *_lines(text), ""]
