"""person: passwords and links for the pages, and the end of them."""

import getpass
import sys

from campaign.access.codes import app_address, new_secret, set_secret
from campaign.access.deputies import today
from campaign.access.leaving import InHand, has_left, in_hand, leave
from campaign.access.links import make_link
from campaign.access.passwords import set_password
from campaign.access.register import Line, register
from campaign.access.tokens import revoke_all
from campaign.access.visits import end_all
from campaign.cli.failures import Failure
from campaign.cli.output import counted, print_json, say, table, tell
from campaign.cli.place import Place
from campaign.cli.session import Session, open_session
from campaign.store.deeds import note_deed

VARIABLE = "CAMPAIGN_PERSON_PASSWORD"


def show(place: Place, *, as_json: bool) -> None:
    """List everybody."""
    with open_session(place) as session:
        with session.desk.store.read() as connection:
            lines = register(connection, session.schedule, session.now)
        if as_json:
            print_json({"people": [_as_json(one) for one in lines]})
            return
        headings = ["PERSON", "NAME", "ROLES", "SIGNS IN WITH", "BROWSERS"]
        table(headings, [_row(one) for one in lines], whole="PERSON")


def give_password(place: Place, name: str, *, with_code: bool) -> None:
    """Give somebody a password, and what their app for codes needs."""
    with open_session(place) as session:
        _check_known(session, name)
        password = _typed(session)
        change = session.change(None, "a new password")
        secret = new_secret() if with_code else ""
        with session.desk.store.write() as connection:
            set_password(connection, name, password, session.now)
            if secret:
                set_secret(connection, name, secret, session.desk.settings.secret_keys)
            end_all(connection, name)
            revoke_all(connection, name, change)
            note_deed(connection, change, "gave password", name)
        say(f"{name} has a new password, was signed out everywhere and has no access token.")
        if secret:
            tell("Give this to their app for codes (it is not shown again):")
            say(app_address(secret, name))


def give_link(place: Place, name: str, person: str | None) -> None:
    """Print a link that signs somebody in."""
    with open_session(place) as session:
        _check_known(session, name)
        change = session.change(person, "a link")
        base = session.desk.settings.pages_url
        with session.desk.store.write() as connection:
            token = make_link(connection, name, change.who, session.now)
            note_deed(connection, change, "gave link", name)
        tell(f"It signs {name} in once, within a quarter of an hour:")
        say(f"{base}/sign-in/link/{token}")


def sign_out(place: Place, name: str) -> None:
    """Sign somebody out everywhere, and revoke their access tokens."""
    with open_session(place) as session:
        change = session.change(None, "signed out everywhere")
        with session.desk.store.write() as connection:
            number = end_all(connection, name)
            revoked = revoke_all(connection, name, change)
        browsers = counted(number, "browser", "browsers")
        tokens = counted(revoked, "access token is", "access tokens are")
        say(f"{name} is signed out of {browsers}; {tokens} revoked.")


def leave_for_good(place: Place, name: str, person: str | None, *, yes: bool) -> None:
    """List what somebody has in hand and end every access of theirs."""
    with open_session(place) as session:
        _check_known(session, name)
        change = session.change(person, "left")
        with session.desk.store.read() as connection:
            hands = in_hand(connection, name, today(session.schedule, session.now))
        _say_hands(name, hands)
        if not yes and not _asked(f"End every access of {name}? [y/N] "):
            raise Failure("nothing was done")
        with session.desk.store.write() as connection:
            number = leave(connection, name, change.who, change.at)
            note_deed(connection, change, "left", name)
        browsers = counted(number, "browser", "browsers")
        say(f"{name} has left: signed out of {browsers}, and nothing lets them in any more.")
        tell("Take them out of schedule.yaml at the next apply.")


def _say_hands(name: str, hands: InHand) -> None:
    parts = (
        ("Applied, and may still go out", hands.applied),
        ("Approved, and may still go out on their yes", hands.approved),
        ("Channels that work by their sign-in (connect them anew)", hands.channels),
        ("Programs that work by an access token of theirs (give them another)", hands.tokens),
        ("Deputies, which end (name somebody else)", hands.deputies),
    )
    for words, listed in parts:
        say(f"{words}: {len(listed) or 'none'}")
        for one in listed:
            say(f"  {one}")
    if not any(listed for _, listed in parts):
        say(f"{name} has nothing in hand.")


def _asked(question: str) -> bool:
    if not sys.stdin.isatty():
        raise Failure("nobody can be asked here; say --yes", code=2)
    tell(question)
    return sys.stdin.readline().strip().lower() in {"y", "yes"}


def _typed(session: Session) -> str:
    given = session.desk.settings.environment.get(VARIABLE)
    if given:
        return given
    if not sys.stdin.isatty():
        raise Failure(f"nobody can be asked here; set {VARIABLE}", code=2)
    first = getpass.getpass("Password: ")
    if getpass.getpass("The same again: ") != first:
        raise Failure("the two are not the same; nothing was changed")
    return first


def _check_known(session: Session, name: str) -> None:
    known = session.schedule.people
    if name not in known or known[name].outside:
        listed = ", ".join(one for one in known if not known[one].outside) or "nobody"
        message = f"there is no “{name}” among the people who sign in; known are: {listed}"
        raise Failure(message, code=2)
    with session.desk.store.read() as connection:
        if has_left(connection, name):
            raise Failure(f"{name} has left; an admin lets them in again on the page of people")


def _ways(one: Line) -> list[str]:
    if one.left_at is not None:
        return [f"nothing: left {one.left_at:%Y-%m-%d}"]
    ways = ["password"] * one.password + ["code"] * one.code
    return ways or ["a link"]


def _row(one: Line) -> list[str]:
    roles = ", ".join(sorted(one.person.roles))
    return [one.person.id, one.person.name, roles, " and ".join(_ways(one)), str(one.browsers)]


def _as_json(one: Line) -> dict[str, object]:
    return {
        "id": one.person.id,
        "name": one.person.name,
        "roles": sorted(one.person.roles),
        "partner": one.person.partner,
        "password": one.password,
        "code": one.code,
        "browsers": one.browsers,
        "left_at": one.left_at.strftime("%Y-%m-%dT%H:%M:%SZ") if one.left_at else None,
    }
