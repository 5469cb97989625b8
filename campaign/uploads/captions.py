"""Judges a file with a video's captions: every cue of it, not only how it begins.

SubRip and WebVTT alike are blocks with a line of two times and lines of text below it. What a
network would show at the wrong moment, or not at all, is refused while somebody can still mend it.
"""

import re
from collections.abc import Iterator

from campaign.uploads.judging import Upload, UploadError
from connectors.caption_files import caption_type_of

MOST_BYTES = 1024 * 1024
"""Of one file; an hour of speech comes to a tenth of it."""
_ARROW = "-->"
_TIME = r"(?:(\d{2,}):)?([0-5]\d):([0-5]\d)[.,](\d{3})"
_TIMES = re.compile(rf"{_TIME}[ \t]+{_ARROW}[ \t]+{_TIME}(?:[ \t].*)?")


def judged_captions(content: bytes) -> Upload:
    """Return captions that may be kept; raise `UploadError` with what to mend, and on which line.

    What WebVTT may hold beside cues, such as notes and styles, passes as it is.
    """
    if len(content) > MOST_BYTES:
        message = f"the captions have more than {MOST_BYTES // 1024 // 1024} MB; choose their file"
        raise UploadError(message)
    media_type = caption_type_of(content)
    if media_type is None:
        message = "the file holds no captions; save them as SubRip (.srt) or WebVTT (.vtt) in UTF-8"
        raise UploadError(message)
    text = content.decode("utf-8-sig").replace("\r\n", "\n")
    if not list(_ends(text.split("\n"))):
        message = "the file holds no captions: there is no line with times such as 00:00 --> 00:02"
        raise UploadError(message)
    return Upload(media_type=media_type, content=content)


def _ends(lines: list[str]) -> Iterator[int]:
    """Yield when each cue ends, in milliseconds."""
    before = 0
    for number, line in enumerate(lines, start=1):
        if _ARROW not in line:
            continue
        match = _TIMES.fullmatch(line.strip())
        if match is None:
            message = f"line {number} of the captions, “{line.strip()[:60]}”, has no two times"
            raise UploadError(message)
        start, end = _at(match.groups()[:4]), _at(match.groups()[4:])
        if end <= start or start < before:
            why = "ends before it begins" if end <= start else "begins before the one above it"
            message = f"line {number} of the captions {why}; put it right in the file"
            raise UploadError(message)
        before = start
        yield end


def _at(parts: tuple[str | None, ...]) -> int:
    hours, minutes, seconds, thousandths = (int(one or 0) for one in parts)
    return ((hours * 60 + minutes) * 60 + seconds) * 1000 + thousandths
