"""What somebody wrote into a page whose link ended meanwhile: shown to be copied, kept nowhere."""

from fastapi import Request

from campaign.web.forms import typed_into

WORDED = frozenset({"comment", "reason"})
"""Fields that hold somebody's own words, and be it one."""


async def typed_words(request: Request) -> list[str]:
    """Return what was typed in words: not what a button or a ticked box sends."""
    typed = [(name, text.strip()) for name, text in await typed_into(request)]
    return [text for name, text in typed if " " in text or (text and name in WORDED)]
