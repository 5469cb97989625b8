"""How the campaign stands: the caller, the figures, the channels, the partners."""

from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import Field
from sqlalchemy import func, select

from analytics.json_values import moment
from campaign.access.rights import Action
from campaign.desk_views.health import ChannelHealth, health
from campaign.desk_views.status_json import Standing, status_values
from campaign.mailing.undelivered import undelivered
from campaign.states import State
from campaign.store.barriers import active_stops
from campaign.store.figures import figures
from campaign.store.tables import DELIVERY
from campaign.web.api.caller import Caller, may
from campaign.web.api.shapes import Id, Moment, Shape

router = APIRouter(tags=["desk"])
SeesSelf = Annotated[Caller, Depends(may(Action.SEE_SELF))]
SeesDesk = Annotated[Caller, Depends(may(Action.SEE_DESK))]


class MeShape(Shape):
    """Who the token works for, and what it opens."""

    person: str = Field(examples=["ama"])
    name: str = Field(examples=["Ama Mensah"])
    roles: list[str] = Field(examples=[["author"]])
    partner: str | None = Field(description="Whom somebody with the role partner speaks for.")
    token: str = Field(description="What the token is for.", examples=["The dashboard"])
    scopes: list[str] = Field(examples=[["read", "reports"]])
    until: Moment


class OldestShape(Shape):
    """The delivery that has waited longest past its time."""

    delivery: Id
    due_at: Moment
    age_s: float = Field(ge=0)


class LatenessShape(Shape):
    """How long after their time posts went out; nearest-rank percentiles in seconds."""

    days: int
    deliveries: int
    p50_s: float
    p95_s: float
    p99_s: float


class MissedShape(Shape):
    """A published post without its last reading of the week."""

    delivery: Id
    wall_at: Moment
    read_at: Moment | None


class EndingShape(Shape):
    """A sign-in that ends soon, or has ended."""

    channel: str
    account: str
    ends_at: Moment
    warned_ahead_days: int
    why: str | None


class TroubleShape(Shape):
    """A link that a person has to look at."""

    page: str
    state: str
    words: str
    deliveries: list[Id]


class LetterShape(Shape):
    """An e-mail that did not get to its reader; its text is not told here."""

    id: str
    person: str
    subject: str
    state: str = Field(description="`planned` where it is tried again, `refused` or `unknown`.")
    written_at: Moment
    needs_a_person: bool
    why: str


class StatusShape(Shape):
    """How things stand at one instant, as `campaign status --json` has it besides deliveries."""

    stopped: bool
    stops: list[str] = Field(description="What each stop covers.", examples=[["network x"]])
    as_of: Moment
    counts: dict[str, int] = Field(description="Deliveries by state; every state is there.")
    oldest_due: OldestShape | None = Field(description="Null where nothing is late.")
    lateness: LatenessShape | None = Field(description="Null where nothing went out: not zero.")
    missed_readings: list[MissedShape]
    sign_ins_ending: list[EndingShape]
    links: list[TroubleShape]
    letters: list[LetterShape]


class ChannelShape(Shape):
    """One channel, and whether posts can leave there, as far as it is known without asking."""

    id: str = Field(examples=["ico-x"])
    network: str
    partner: str
    mode: str = Field(description="`connected`, `repost`, or `pack` where the partner posts.")
    handle: str
    fine: bool = Field(description="Whether nobody has to do anything.")
    signed_in: bool
    refused: str | None = Field(description="Why the network refused the account.")
    rests_until: Moment | None = Field(description="The network asked us to wait until then.")
    left: int | None = Field(description="Posts the network still takes; null where unknown.")
    left_until: Moment | None
    sign_in_ends_at: Moment | None = Field(description="Where it ends within two weeks.")
    trouble: str = Field(description="Why the last renewal of its sign-in failed.")


class ChannelsShape(Shape):
    """Every channel that the applied schedule names."""

    channels: list[ChannelShape]


class PartnerShape(Shape):
    """An organisation that owns channels."""

    id: str = Field(examples=["npcc"])
    name: str = Field(examples=["National Police Chiefs' Council"])
    owner: bool = Field(description="Whether the campaign is its own.")
    sectors: list[str]
    consent: str = Field(description="`automatic`, or `accept-each`.")
    channels: list[str]
    counts: dict[str, int] = Field(description="Its deliveries by state, where there are any.")


class PartnersShape(Shape):
    """Everybody who takes part."""

    partners: list[PartnerShape]


@router.get("/me")
def show_me(caller: SeesSelf) -> MeShape:
    """Return whom this token works for, what it opens and until when."""
    person, token = caller.person, caller.token
    return MeShape(
        person=person.id,
        name=person.name,
        roles=sorted(person.roles),
        partner=person.partner,
        token=token.name,
        scopes=list(token.scopes),
        until=str(moment(token.until)),
    )


@router.get("/status")
def show_status(caller: SeesDesk) -> StatusShape:
    """Return the figures that a monitor asks for first."""
    desk, now = caller.desk, caller.now
    with desk.store.read() as connection:
        well = health(connection, desk.networks_by_name, desk.in_environment, now)
        standing = Standing(
            stops=active_stops(connection),
            figures=figures(connection, now),
            missed=well.missed_readings,
            ending=[one.ending for one in well.channels if one.ending],
            links=well.links,
            letters=undelivered(connection),
        )
    return StatusShape.model_validate(status_values(standing))


@router.get("/channels")
def list_channels(caller: SeesDesk) -> ChannelsShape:
    """Return every channel with its health; no network is asked."""
    desk = caller.desk
    with desk.store.read() as connection:
        found = health(connection, desk.networks_by_name, desk.in_environment, caller.now)
    return ChannelsShape(channels=[_channel(one) for one in found.channels])


@router.get("/partners")
def list_partners(caller: SeesDesk) -> PartnersShape:
    """Return every partner with its channels and how its deliveries stand."""
    query = select(DELIVERY.c.partner, DELIVERY.c.state, func.count().label("number"))
    counts: dict[str, dict[str, int]] = {}
    with caller.desk.store.read() as connection:
        for row in connection.execute(query.group_by(DELIVERY.c.partner, DELIVERY.c.state)):
            counts.setdefault(row.partner, {})[State(row.state)] = row.number
    schedule = caller.schedule
    return PartnersShape(
        partners=[
            PartnerShape(
                id=name,
                name=one.name,
                owner=one.owner,
                sectors=list(one.sectors),
                consent=one.consent,
                channels=[key for key, c in schedule.channels.items() if c.partner == name],
                counts=counts.get(name, {}),
            )
            for name, one in schedule.partners.items()
        ]
    )


def _channel(one: ChannelHealth) -> ChannelShape:
    account = one.account
    return ChannelShape(
        id=account.id,
        network=account.network,
        partner=account.partner,
        mode=account.mode,
        handle=account.handle,
        fine=one.fine,
        signed_in=one.signed_in,
        refused=one.refused,
        rests_until=moment(one.rests_until),
        left=one.left,
        left_until=moment(one.left_until),
        sign_in_ends_at=moment(one.ending.at if one.ending else None),
        trouble=one.trouble,
    )
