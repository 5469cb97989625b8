"""schedule.yaml as one frozen value: everything the plan is made from, besides the posts.

Names are checked where they stand when the reader hands in what the file declares; a schedule
read back from the JSON that was stored when it was applied needs no second check.
"""

from collections import Counter
from datetime import date
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    Discriminator,
    Field,
    StringConstraints,
    Tag,
    ValidationInfo,
    field_validator,
)

from campaign.schedule.branding import Branding
from campaign.schedule.known import (
    DEFAULT_ZONE,
    check_exists,
    check_name,
    check_target,
    find_zone,
)
from campaign.schedule.objectives import Objective
from campaign.schedule.parties import Audience, Channel, Person
from campaign.schedule.partner import Partner
from campaign.schedule.parts import Strict, Text
from campaign.schedule.reporting import PersonRef, Reporting
from campaign.schedule.rules import Rules, Slot, Window
from campaign.schedule.spans import Span
from campaign.schedule.subscribers import Subscriber
from campaign.schedule.values import Day, Duration, Id, LocalTime, WholeDays, refuse


def _known_post(name: str, info: ValidationInfo) -> str:
    return check_name(name, "posts", info)


def _known_slot(name: str, info: ValidationInfo) -> str:
    return check_name(name, "slots", info)


PostRef = Annotated[Id, AfterValidator(_known_post)]
SlotRef = Annotated[str, AfterValidator(_known_slot)]
Target = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1), AfterValidator(check_target)
]
SendTo = Annotated[
    tuple[Target, ...],
    Field(
        min_length=1,
        description="Together: channel ids, partner:ID, sector:NAME, network:NAME, or all.",
    ),
]
Stagger = Annotated[
    Duration | None,
    Field(description="Time between one channel and the next, in the order of send_to."),
]


Owner = Annotated[
    PersonRef | None,
    Field(
        default=None,
        description="Who looks after it and is told when something goes wrong; "
        "without one, whoever applied it.",
    ),
]
Replies = Annotated[
    PersonRef | None,
    Field(default=None, description="Who answers what people write under it."),
]


class SingleEntry(Strict):
    """One post at a fixed time, or again and again from it."""

    post: PostRef = Field(description="The post's folder in posts/.")
    id: Id | None = Field(
        default=None, description="Only where the same post stands in two entries."
    )
    at: Annotated[LocalTime, AfterValidator(check_exists)]
    every: WholeDays | None = Field(default=None, description="How long until it runs again.")
    until_on: Day | None = Field(
        default=None, alias="until", description="The last day of a series, included."
    )
    send_to: SendTo
    stagger: Stagger = None
    owner: Owner = None
    replies: Replies = None

    @field_validator("until_on")
    @classmethod
    def _belongs_to_series(cls, until: date | None, info: ValidationInfo) -> date | None:
        if until is None:
            return None
        at = info.data.get("at")
        if "every" in info.data and info.data["every"] is None:
            refuse("“until” ends a series; add “every: 4 weeks” or leave it out")
        if at is not None and until < at.local.date():
            refuse(f"“{until}” is before the first run on {at.local.date()}")
        return until

    @property
    def name(self) -> str:
        """The first part of its deliveries' identity."""
        return self.id or self.post


class QueueEntry(Strict):
    """Posts that go out one after the other, each in the next free slot."""

    queue: Id = Field(description="The queue's name.")
    id: Id | None = Field(default=None, description="Only where the name is taken.")
    posts: tuple[PostRef, ...] = Field(min_length=1, description="In the order they go out.")
    slot: SlotRef
    from_on: Day = Field(alias="from", description="The first day a post may go out.")
    send_to: SendTo
    stagger: Stagger = None
    owner: Owner = None
    replies: Replies = None

    @field_validator("posts")
    @classmethod
    def _once_each(cls, posts: tuple[str, ...]) -> tuple[str, ...]:
        twice = sorted(post for post, times in Counter(posts).items() if times > 1)
        if twice:
            refuse(f"“{twice[0]}” stands twice in this queue; give it an entry of its own")
        return posts

    @property
    def name(self) -> str:
        """The first part of its deliveries' identity."""
        return self.id or self.queue


def _kind_of_entry(value: Any) -> str:
    if isinstance(value, QueueEntry) or (isinstance(value, dict) and "queue" in value):
        return "QueueEntry"
    return "SingleEntry"


Entry = Annotated[
    Annotated[SingleEntry, Tag("SingleEntry")] | Annotated[QueueEntry, Tag("QueueEntry")],
    Discriminator(_kind_of_entry),
]


class Schedule(Strict):
    """One campaign: who, where, when and by which rules."""

    campaign: Id = Field(description="The campaign's id; links carry it as utm_campaign.")
    title: Text | None = None
    timezone: Text = Field(default=DEFAULT_ZONE, description="An IANA name.")
    runs: Span = Field(description="The campaign's days; no entry may lie outside them.")
    partners: dict[Id, Partner] = Field(min_length=1)
    audience: Audience | None = None
    people: dict[Id, Person] = Field(default_factory=dict)
    objectives: dict[Id, Objective] = Field(
        default_factory=dict, description="What the campaign is to achieve, and until when."
    )
    report: Reporting | None = Field(
        default=None, description="Who releases the weekly report, and who reads it."
    )
    channels: dict[Id, Channel] = Field(min_length=1)
    subscribers: dict[Id, Subscriber] = Field(
        default_factory=dict, description="Other systems that are told what has happened."
    )
    slots: dict[Id, Slot] = Field(default_factory=dict)
    rules: Rules = Rules()
    branding: Branding = Field(
        default=Branding(), description="How partners' logos are placed on pictures."
    )
    schedule: tuple[Entry, ...] = ()

    @field_validator("timezone")
    @classmethod
    def _zone_exists(cls, name: str) -> str:
        if find_zone(name) is None:
            refuse(f"“{name}” is no time zone; write for example {DEFAULT_ZONE}")
        return name

    @field_validator("partners")
    @classmethod
    def _one_owner(cls, partners: dict[str, Partner]) -> dict[str, Partner]:
        owners = [name for name, partner in partners.items() if partner.owner]
        if len(owners) > 1:
            refuse(f"a campaign has one owner, but {' and '.join(owners)} are marked as such")
        return partners

    @field_validator("report")
    @classmethod
    def _everybody_can_be_told(
        cls, report: Reporting | None, info: ValidationInfo
    ) -> Reporting | None:
        people: dict[str, Person] = info.data.get("people", {})
        for name in (*report.told(), *report.readers) if report else ():
            if name in people and people[name].email is None:
                refuse(f"“{name}” has no e-mail address; write one under people, “email: …”")
        return report

    @property
    def zone(self) -> ZoneInfo:
        """The zone in which every local time of the schedule is meant."""
        return ZoneInfo(self.timezone)

    def readers(self) -> tuple[str, ...]:
        """Return who gets the weekly report: those named for it, else every reader with e-mail."""
        if self.report is not None and self.report.readers:
            return self.report.readers
        return tuple(
            name for name, one in self.people.items() if "reader" in one.roles and one.email
        )

    def answers(self, entry: str) -> str | None:
        """Return who answers what people write under an entry's posts; None where nobody does.

        A correction by a post of its own belongs to the entry of what it corrects.
        """
        name = entry.removeprefix("correction:")
        own = next((one.replies for one in self.schedule if one.name == name), None)
        return own or self.rules.replies

    def windows(self) -> tuple[Window, ...]:
        """Return everything that holds posts for a while: the rules' windows and partners' own."""
        own = (
            Window.model_validate({**dict(one), "partners": (name,)}, by_name=True)
            for name, partner in self.partners.items()
            for one in partner.windows
        )
        return (*self.rules.windows, *own)

    @property
    def owner(self) -> str | None:
        """The partner whose campaign this is, where one is marked."""
        return next((name for name, partner in self.partners.items() if partner.owner), None)

    def channels_of(self, send_to: tuple[str, ...]) -> tuple[str, ...]:
        """List the channels of a union: first mention wins, then the order of declaration."""
        found = [channel for target in send_to for channel in self._channels_of_one(target)]
        return tuple(dict.fromkeys(found))

    def _channels_of_one(self, target: str) -> list[str]:
        if target == "all":
            return list(self.channels)
        word, colon, name = target.partition(":")
        if not colon:
            return [word] if word in self.channels else []
        return [key for key, one in self.channels.items() if self._means(word, name, one)]

    def _means(self, word: str, name: str, channel: Channel) -> bool:
        match word:
            case "partner":
                return channel.partner == name
            case "network":
                return channel.network == name
            case "sector":
                return self.partners[channel.partner].belongs_to(name)
            case _:
                return False
