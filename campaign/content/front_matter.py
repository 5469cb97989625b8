"""The fields between the two lines of `---` at the top of a post.md."""

from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import BeforeValidator, Field, PlainValidator

from campaign.schedule.branding import Corner
from campaign.schedule.parties import Language, Role
from campaign.schedule.partner import Sector
from campaign.schedule.parts import Strict, Text
from campaign.schedule.values import Id, LocalTime, refuse

GATES_OF_OUR_OWN = frozenset({"approval", "partner"})


def _read_url(value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        refuse("expected a link such as https://ico.example/advice")
    text = value.strip()
    try:
        parts = urlsplit(text)
        host = parts.hostname
    except ValueError:
        refuse(f"“{text}” is no link; write for example https://ico.example/advice")
    if parts.scheme == "http":
        refuse(f"“{text}” is not encrypted; link to https://{text.partition('://')[2]}")
    if parts.scheme != "https" or not host or any(char.isspace() for char in text):
        refuse(f"“{text}” is no link; write for example https://ico.example/advice")
    return text


def _read_file_name(value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        refuse("expected the name of a file in the post's folder")
    text = value.strip()
    if text.startswith("/") or "\\" in text or ".." in text.split("/"):
        refuse(f"“{text}” leads out of the post's folder; put the file into it")
    return text


def _read_approval(value: Any) -> Any:
    if isinstance(value, str) and value in GATES_OF_OUR_OWN:
        refuse(f"“{value}” is asked for by the schedule's rules; name another kind, such as legal")
    return value


def _address_alone(value: Any) -> Any:
    return {"url": value} if isinstance(value, str) else value


def _file_alone(value: Any) -> Any:
    return {"file": value} if isinstance(value, str) else value


FileName = Annotated[str, PlainValidator(_read_file_name)]


class LinkFields(Strict):
    """`link:` with what a card says of it."""

    url: Annotated[str, PlainValidator(_read_url)]
    title: Text | None = None
    description: Text | None = None
    image: FileName | None = None


class ArtworkFields(Strict):
    """A partner's own version of a picture."""

    file: FileName
    alt: Text | None = None
    """What it shows, where that differs from the picture's own alt text."""


class MediaFields(Strict):
    """One picture under `media:`, or the video or document."""

    file: FileName
    alt: str | None = None
    captions: FileName | None = None
    """Of a video: a .srt or .vtt file, or `burnt-in` where they are part of its picture."""
    logo: Corner | Literal["none"] | None = None
    """Where a partner's logo stands on it, in place of the schedule's own corner."""
    artwork: dict[Id, Annotated[ArtworkFields, BeforeValidator(_file_alone)]] = Field(
        default_factory=dict
    )
    """By partner: the picture that its channels show in place of this one."""


class VideoFields(Strict):
    """`video:`, what a network of videos wants declared."""

    made_for_children: bool
    """A legal declaration, so it has no usual answer."""
    privacy: Literal["public", "unlisted"] = "public"
    """`unlisted` is seen by whoever has the address."""
    tags: tuple[Text, ...] = ()


class FrontMatter(Strict):
    """What a post says about itself."""

    title: Text | None = None
    theme: Text | None = None
    sectors: tuple[Sector, ...] = ()
    language: Language = "en"
    link: Annotated[LinkFields, BeforeValidator(_address_alone)] | None = None
    media: tuple[MediaFields, ...] = ()
    video: VideoFields | None = None
    approvals: tuple[Annotated[Role, BeforeValidator(_read_approval)], ...] = Field(default=())
    embargo_until: LocalTime | None = None
    status: Literal["draft", "ready"] = "ready"
    note: Text | None = None
