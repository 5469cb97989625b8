"""The shapes of deliveries in the API: what `campaign status --json` prints, and more."""

import re
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, field_validator

from campaign.states import State

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
Moment = Annotated[
    str,
    Field(
        description="An instant in UTC.",
        json_schema_extra={"format": "date-time"},
        examples=["2027-01-12T08:30:00Z"],
    ),
]
Id = Annotated[str, Field(examples=["law-helps/ico-x/1"])]


class Shape(BaseModel):
    """What the API answers; a key that is not named here is a fault of ours."""

    model_config = ConfigDict(extra="forbid")


class Asking(BaseModel):
    """What the API is asked; a key that it does not know is refused, not overlooked."""

    model_config = ConfigDict(extra="forbid", strict=True)

    @field_validator("*")
    @classmethod
    def _holds_text(cls, value: Any) -> Any:
        """Refuse a control character: no keyboard sends it, and no database takes U+0000."""
        for text in value if isinstance(value, list) else (value,):
            if isinstance(text, str) and _CONTROL.search(text):
                message = "A control character cannot be kept; take it out."
                raise ValueError(message)
        return value


class WithdrawalShape(Shape):
    """A person's word that a post shall not stand."""

    asked_by: str = Field(description="Who withdrew it.", examples=["ama"])
    asked_at: Moment
    reason: str
    stage: str = Field(description="How far it has been carried out.", examples=["done"])
    note: str


class DeliveryShape(Shape):
    """One post for one channel at one time, as `campaign status --json` has it."""

    id: Id = Field(description="`entry/channel/run`; it never changes.")
    post: str = Field(description="The post's id.", examples=["law-helps"])
    channel: str = Field(examples=["ico-x"])
    partner: str = Field(description="Whose channel it is.", examples=["ico"])
    network: str = Field(examples=["x"])
    state: State = Field(description="Where it stands; docs/glossary.md says what each means.")
    due_at: Moment = Field(description="When it is to go out.")
    published_at: Moment | None = Field(description="When it went out, null where it has not.")
    remote_id: str | None = Field(description="The network's own id for the live post.")
    url: str | None = Field(description="Where the live post stands.")
    attempts: int = Field(description="How often it was tried.", ge=0)
    waiting_for: str | None = Field(
        description="What it waits for, in words; null where that is only its time.",
        examples=["approval by ben or cat"],
    )
    note: str = Field(description="What people should know of it; empty where nothing.")
    wall_time: str = Field(
        description="The time as planned, by the campaign's clocks.", examples=["2027-01-12 08:30"]
    )
    evidence: str | None = Field(
        description="How it is known to be out: `api`, `found` or `person`; null before."
    )
    corrects: Id | None = Field(description="The live delivery that this one corrects.")
    withdrawal: WithdrawalShape | None
    follows: Id | None = Field(description="The delivery that has to be out first.")


class LinkShape(Shape):
    """The link of a post, UTM values included."""

    url: str
    title: str
    description: str


class MediaShape(Shape):
    """A picture or video of a post."""

    sha256: str = Field(description="Of its bytes.")
    media_type: str = Field(examples=["image/png"])
    alt_text: str


class ContentShape(Shape):
    """What exactly is sent, or was; an approval is bound to it."""

    text: str
    language: str = Field(examples=["en"])
    form: str = Field(description="`post`, `part`, `comment` or `repost`.", examples=["post"])
    link: LinkShape | None
    media: list[MediaShape]


class GateShape(Shape):
    """One thing that a person has to say yes to before a delivery may go out."""

    kind: str = Field(description="`approval`, `partner`, or what the post asks for.")
    decision: str | None = Field(description="`yes`, `no`, or null while nobody has said.")
    person: str | None
    stood_in_for: str | None = Field(
        description="Whom the person was the deputy of; null where they decided in their own right."
    )
    decided_at: Moment | None
    holds: bool = Field(description="Whether it is a yes to this very content and day.")
    reason: str


class OneDeliveryShape(DeliveryShape):
    """A delivery with what it says and who has said yes; its `ETag` stands for all of it."""

    content_hash: str = Field(description="Names the content; approvals are given for it.")
    applied_by: list[str] = Field(
        description="Who applied what waits; none of them may approve it.", examples=[["ama"]]
    )
    content: ContentShape
    gates: list[GateShape]
    page: str = Field(
        description="Where a person finds it on the desk.",
        examples=["https://desk.example/deliveries/law-helps/ico-x/1"],
    )


class DeliveriesShape(Shape):
    """A page of deliveries."""

    deliveries: list[DeliveryShape]
    next: str | None = Field(
        description="`cursor` of the page after this one; null where this is the last."
    )


class EventShape(Shape):
    """One line of a delivery's history."""

    at: Moment
    who: str = Field(description="The person, or the worker.")
    what: str = Field(description="A state that was reached, or an attempt, in words.")
    why: str
    is_attempt: bool


class HistoryShape(Shape):
    """Everything that ever happened to a delivery, oldest first."""

    id: Id
    events: list[EventShape]


def example(**values: Any) -> ConfigDict:
    """Give a shape a body that serves as its example in the document."""
    return ConfigDict(json_schema_extra={"examples": [values]})
