"""A partner as the schedule declares it: who speaks for it, what it agreed to, and for how long."""

from collections import Counter
from datetime import date, timedelta
from typing import Annotated, Literal

from pydantic import Field, StringConstraints, ValidationInfo, field_validator

from campaign.schedule.parts import Email, FileInside, Strict, Text
from campaign.schedule.spans import QuietSpan, Span
from campaign.schedule.values import Day, Duration, refuse

Sector = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
Consent = Literal["automatic", "accept-each"]
CoBranding = Literal["partner-logo", "artwork", "none"]


class Contact(Strict):
    """Somebody at a partner who is written to."""

    name: Text
    email: Email

    def __str__(self) -> str:
        return f"{self.name}, {self.email}"


class LogoPermission(Span):
    """From when to when a partner lets its logo be used, and who said so."""

    given_by: Text = Field(description="Whose word it was, as people write it.")


def _need_logo(info: ValidationInfo) -> None:
    if "logo" in info.data and info.data["logo"] is None:
        refuse("this partner has no logo; write where it is: “logo: partners/ndna.png”")


class Partner(Strict):
    """An organisation that owns channels."""

    name: Text = Field(description="As people write it.")
    owner: bool = Field(default=False, description="True for the body whose campaign this is.")
    sectors: tuple[Sector, ...] = Field(
        default=(), description="What `sector:NAME` finds it by; [all] belongs to every sector."
    )
    contacts: tuple[Contact, ...] = Field(
        default=(), description="Whom questions, reminders and the partner's links go to."
    )
    consent: Consent = Field(
        default="automatic",
        description="accept-each: the partner accepts every post itself before it may go out.",
    )
    answer_within: Duration | None = Field(
        default=None,
        description="How long it has to answer once it is asked; never longer than to the slot.",
    )
    from_on: Day | None = Field(
        default=None, alias="from", description="The first day on which it takes part."
    )
    until_on: Day | None = Field(
        default=None, alias="until", description="The last day on which it takes part, included."
    )
    windows: tuple[QuietSpan, ...] = Field(
        default=(), description="Days on which it keeps quiet, besides those under rules."
    )
    logo: FileInside | None = Field(
        default=None, description="A picture in the campaign's folder: PNG or SVG."
    )
    logo_permission: LogoPermission | None = None
    co_branding: CoBranding = Field(
        default="none",
        description="partner-logo: its logo is placed on the pictures; artwork: the post has "
        "pictures of its own for it; none: the pictures as they are.",
    )

    @field_validator("contacts")
    @classmethod
    def _once_each(cls, contacts: tuple[Contact, ...]) -> tuple[Contact, ...]:
        times = Counter(one.email.lower() for one in contacts)
        twice = next((one.email for one in contacts if times[one.email.lower()] > 1), None)
        if twice:
            refuse(f"“{twice}” stands twice; name everybody once")
        return contacts

    @field_validator("answer_within")
    @classmethod
    def _is_asked(cls, within: timedelta | None, info: ValidationInfo) -> timedelta | None:
        if within is not None and info.data.get("consent") == "automatic":
            refuse(
                "nobody asks this partner, so its time to answer never begins; "
                "write “consent: accept-each” as well, or leave this out"
            )
        return within

    @field_validator("until_on")
    @classmethod
    def _not_before(cls, until: date | None, info: ValidationInfo) -> date | None:
        first = info.data.get("from_on")
        if until is not None and first is not None and until < first:
            refuse(f"“{until}” is before the first day {first}")
        return until

    @field_validator("logo_permission")
    @classmethod
    def _is_for_a_logo(
        cls, permission: LogoPermission | None, info: ValidationInfo
    ) -> LogoPermission | None:
        if permission is not None:
            _need_logo(info)
        return permission

    @field_validator("co_branding")
    @classmethod
    def _has_what_it_places(cls, branding: CoBranding, info: ValidationInfo) -> CoBranding:
        if branding == "partner-logo":
            _need_logo(info)
        return branding

    def belongs_to(self, sector: str) -> bool:
        """Say whether `sector:NAME` means this partner, too."""
        return sector in self.sectors or "all" in self.sectors

    def takes_part(self, day: date) -> bool:
        """Say whether a local day lies in the time for which it has agreed."""
        begins = self.from_on is None or self.from_on <= day
        return begins and (self.until_on is None or day <= self.until_on)

    def reached_at(self) -> str:
        """Say whom to write to or ring up; empty where nobody is named."""
        return "; ".join(map(str, self.contacts))
