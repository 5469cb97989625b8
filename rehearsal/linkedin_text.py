r"""How the stand-in for LinkedIn reads a commentary: as LinkedIn does, without mercy.

A backslash before a reserved character makes it plain text; `#word`, `{hashtag|\#|word}` and
`@[Name](urn)` are elements; any other reserved character ends the text there, in silence. (That it
ends there was seen by others on the live service in 2026; which constructs are elements is in
LinkedIn's documentation, "little Text Format".)
"""

import re

RESERVED = "\\|{}@[]()<>#*_~"

_ELEMENTS = (
    re.compile(r"\{hashtag\|\\?#\|(?P<shown>[^|{}]+)\}"),
    re.compile(r"@\[(?P<shown>[^\]\\]*(?:\\.[^\]\\]*)*)\]\(urn:li:(?:organization|person):[^)]+\)"),
    re.compile(r"#(?P<shown>[^\W_]+)"),
)


def read_commentary(written: str) -> str:
    """Return what a reader sees."""
    seen: list[str] = []
    at = 0
    while at < len(written):
        if written[at] not in RESERVED:
            seen.append(written[at])
            at += 1
            continue
        if written[at] == "\\" and at + 1 < len(written):
            seen.append(written[at + 1])
            at += 2
            continue
        element = next((found for one in _ELEMENTS if (found := one.match(written, at))), None)
        if element is None:
            break
        sign = "" if written[at] == "@" else "#"
        seen.append(sign + re.sub(r"\\(.)", r"\1", element["shown"]))
        at = element.end()
    return "".join(seen)


def utf16_units(text: str) -> int:
    """Count a commentary in UTF-16 units, escapes included; which unit counts is undocumented."""
    return sum(2 if ord(one) > 0xFFFF else 1 for one in text)
