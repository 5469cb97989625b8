"""Between a manuscript and the form of a post: what its fields are called and what they hold."""

import re
from collections.abc import Iterator
from itertools import count, takewhile

from campaign.composing.manuscript import MASTER, Manuscript, Text, Video, When
from campaign.web.forms import Form
from campaign.web.pages.compose_media import pictures_in

_AT = re.compile(r"(\d{4}-\d{2}-\d{2})?[ T]?(?:(\d{2}:\d{2})(.*))?")


def split_at(at: str) -> tuple[str, str, str]:
    """Return day, time and what else stands behind it: seconds or an offset."""
    match = _AT.fullmatch(at)
    return (match[1] or "", match[2] or "", match[3] or "") if match else ("", "", "")


def manuscript_from(form: Form, there: Manuscript) -> Manuscript:
    """Return what somebody typed; what the form has no field for stays as it is."""
    return Manuscript(
        title=_words(form, "title"),
        theme=_words(form, "theme"),
        sectors=_listed(form, "sectors"),
        language=_words(form, "language"),
        link=_words(form, "link"),
        link_title=_words(form, "link_title"),
        link_description=_words(form, "link_description"),
        link_image="" if form.text("link_image_drop") else form.text("link_image"),
        approvals=_listed(form, "approvals"),
        embargo_until=_words(form, "embargo_until"),
        note=form.text("note"),
        draft=there.draft,
        media=tuple(pictures_in(form)),
        video=_video(form),
        texts=tuple(_texts(form)),
        when=None if there.when is None else _when(form, there.when),
    )


def _when(form: Form, there: When) -> When:
    day, time = form.text("at"), form.text("time")
    old_day, old_time, rest = split_at(there.at)
    at = there.at if (day, time) == (old_day, old_time) and day else f"{day} {time}".strip()
    if rest and (day, time) == (old_day, old_time):
        at = there.at
    ticked = form.all("send_to")
    kept = [one for one in there.send_to if one in ticked]
    return When(
        at=at,
        send_to=tuple(dict.fromkeys([*kept, *ticked])),
        stagger=_words(form, "stagger"),
        every=_words(form, "every"),
        until=_words(form, "until"),
        owner=form.text("owner"),
        replies=form.text("replies"),
        id=form.text("entry_id"),
    )


def _video(form: Form) -> Video:
    return Video(
        made_for_children=form.text("made_for_children"),
        privacy=form.text("video_privacy"),
        tags=_listed(form, "video_tags"),
    )


def _texts(form: Form) -> Iterator[Text]:
    yield _text(form, 1, MASTER)
    for number in takewhile(lambda number: form.holds(f"heading-{number}"), count(2)):
        heading = form.text(f"heading-{number}")
        if heading:
            yield _text(form, number, heading)


def _text(form: Form, number: int, heading: str) -> Text:
    listed = takewhile(lambda part: form.holds(f"text-{number}-{part}"), count(2))
    parts = [form.raw(f"text-{number}-{part}") for part in listed]
    return Text(
        heading=heading,
        text=_typed(form.raw(f"text-{number}")),
        parts=tuple(_typed(one) for one in parts if one.strip()),
        comment=_typed(form.raw(f"comment-{number}")),
    )


def _typed(text: str) -> str:
    """Return a text without blank lines around it; inside it stays as typed."""
    lines = text.split("\n")
    first = next((n for n, line in enumerate(lines) if line.strip()), 0)
    return "\n".join(lines[first:]).rstrip()


def _words(form: Form, name: str) -> str:
    return " ".join(form.raw(name).split())


def _listed(form: Form, name: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one.strip() for one in form.raw(name).split(",") if one.strip()))
