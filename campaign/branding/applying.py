"""Puts partners' logos, or the artwork they supplied, into what is planned for their channels.

It happens before anything is frozen or checked: the picture that is counted, approved, stored by
its hash and sent is the one with the logo on it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from campaign.branding.logos import Logo, read_logo
from campaign.branding.placing import place
from campaign.branding.svg import LogoError
from campaign.content.post import Post, PostMedia
from campaign.payload import Form, PayloadMedia
from campaign.planning.calendar import day_text
from campaign.planning.delivery import PlannedDelivery
from campaign.schedule.faults import Fault, near
from campaign.schedule.partner import Partner
from campaign.schedule.reading import PlacedSchedule
from connectors.content import whole

NO_LOGO = "none"
"""What a picture says that no logo shall stand on."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Branded:
    """What is planned, with the partners' logos on its pictures, and what stood in the way."""

    deliveries: tuple[PlannedDelivery, ...]
    faults: tuple[Fault, ...]


def read_logos(folder: Path, placed: PlacedSchedule) -> tuple[dict[str, Logo], list[Fault]]:
    """Return the logos that can be used, by partner, and a fault for every other one."""
    logos: dict[str, Logo] = {}
    faults: list[Fault] = []
    for name, partner in placed.schedule.partners.items():
        if partner.logo is None:
            continue
        try:
            logos[name] = _read(folder, partner.logo)
        except LogoError as error:
            sentence = f"“{partner.logo}” {error}"
            faults.append(placed.tree.fault(("partners", name, "logo"), sentence))
    return logos, faults


def _read(folder: Path, file: str) -> Logo:
    path = folder / file
    if not path.is_file():
        raise LogoError("is not in the campaign's folder")
    try:
        return read_logo(path)
    except OSError as error:
        raise LogoError(f"cannot be read: {error.strerror}") from error


def brand(
    deliveries: Sequence[PlannedDelivery],
    placed: PlacedSchedule,
    posts: Mapping[str, Post],
    logos: Mapping[str, Logo],
) -> Branded:
    """Return every delivery with its pictures as they will be sent."""
    work = _Work(placed, posts, logos)
    made = tuple(work.branded(one) for one in deliveries)
    return Branded(deliveries=made, faults=(*work.faults, *_for_nobody(placed, posts)))


def _for_nobody(placed: PlacedSchedule, posts: Mapping[str, Post]) -> Iterator[Fault]:
    partners = placed.schedule.partners
    for post in posts.values():
        for number, media in enumerate(post.media):
            for name in (name for name, _ in media.artwork if name not in partners):
                location = ("media", number, "artwork", name)
                yield post.fault(location, f"unknown partner “{name}”{near(name, partners)}")


class _Work:
    """One pass over a plan; collects what stands in the way."""

    def __init__(
        self, placed: PlacedSchedule, posts: Mapping[str, Post], logos: Mapping[str, Logo]
    ) -> None:
        self._placed = placed
        self._posts = posts
        self._logos = logos
        self._made: dict[tuple[str, str], tuple[PayloadMedia, ...]] = {}
        self.faults: list[Fault] = []

    def branded(self, one: PlannedDelivery) -> PlannedDelivery:
        partner = self._placed.schedule.partners[one.partner]
        asks = partner.co_branding != "none"
        if not asks or not one.payload.media or one.payload.form is Form.REPOST:
            return one
        day = one.due_at.astimezone(self._placed.schedule.zone).date()
        self.faults += self._not_permitted(one, partner, day)
        key = (one.post, one.partner)
        if key not in self._made:
            self._made[key] = tuple(self._media(one, self._posts[one.post], partner))
        return replace(one, payload=replace(one.payload, media=self._made[key]))

    def _not_permitted(self, one: PlannedDelivery, partner: Partner, day: date) -> Iterator[Fault]:
        permission = partner.logo_permission
        if permission is None and partner.co_branding == "partner-logo":
            sentence = (
                f"nobody has given leave to use the logo of {partner.name}; add "
                f"“logo_permission: {{from: …, until: …, given_by: …}}”"
            )
            location = ("partners", one.partner, "co_branding")
            yield self._placed.tree.fault(location, sentence)
        elif permission is not None and not permission.covers(day):
            sentence = (
                f"{one.id} would show the logo of {partner.name} on {day_text(day)}, and it may "
                f"be used from {day_text(permission.from_on)} to {day_text(permission.until_on)}"
            )
            location = ("partners", one.partner, "logo_permission")
            yield self._placed.tree.fault(location, sentence)

    def _media(self, one: PlannedDelivery, post: Post, partner: Partner) -> Iterator[PayloadMedia]:
        for number, (sent, media) in enumerate(zip(one.payload.media, post.media, strict=True)):
            try:
                yield self._picture(sent, media, one.partner, partner)
            except LogoError as error:
                sentence = f"with the logo of {partner.name}: “{media.file}” {error}"
                self.faults.append(post.fault(("media", number, "file"), sentence))
                yield sent

    def _picture(
        self, sent: PayloadMedia, media: PostMedia, name: str, partner: Partner
    ) -> PayloadMedia:
        if not media.media_type.startswith("image/"):
            return sent
        if partner.co_branding == "artwork":
            return _artwork(media, name)
        if media.logo_at is None or media.logo_at != NO_LOGO:
            return self._with_logo(sent, media, name, partner)
        return sent

    def _with_logo(
        self, sent: PayloadMedia, media: PostMedia, name: str, partner: Partner
    ) -> PayloadMedia:
        logo = self._logos.get(name)
        if logo is None:  # whose file was refused, which is a fault already
            return sent
        branding = self._placed.schedule.branding
        corner = branding.position if media.logo_at in (None, NO_LOGO) else media.logo_at
        placed = place(whole(sent.content), sent.media_type, logo, branding, corner)
        alt = f"{sent.alt_text} Logo: {partner.name}."
        return replace(sent, content=placed.content, sha256=placed.sha256, alt_text=alt)


def _artwork(media: PostMedia, name: str) -> PayloadMedia:
    own = dict(media.artwork).get(name)
    if own is None:
        raise LogoError(
            f"has no artwork of its own for them; add “artwork: {{{name}: FILE}}” under it"
        )
    return PayloadMedia(
        sha256=own.sha256, media_type=own.media_type, alt_text=own.alt, content=own.content
    )
