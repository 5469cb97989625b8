"""How long what is kept, as the environment says: `CAMPAIGN_RETENTION`.

What a report or the audit rests on has no rule and is never deleted: moves, decisions and deeds,
snapshots, released reports, and the wording of whatever went out.
"""

import re
from collections.abc import Mapping
from datetime import timedelta

SETTING = "CAMPAIGN_RETENTION"
VISITS, TRIES, LINKS = "visits", "tries", "sign-in-links"
LETTERS, SCREENSHOTS, ATTEMPTS, WORDING = "letters", "screenshots", "attempts", "wording"
KINDS: dict[str, str] = {
    VISITS: "browsers that people were signed in with, from the end of the sign-in",
    TRIES: "tries to sign in, from the try",
    LINKS: "links that signed somebody in, from their end",
    LETTERS: "text and address of e-mails, from when they were sent or given up",
    SCREENSHOTS: "who sent a screenshot and its picture, from when it was typed off or refused",
    ATTEMPTS: "what a network answered to an attempt, from its end; the outcome stays",
    WORDING: "wording and pictures that never went out, from when the post was given up",
}
NEVER = ("snapshots", "moves", "decisions", "deeds", "reports", "audit")
_FROM_THE_START = {VISITS: timedelta(days=30), TRIES: timedelta(days=30), LINKS: timedelta(days=30)}
_SHORTEST = {VISITS: 1, TRIES: 1, LINKS: 1}
_USUAL_SHORTEST = 30
"""Days: within them somebody may still need it to correct, withdraw or settle."""
_UNITS = {"d": 1, "w": 7, "y": 365}
_LENGTH = re.compile(r"(\d{1,4})([dwy])", re.ASCII)


def read_retention(known: Mapping[str, str]) -> dict[str, timedelta]:
    """Return how long each kind is kept; a kind that is not named there is kept for good.

    Raises `ValueError` with a sentence for the user.
    """
    found = dict(_FROM_THE_START)
    for part in (known.get(SETTING) or "").split(","):
        words = part.split()
        if not words:
            continue
        kind = words[0]
        _check_kind(kind)
        if words[1:] == ["never"]:
            found.pop(kind, None)
        else:
            found[kind] = _length(kind, part.strip(), " ".join(words[1:]))
    return found


def _check_kind(kind: str) -> None:
    if kind in NEVER:
        message = f"{SETTING}: {kind} are never deleted; what was told and decided rests on them"
        raise ValueError(message)
    if kind not in KINDS:
        message = f"{SETTING}: there is no rule for “{kind}”; there are {', '.join(KINDS)}"
        raise ValueError(message)


def _length(kind: str, part: str, text: str) -> timedelta:
    match = _LENGTH.fullmatch(text)
    if match is None:
        message = f"{SETTING}: “{part}” is no rule; write such as {kind} 90d, 12w, 7y or never"
        raise ValueError(message)
    length = timedelta(days=int(match[1]) * _UNITS[match[2]])
    shortest = timedelta(days=_SHORTEST.get(kind, _USUAL_SHORTEST))
    if length < shortest:
        message = f"{SETTING}: {kind} are kept for {shortest.days} days at least, “{part}” is less"
        raise ValueError(message)
    return length
