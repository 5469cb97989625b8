"""What the pages for writing show of the database, and how two texts of a post differ."""

from collections import defaultdict
from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy import Connection, func, select

from campaign.composing.manuscript import Manuscript, Picture
from campaign.desk_views.compared import Piece, compare_texts
from campaign.states import PEOPLES_WORDS, State
from campaign.store.tables import DELIVERY


@dataclass(frozen=True, kw_only=True, slots=True)
class Differing:
    """One field of a post in which two people's texts differ."""

    name: str
    theirs: str
    mine: str
    pieces: tuple[Piece, ...]
    """From theirs to mine, word by word."""


def states_by_post(connection: Connection) -> dict[str, list[tuple[str, int]]]:
    """Return how many deliveries of each post are in which state, in people's words."""
    number = func.count().label("number")
    query = (
        select(DELIVERY.c.post, DELIVERY.c.state, number)
        .group_by(DELIVERY.c.post, DELIVERY.c.state)
        .order_by(DELIVERY.c.post, number.desc(), DELIVERY.c.state)
    )
    found: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for row in connection.execute(query):
        found[row.post].append((PEOPLES_WORDS[State(row.state)], row.number))
    return found


def differing(theirs: Manuscript, mine: Manuscript) -> list[Differing]:
    """Return every field in which two texts of a post differ."""
    old, new = _fields(theirs), _fields(mine)
    return [
        Differing(
            name=name,
            theirs=old.get(name, ""),
            mine=new.get(name, ""),
            pieces=compare_texts(old.get(name, ""), new.get(name, "")),
        )
        for name in dict.fromkeys([*old, *new])
        if old.get(name, "") != new.get(name, "")
    ]


def _fields(one: Manuscript) -> dict[str, str]:
    found: dict[str, str] = {}
    for field in fields(one):
        if field.name not in {"texts", "media", "when", "video"}:
            found[field.name.replace("_", " ").capitalize()] = _words(getattr(one, field.name))
    for text in one.texts:
        name = f"Wording for {text.heading}" if text.heading else "Wording"
        found[name] = "\n\n".join(
            piece for piece in (text.text, *text.parts, text.comment) if piece
        )
    for picture in one.media:
        found |= _of_picture(picture)
    found |= {
        "Made for children": one.video.made_for_children,
        "Who sees the video": one.video.privacy,
        "Tags of the video": ", ".join(one.video.tags),
    }
    if one.when is not None:
        found |= {
            "Time": one.when.at,
            "Sent to": ", ".join(one.when.send_to),
            "Stagger": one.when.stagger,
            "Repeats": " until ".join(part for part in (one.when.every, one.when.until) if part),
            "Name of the entry": one.when.id,
            "Looked after by": one.when.owner,
            "Replies answered by": one.when.replies,
        }
    return found


def _of_picture(one: Picture) -> dict[str, str]:
    versions = [
        f"{version.partner}: {version.file} {version.alt}".strip() for version in one.artwork
    ]
    return {
        f"Description of {one.file}": one.alt or "none yet",
        f"Captions of {one.file}": one.captions,
        f"Logo on {one.file}": one.logo,
        f"Partners' versions of {one.file}": "; ".join(versions),
    }


def _words(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(value) if isinstance(value, tuple) else str(value)
