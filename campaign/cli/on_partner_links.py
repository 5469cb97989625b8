"""partner-link: makes the links by which partners see their posts, sends them, takes them back."""

from dataclasses import dataclass
from datetime import timedelta

from campaign.cli.failures import Failure
from campaign.cli.output import counted, for_people, instant, print_json, say, table, tell
from campaign.cli.place import Place
from campaign.cli.session import Session, open_session
from campaign.partner_links.contacts import addresses_of, same
from campaign.partner_links.links import Link, Wanted, end_links, links_of, make_link
from campaign.partner_links.lost import Post, send_link
from campaign.secret_keys import HOW, VARIABLE
from campaign.store.deliveries import Change

UNDER = "/partner"
"""The path of partners' pages, below the public address."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Wish:
    """Which partner, which of its contacts, and for how long."""

    partner: str
    contact: str | None
    days: int


def make(place: Place, wish: Wish, person: str | None) -> None:
    """Make one link and print it: nobody can tell it again."""
    with open_session(place) as session:
        change, contact = _checked(session, wish, person)
        post = post_of(session)
        wanted = Wanted(partner=wish.partner, contact=contact, lasts=timedelta(days=wish.days))
        with session.desk.store.write() as connection:
            link, token = make_link(connection, wanted, change, post.keys)
        tell(f"A link for {_whose(link)}, which works until {_until(session, link)}:")
        say(f"{post.address}/{token}")
        tell("It is shown this once. Send it to that person alone: whoever has it can answer.")


def send(place: Place, wish: Wish, person: str | None) -> None:
    """Send a link of their own to one contact, or to each."""
    with open_session(place) as session:
        change, contact = _checked(session, wish, person)
        to = (contact,) if contact else addresses_of(session.schedule, wish.partner)
        if not to:
            raise Failure(f"{wish.partner} has no contacts in schedule.yaml; add one and apply")
        if session.desk.settings.mail is None:
            raise Failure("e-mail is not set up; docs/operations.md says how")
        post, lasts = post_of(session), timedelta(days=wish.days)
        with session.desk.store.write() as connection:
            for one in to:
                wanted = Wanted(partner=wish.partner, contact=one, lasts=lasts)
                send_link(connection, post, wanted, change.who, change.at)
        for one in to:
            say(f"A link is on its way to {one}.")


def revoke(place: Place, wish: Wish, person: str | None) -> None:
    """Take links back; whoever opens one from now on is told so."""
    with open_session(place) as session:
        _check_partner(session, wish.partner, gone_is_fine=True)
        change = session.change(person, "")
        with session.desk.store.write() as connection:
            done = end_links(connection, wish.partner, change, contact=wish.contact)
    whose = f"{wish.contact} of {wish.partner}" if wish.contact else wish.partner
    if not done:
        raise Failure(f"{whose} has no link that works; --list shows all there were")
    say(f"{counted(done, 'link')} of {whose} taken back.")


def show(place: Place, wish: Wish, *, as_json: bool) -> None:
    """List who was given which link; the links themselves are not kept."""
    with open_session(place) as session:
        _check_partner(session, wish.partner, gone_is_fine=True)
        with session.desk.store.read() as connection:
            links = links_of(connection, wish.partner)
        links = [one for one in links if wish.contact in {None, one.contact}]
        if as_json:
            print_json({"links": [_plain(one, session) for one in links]})
            return
        rows = [
            [
                str(one.number),
                one.contact or "nobody named",
                one.made_by,
                _until(session, one),
                _state(one, session),
            ]
            for one in links
        ]
        table(["Link", "Given to", "Made by", "Until", "State"], rows)


def post_of(session: Session) -> Post:
    """Return what letters with links need; raise `Failure` where the pages have no address."""
    settings = session.desk.settings
    if settings.public is None:
        raise Failure("set CAMPAIGN_PUBLIC_URL: the https address at which partners reach us")
    if not settings.secret_keys:
        raise Failure(f"set {VARIABLE}, which links are signed with; {HOW}")
    address = f"{settings.public.url}{UNDER}"
    return Post(schedule=session.schedule, keys=settings.secret_keys, address=address)


def _checked(session: Session, wish: Wish, person: str | None) -> tuple[Change, str]:
    """Return who does it and the contact as the schedule writes it, empty where none is named."""
    _check_partner(session, wish.partner)
    change = session.change(person, "")
    if wish.contact is None:
        return change, ""
    known = addresses_of(session.schedule, wish.partner)
    found = [one for one in known if same(one) == same(wish.contact)]
    if not found:
        listed = f"known are: {', '.join(known)}" if known else "it has none"
        raise Failure(f"{wish.contact} is no contact of {wish.partner}; {listed}", code=2)
    return change, found[0]


def _check_partner(session: Session, partner: str, *, gone_is_fine: bool = False) -> None:
    known = session.schedule.partners
    if partner in known:
        return
    if gone_is_fine:
        with session.desk.store.read() as connection:
            if links_of(connection, partner):
                return
    raise Failure(f"there is no partner “{partner}”; known are: {', '.join(known)}", code=2)


def _whose(link: Link) -> str:
    return f"{link.contact} of {link.partner}" if link.contact else link.partner


def _until(session: Session, link: Link) -> str:
    return for_people(link.expires_at, session.schedule.zone)


def _state(link: Link, session: Session) -> str:
    if link.ended_by is not None:
        return f"taken back by {link.ended_by}"
    return "works" if link.works(session.now) else "ended"


def _plain(link: Link, session: Session) -> dict[str, object]:
    return {
        "link": link.number,
        "partner": link.partner,
        "contact": link.contact or None,
        "made_by": link.made_by,
        "made_at": instant(link.made_at),
        "expires_at": instant(link.expires_at),
        "ended_at": instant(link.ended_at),
        "ended_by": link.ended_by,
        "works": link.works(session.now),
    }
