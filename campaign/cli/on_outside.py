"""outside: the links by which people without an account were asked."""

from campaign.cli.failures import Failure
from campaign.cli.output import for_people, instant, print_json, say, table
from campaign.cli.place import Place
from campaign.cli.session import Session, open_session
from campaign.outside.asking import ask_again
from campaign.outside.links import Link, all_links, asked_for, link_of_number, take_back
from campaign.outside.office import UNDER, Office
from campaign.secret_keys import HOW, VARIABLE


def show(place: Place, *, as_json: bool) -> None:
    """List the links; what stands in their addresses is not kept."""
    with open_session(place) as session:
        with session.desk.store.read() as connection:
            links = all_links(connection)
            about = {
                one.number: [each.delivery for each in asked_for(connection, one)] for one in links
            }
        if as_json:
            listed = [_as_json(one, about[one.number], session) for one in links]
            print_json({"links": listed})
            return
        zone = session.schedule.zone
        rows = [
            [
                str(one.number),
                one.person,
                one.kind,
                str(len(about[one.number])),
                for_people(one.expires_at, zone),
                one.state(session.now),
            ]
            for one in links
        ]
        table(["LINK", "PERSON", "ASKED FOR", "DELIVERIES", "UNTIL", "STATE"], rows)


def ask(place: Place, number: int, person: str | None) -> None:
    """Ask again by a fresh link."""
    with open_session(place) as session:
        change, office = session.change(person, ""), office_of(session)
        with session.desk.store.write() as connection:
            made = ask_again(connection, _link(session, number), office, change.who)
        if not made:
            message = (
                f"nothing of link {number} waits for that yes now, or it may not be shown: "
                f"`campaign status` says what it waits for"
            )
            raise Failure(message)
        (fresh,) = made
        say(f"Link {fresh.number} is on its way to {fresh.person}; link {number} is void.")


def revoke(place: Place, number: int, person: str | None) -> None:
    """Take a link back; whoever opens it from now on is told so."""
    with open_session(place) as session:
        change, link = session.change(person, ""), _link(session, number)
        with session.desk.store.write() as connection:
            done = take_back(connection, link, change)
        if not done:
            raise Failure(f"link {number} is {link.state(session.now)}: there is nothing to revoke")
        say(f"Link {number} of {link.person} is taken back. `campaign outside ask` asks again.")


def office_of(session: Session) -> Office:
    """Return what links are made with; raise `Failure` where pages or keys are lacking."""
    settings = session.desk.settings
    if settings.public is None:
        raise Failure("set CAMPAIGN_PUBLIC_URL: the https address at which people reach us")
    if not settings.secret_keys:
        raise Failure(f"set {VARIABLE}, which links are signed with; {HOW}")
    return Office(
        schedule=session.schedule,
        keys=settings.secret_keys,
        address=f"{settings.public.url}{UNDER}",
        now=session.now,
    )


def _link(session: Session, number: int) -> Link:
    with session.desk.store.read() as connection:
        found = link_of_number(connection, number)
    if found is None:
        raise Failure(f"there is no link {number}; `campaign outside list` has them all", code=2)
    return found


def _as_json(one: Link, deliveries: list[str], session: Session) -> dict[str, object]:
    return {
        "link": one.number,
        "person": one.person,
        "kind": one.kind,
        "deliveries": deliveries,
        "asked_by": one.asked_by,
        "asked_at": instant(one.asked_at),
        "expires_at": instant(one.expires_at),
        "ended_at": instant(one.ended_at),
        "ended_by": one.ended_by,
        "decision": one.decision,
        "decided_at": instant(one.decided_at),
        "state": one.state(session.now),
    }
