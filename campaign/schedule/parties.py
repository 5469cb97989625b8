"""Who and where: people, channels and the audience of a campaign."""

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, StringConstraints, ValidationInfo, model_validator

from campaign.schedule.faults import near
from campaign.schedule.known import NETWORKS, check_name
from campaign.schedule.parts import Email, Strict, Text
from campaign.schedule.values import Origin, refuse

Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}$")]
Role = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]


ROLES_OF_THE_DESK = frozenset({"author", "approver", "partner", "reader", "admin"})


def _known_network(name: str) -> str:
    if name not in NETWORKS:
        hint = near(name, NETWORKS) or f"; use one of {', '.join(NETWORKS)}"
        refuse(f"unknown network “{name}”{hint}")
    return name


def _known_partner(name: str, info: ValidationInfo) -> str:
    return check_name(name, "partners", info)


NetworkRef = Annotated[
    str, AfterValidator(_known_network), Field(json_schema_extra={"enum": list(NETWORKS)})
]
PartnerRef = Annotated[str, AfterValidator(_known_partner)]


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
    outside: bool = Field(
        default=False,
        description="Has no account: is asked by a signed link for the yes that a post names.",
    )
    organisation: Text | None = Field(
        default=None,
        description="Where somebody outside belongs to, for those who read the record.",
    )

    @model_validator(mode="after")
    def _outside_is_asked_by_mail_and_holds_no_role_of_ours(self) -> Self:
        if not self.outside:
            return self
        ours = [one for one in self.roles if one in ROLES_OF_THE_DESK]
        if ours:
            refuse(f"somebody outside has no account, so cannot be {' or '.join(ours)}")
        if self.email is None:
            refuse("somebody outside is asked by e-mail; write “email: …”")
        return self


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
