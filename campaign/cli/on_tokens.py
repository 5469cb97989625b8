"""person token, tokens and revoke-token: what lets programs in for somebody."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from campaign.access.leaving import has_left
from campaign.access.people import person_in
from campaign.access.scopes import Scope, scopes_for
from campaign.access.tokens import Token, TokenError, Wish, make_token, revoke, tokens_of
from campaign.cli.failures import Failure
from campaign.cli.output import instant, print_json, say, table, tell
from campaign.cli.place import Place
from campaign.cli.session import Session, open_session


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """A token that is asked for on the command line."""

    person: str
    name: str
    scopes: Sequence[str]
    days: int


def give(place: Place, asked: Asked, by: str | None) -> None:
    """Make a token for somebody and print it, this once."""
    with open_session(place) as session:
        wish = _wish(session, asked)
        change = session.change(by, "by command")
        try:
            with session.desk.store.write() as connection:
                text = make_token(connection, wish, change)
        except TokenError as error:
            raise Failure(str(error), code=2) from error
        tell(f"A token of {asked.person} for {asked.days} days; it is not shown again:")
        say(text)


def show(place: Place, person: str, *, as_json: bool) -> None:
    """List somebody's tokens, without what would let anybody in."""
    with open_session(place) as session:
        with session.desk.store.read() as connection:
            found = tokens_of(connection, person)
        if as_json:
            print_json({"tokens": [_as_json(one) for one in found]})
            return
        headings = ["TOKEN", "FOR", "OPENS", "UNTIL", "LAST USED"]
        table(headings, [_row(one) for one in found], whole="TOKEN")


def end(place: Place, person: str, token_id: str, by: str | None) -> None:
    """Revoke one token."""
    with open_session(place) as session:
        change = session.change(by, "by command")
        with session.desk.store.write() as connection:
            found = revoke(connection, person, token_id, change)
        if found is None:
            listed = f"`campaign person tokens {person}` lists them"
            raise Failure(f"{person} has no token “{token_id}”; {listed}")
        say(f"Revoked: {found.name}. It opens nothing any more.")


def _wish(session: Session, asked: Asked) -> Wish:
    person = person_in(session.schedule, asked.person)
    if person is None:
        known = ", ".join(session.schedule.people) or "nobody"
        message = f"there is no “{asked.person}” among the people; known are: {known}"
        raise Failure(message, code=2)
    with session.desk.store.read() as connection:
        if has_left(connection, asked.person):
            raise Failure(f"{asked.person} has left; no token is made for them")
    open_to_them = scopes_for(person)
    closed = [one for one in asked.scopes if one not in open_to_them]
    if closed:
        words = ", ".join(open_to_them) or "nothing"
        message = f"{asked.person} may have {words}, not {', '.join(closed)}"
        raise Failure(message, code=2)
    scopes = [Scope(one) for one in asked.scopes]
    return Wish(person=asked.person, name=asked.name, scopes=scopes, days=asked.days)


def _row(one: Token) -> list[str]:
    used = f"{one.used_at:%Y-%m-%d}" if one.used_at else "never"
    return [one.id, one.name, " ".join(one.scopes), f"{one.until:%Y-%m-%d}", used]


def _as_json(one: Token) -> dict[str, Any]:
    return {
        "id": one.id,
        "name": one.name,
        "scopes": list(one.scopes),
        "made_at": instant(one.made_at),
        "made_by": one.made_by,
        "until": instant(one.until),
        "used_at": instant(one.used_at),
    }
