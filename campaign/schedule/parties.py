"""Who and where: partners, people, channels and the audience of a campaign."""

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, ValidationInfo

from campaign.schedule.faults import near
from campaign.schedule.known import NETWORKS, check_name
from campaign.schedule.values import Origin, refuse

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}$")]
Sector = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
Role = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]


class Strict(BaseModel):
    """A part of the schedule: frozen, and without fields that nobody knows."""

    model_config = ConfigDict(frozen=True, extra="forbid", serialize_by_alias=True)


def _known_network(name: str) -> str:
    if name not in NETWORKS:
        hint = near(name, NETWORKS) or f"; use one of {', '.join(NETWORKS)}"
        refuse(f"unknown network “{name}”{hint}")
    return name


def _known_partner(name: str, info: ValidationInfo) -> str:
    return check_name(name, "partners", info)


def _email(text: str) -> str:
    if not re.fullmatch(r"[^@\s<>,;:\"]+@[^@\s<>,;:\"]+\.[^@\s<>,;:\".]+", text, re.ASCII):
        refuse(f"“{text}” is no e-mail address; write for example ama@ico.example")
    return text


Email = Annotated[str, StringConstraints(strip_whitespace=True), AfterValidator(_email)]
NetworkRef = Annotated[
    str, AfterValidator(_known_network), Field(json_schema_extra={"enum": list(NETWORKS)})
]
PartnerRef = Annotated[str, AfterValidator(_known_partner)]


class Partner(Strict):
    """An organisation that owns channels."""

    name: Text = Field(description="As people write it.")
    owner: bool = Field(default=False, description="True for the body whose campaign this is.")
    sectors: tuple[Sector, ...] = Field(
        default=(), description="What `sector:NAME` finds it by; [all] belongs to every sector."
    )
    logo: Text | None = Field(default=None, description="A picture in the campaign's folder.")
    consent: Literal["automatic", "accept-each"] = Field(
        default="automatic",
        description="accept-each: the partner accepts every post itself before it may go out.",
    )
    contact: Text | None = Field(default=None, description="Where the comms team is reached.")

    def belongs_to(self, sector: str) -> bool:
        """Say whether `sector:NAME` means this partner, too."""
        return sector in self.sectors or "all" in self.sectors


class Person(Strict):
    """Somebody who may say something about a post."""

    name: Text
    roles: tuple[Role, ...] = Field(
        min_length=1,
        description="author, approver, partner, reader, admin, or what a post asks for: legal.",
    )
    partner: PartnerRef | None = Field(
        default=None, description="The organisation somebody with the role partner speaks for."
    )
    email: Email | None = Field(default=None, description="Where reports and reminders go.")


class Audience(Strict):
    """The people the campaign is for; without it reach has no upper bound."""

    universe: int = Field(gt=0, description="How many people that is.")
    source: Text = Field(description="Where the number comes from.")


class Channel(Strict):
    """One account on one network that the campaign may use."""

    network: NetworkRef
    partner: PartnerRef
    mode: Literal["connected", "pack", "repost"] = Field(
        default="connected",
        description="connected: we post; pack: the partner posts by hand and reports the link.",
    )
    handle: Text | None = Field(default=None, description='Quote one with an @: "@ico.example".')
    server: Origin | None = None
    language: Language | None = Field(
        default=None, description="Takes the wordings for this language, such as `## x / cy`."
    )
