"""A post as it is written, for programs: the same manuscript as the form of the pages has it."""

import re
from dataclasses import asdict
from typing import Any

from pydantic import Field

from campaign.composing.judging import Finding
from campaign.composing.manuscript import Artwork, Manuscript, Picture, Text, Video, When
from campaign.web.api.shapes import Asking, Shape, example

LONGEST_TEXT = 20_000
"""Characters of a draft that is begun; what a post may hold is bounded by the body's size."""


class ArtworkBody(Asking):
    """A partner's own version of a picture."""

    partner: str
    file: str
    alt: str = ""


class PictureBody(Asking):
    """A picture, video or document of the post's folder; `POST /posts/POST/files` keeps it."""

    file: str = Field(examples=["poster.png"])
    alt: str = Field(default="", description="What is to be seen, for those who do not see it.")
    captions: str = Field(default="", description="The file with a video's captions.")
    logo: str = ""
    artwork: list[ArtworkBody] = Field(default_factory=list)


class VideoBody(Asking):
    """What a network of videos wants declared."""

    made_for_children: str = ""
    privacy: str = ""
    tags: list[str] = Field(default_factory=list)


class TextBody(Asking):
    """A wording: for whom it is, what it says, and what follows it."""

    heading: str = Field(
        default="",
        pattern="^[^\n\r]*$",
        description="As after `## ` in the file; empty for the wording that all share.",
        examples=["x / ndna"],
    )
    text: str = Field(examples=["Ask early."])
    parts: list[str] = Field(default_factory=list, description="Later parts of a thread.")
    comment: str = Field(default="", description="The first comment.")


class WhenBody(Asking):
    """When and where the post goes out: its own entry of the schedule."""

    at: str = Field(default="", examples=["2027-01-13 09:00"])
    send_to: list[str] = Field(default_factory=list, examples=[["network:x"]])
    stagger: str = ""
    every: str = ""
    until: str = ""
    owner: str = ""
    replies: str = ""
    id: str = Field(default="", description="The entry's own name.")


class ManuscriptBody(Asking):
    """Everything that the form of a post holds; what it leaves out is taken out of the file."""

    model_config = example(title="Ask early", texts=[{"text": "Ask early."}])
    title: str
    theme: str = ""
    sectors: list[str] = Field(default_factory=list)
    language: str = ""
    link: str = ""
    link_title: str = ""
    link_description: str = ""
    link_image: str = ""
    approvals: list[str] = Field(default_factory=list)
    embargo_until: str = ""
    note: str = ""
    media: list[PictureBody] = Field(default_factory=list)
    video: VideoBody = VideoBody()
    texts: list[TextBody] = Field(min_length=1)
    when: WhenBody | None = Field(
        default=None,
        description="Null leaves its time as it is; so has a post that stands in a queue.",
    )


class FindingShape(Shape):
    """One thing to say about one place."""

    at: str = Field(examples=["body.texts.0.text"])
    what: str
    blocks: bool = Field(description="Whether it has to be mended before the post can be sent.")


class EntryShape(Shape):
    """One entry of the schedule that the post stands in."""

    name: str = Field(description="The first part of its deliveries' ids.", examples=["law-helps"])
    queue: bool = Field(description="Whether it is a queue, which may hold other posts as well.")


class WrittenShape(Shape):
    """A post as its files have it; its `ETag` stands for exactly that."""

    post: str
    draft: bool
    manuscript: ManuscriptBody
    entries: list[EntryShape]
    findings: list[FindingShape]
    page: str = Field(description="Where a person writes it on the desk.")


def body_of(manuscript: Manuscript) -> ManuscriptBody:
    """Return a manuscript as the API shows it."""
    values: dict[str, Any] = asdict(manuscript)
    del values["draft"]
    return ManuscriptBody.model_validate(_with_lists(values))


def manuscript_of(body: ManuscriptBody, there: Manuscript) -> Manuscript:
    """Return what is wanted; whether it is a draft stays as it is."""
    plain = {name: getattr(body, name) for name in _PLAIN}
    return Manuscript(
        **plain,
        sectors=tuple(body.sectors),
        approvals=tuple(body.approvals),
        draft=there.draft,
        media=tuple(_picture(one) for one in body.media),
        video=Video(**body.video.model_dump() | {"tags": tuple(body.video.tags)}),
        texts=tuple(Text(**one.model_dump() | {"parts": tuple(one.parts)}) for one in body.texts),
        when=_when(body.when, there.when),
    )


def finding_shape(one: Finding) -> FindingShape:
    """Return a finding at its place in the body."""
    return FindingShape(at=place_of(one.field), what=one.sentence, blocks=one.blocks)


def place_of(field: str) -> str:
    """Return the place in the body for a field of the form: `texts.1.parts.0` for `text-2-2`."""
    if match := re.fullmatch(r"text-(\d+)(?:-(\d+))?", field):
        text, part = int(match[1]) - 1, match[2]
        return f"body.texts.{text}." + (f"parts.{int(part) - 2}" if part else "text")
    if match := re.fullmatch(r"(comment|alt|captions|logo|file)-(\d+)", field):
        kind = "texts" if match[1] == "comment" else "media"
        return f"body.{kind}.{int(match[2]) - 1}.{match[1]}"
    if field in WhenBody.model_fields:
        return f"body.when.{field}"
    return f"body.{field}" if field in ManuscriptBody.model_fields else "body"


_PLAIN = ("title", "theme", "language", "link", "link_title", "link_description", "link_image",
          "embargo_until", "note")  # fmt: skip


def _with_lists(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _with_lists(one) for name, one in value.items()}
    return [_with_lists(one) for one in value] if isinstance(value, tuple) else value


def _picture(one: PictureBody) -> Picture:
    artwork = tuple(Artwork(**each.model_dump()) for each in one.artwork)
    return Picture(**one.model_dump() | {"artwork": artwork})


def _when(wanted: WhenBody | None, there: When | None) -> When | None:
    if wanted is None or there is None:
        return there
    return When(**wanted.model_dump() | {"send_to": tuple(wanted.send_to)})
