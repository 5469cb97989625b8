"""connect --link: makes a partner's link and serves its page until somebody ends it."""

import socket
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit

from werkzeug.serving import make_server

from campaign.cli.failures import Failure
from campaign.cli.landing import HOST, Quiet
from campaign.cli.output import for_people, say, tell
from campaign.cli.place import Place
from campaign.cli.process import told_to_end, when_told
from campaign.cli.session import Session, open_session
from campaign.credentials.means import is_safe
from campaign.partner_page.door import PartnerDoor
from campaign.partner_page.invitations import invite, take_back, token_of
from campaign.partner_page.view import View
from campaign.people import check_known, system_user
from campaign.store.deeds import note_deed
from campaign.store.deliveries import Change

VARIABLE = "CAMPAIGN_PUBLIC_URL"


@dataclass(frozen=True, kw_only=True, slots=True)
class Link:
    """How long a link works, and where this machine listens for it."""

    days: int
    port: int


def serve(place: Place, channel: str, link: Link, person: str | None) -> None:
    """Make the channel's link, print it, and serve its page."""
    with open_session(place) as session, told_to_end() as wait:
        by = _by(session, person)
        door = door_of(session, _public_url(session))
        with _listening(link.port) as listening:
            server = make_server(
                HOST,
                link.port,
                door.application,
                threaded=True,
                request_handler=Quiet,
                fd=listening.fileno(),
            )
        # Only now: whoever opens the link the moment it is printed finds the page.
        say(make_link(session, channel, timedelta(days=link.days), by))
        tell("Send it to the one person who looks after the account. Ctrl-C ends this page, and")
        tell(f"`campaign connect {channel} --take-back` the link.")
        when_told(wait, server.shutdown)
        server.serve_forever(0.2)
        server.server_close()


def make_link(session: Session, channel: str, lasts: timedelta, by: str) -> str:
    """Return a new link for a channel; the one before is void."""
    desk = session.desk
    account = desk.account(_known(session, channel))
    desk.means.ready(account)
    if desk.networks[desk.means.network_of(account).name].sign_in is None:
        title = desk.means.network_of(account).title
        raise Failure(f"{title} has no sign-in of its own yet; set its secrets in the environment")
    if desk.means.page_of(account) is not None:
        desk.means.app_at(account)
    with desk.store.write() as connection:
        invitation = invite(connection, account.id, by, session.now, lasts=lasts)
    when = for_people(invitation.expires_at, session.schedule.zone)
    tell(f"A link for {account.id}, which works until {when}:")
    token = token_of(invitation, desk.settings.secret_keys)
    return f"{_public_url(session)}/connect/{token}"


def revoke(place: Place, channel: str, person: str | None) -> None:
    """Void a channel's link."""
    with open_session(place) as session:
        change = Change(who=_by(session, person), at=session.now, why="")
        with session.desk.store.write() as connection:
            was_there = take_back(connection, _known(session, channel))
            if was_there:
                note_deed(connection, change, "took sign-in link back", channel)
        if not was_there:
            raise Failure(f"{channel} has no link")
        say(f"The link of {channel} works no more. What was signed in by it stays.")


def door_of(session: Session, public_url: str) -> PartnerDoor:
    """Return the pages behind links, at an address."""
    view = View(
        means=session.desk.means,
        schedule=session.schedule,
        account_of=session.desk.account,
        in_environment=session.desk.in_environment,
        base=urlsplit(public_url).path.rstrip("/"),
    )
    return PartnerDoor(view, public_url, tell)


def _public_url(session: Session) -> str:
    address = session.desk.settings.environment.get(VARIABLE) or ""
    if not address:
        raise Failure(f"set {VARIABLE}: the https address at which a partner's phone reaches us")
    if not is_safe(address) or urlsplit(address).query:
        raise Failure(f"{VARIABLE} is “{address}”; write an https address")
    return address.rstrip("/")


def _listening(port: int) -> socket.socket:
    try:
        return socket.create_server((HOST, port))
    except OSError as error:
        raise Failure(f"port {port} is taken on this machine; name another with --port") from error


def _known(session: Session, channel: str) -> str:
    known = session.schedule.channels
    if channel not in known:
        raise Failure(f"there is no channel “{channel}”; known are: {', '.join(known)}", code=2)
    return channel


def _by(session: Session, person: str | None) -> str:
    who = person or system_user()
    check_known(who, session.schedule.people)
    return who
