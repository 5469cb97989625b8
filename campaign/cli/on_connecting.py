"""connect and disconnect: a channel's account signs in at its network, and out again."""

import getpass
import sys
import webbrowser
from dataclasses import dataclass

from campaign.cli.failures import Failure
from campaign.cli.landing import Landing
from campaign.cli.output import for_people, say, tell
from campaign.cli.place import Place
from campaign.cli.session import Session, open_session
from campaign.credentials.connecting import (
    Started,
    code_in,
    finish,
    sign_out,
    start,
    take_password,
)
from campaign.credentials.means import Means
from campaign.people import check_known, system_user
from campaign.publishing.accounts import Account
from connectors.grants import AppPassword, Grant


@dataclass(frozen=True, kw_only=True, slots=True)
class Way:
    """How the owner's answer gets back here."""

    paste: bool
    port: int
    wait: int


def connect(place: Place, channel: str, way: Way, person: str | None) -> None:
    """Sign a channel in, and say what was given."""
    with open_session(place) as session:
        account, by = _account(session, channel), _by(session, person)
        means = session.desk.means
        means.ready(account)
        sign_in = means.network_of(account).sign_in
        if isinstance(sign_in, AppPassword):
            grant = take_password(means, account, _typed(account, sign_in), by)
        else:
            grant = _by_browser(means, account, way, by)
        _say_grant(session, account, grant)


def disconnect(place: Place, channel: str, person: str | None, *, only_here: bool) -> None:
    """Sign a channel out, and say what is left to do at the network."""
    with open_session(place) as session:
        account, by = _account(session, channel), _by(session, person)
        say(sign_out(session.desk.means, account, by, only_here=only_here))
        if session.desk.in_environment(account):
            tell(f"The environment still holds secrets for {account.id}; take them out as well.")


def _by_browser(means: Means, account: Account, way: Way, by: str) -> Grant:
    named = means.settings.app(account.network, "REDIRECT_URI")
    if way.paste or named:
        return _by_pasting(means, account, way, by)
    started: list[Started] = []
    with Landing(way.port, lambda address: code_in(started[0], address)) as landing:
        started.append(start(means, account, landing.redirect_uri))
        _send(started[0], open_here=True)
        # At once: X takes a code for 30 seconds.
        return finish(means, started[0], landing.wait(way.wait), by)


def _by_pasting(means: Means, account: Account, way: Way, by: str) -> Grant:
    named = means.settings.app(account.network, "REDIRECT_URI")
    started = start(means, account, named or Landing(way.port, str).redirect_uri)
    _send(started, open_here=False)
    tell("Say yes there. The page you are sent to may not load: copy its whole address at once and")
    tell("paste it here:")
    address = sys.stdin.readline()
    if not address.strip():
        message = "no address was typed in; nothing was kept"
        raise Failure(message)
    return finish(means, started, code_in(started, address), by)


def _send(started: Started, *, open_here: bool) -> None:
    tell(f"Sign in at the network as {started.account.handle}:")
    tell(f"  {started.address}")
    if open_here and sys.stdin.isatty():
        webbrowser.open(started.address)


def _typed(account: Account, way: AppPassword) -> dict[str, str]:
    tell(f"Make an app password ({way.owner_page}) and type it here. It is not shown.")
    asked = sys.stdin.isatty()
    password = getpass.getpass("App password: ") if asked else sys.stdin.readline()
    return {"IDENTIFIER": account.handle.lstrip("@"), "APP_PASSWORD": password.strip()}


def _say_grant(session: Session, account: Account, grant: Grant) -> None:
    say(f"{account.id}: signed in as {grant.account}; kept sealed")
    sign_in = session.desk.means.network_of(account).sign_in
    rights = sign_in.rights if sign_in else ()
    given = [one.words for one in rights if not grant.rights or one.scope in grant.rights]
    lacking = [one.words for one in rights if grant.rights and one.scope not in grant.rights]
    say(f"It may: {'; '.join(given)}")
    for one in lacking:
        tell(f"It may not, because its owner took that out: {one}")
    if grant.ends_at is not None:
        say(f"It ends on {for_people(grant.ends_at, session.schedule.zone)}; sign in again before")
    if session.desk.in_environment(account):
        tell(f"The environment holds secrets for {account.id} and goes before this: take them out.")


def _account(session: Session, channel: str) -> Account:
    known = session.schedule.channels
    if channel not in known:
        raise Failure(f"there is no channel “{channel}”; known are: {', '.join(known)}", code=2)
    return session.desk.account(channel)


def _by(session: Session, person: str | None) -> str:
    who = person or system_user()
    check_known(who, session.schedule.people)
    return who
