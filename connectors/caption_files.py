"""The two formats of caption files, told by their beginning: SubRip and WebVTT."""

import re

SUBRIP, WEBVTT = "application/x-subrip", "text/vtt"
CALLED = {SUBRIP: "SubRip (.srt)", WEBVTT: "WebVTT (.vtt)"}

_SUBRIP = re.compile(r"\d+\s*\n\d{2}:\d{2}:\d{2},\d{3} --> \d{2}:\d{2}:\d{2},\d{3}")
_WEBVTT = re.compile(r"WEBVTT(?:[ \t].*)?\n")


def caption_type_of(content: bytes) -> str | None:
    """Return the media type of a caption file; None for what is none, or is not UTF-8."""
    try:
        text = content.decode("utf-8-sig").replace("\r\n", "\n").lstrip()
    except UnicodeDecodeError:
        return None
    if _SUBRIP.match(text):
        return SUBRIP
    return WEBVTT if _WEBVTT.match(text) else None
