"""accept, decline, ask-change, revoke and stop-reminders: what partners say, and their leaving."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from campaign.cli.failures import Failure
from campaign.cli.output import counted, say, tell
from campaign.cli.place import Place
from campaign.cli.session import Session, open_session
from campaign.cli.telling import report
from campaign.decisions import consent
from campaign.partnering import leaving
from campaign.partnering.reminders import stop_reminders
from campaign.people import NotAllowedError, system_user
from campaign.states import State
from campaign.store.deliveries import Change

Word = Callable[[Connection, str, Change, str], State]
WORDS: Mapping[str, tuple[str, Word]] = {
    "yes": ("accepted", consent.accept),
    "no": ("declined", consent.decline),
    "wish": ("sent back with a wish", consent.ask_for_change),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """A partner's word on some deliveries."""

    partner: str
    word: str
    """`yes`, `no` or `wish`."""
    said: str
    """The reason, or the wish."""


def answer(place: Place, deliveries: Sequence[str], given: Answer, person: str | None) -> None:
    """Take a partner's answer to deliveries; all of them or none."""
    done, take = WORDS[given.word]
    if given.word == "wish" and not given.said.strip():
        raise Failure("--wish is empty; say what should be different", code=2)
    with open_session(place) as session:
        _check_partner(session, given.partner)
        _speaks_for(session, person or system_user(), given.partner)
        change = session.change(person, given.said or f"{done} by {given.partner}")
        with session.desk.store.write() as connection:
            ids = list(dict.fromkeys(deliveries))
            states = [take(connection, one, change, given.partner) for one in ids]
        report(done, states)


def revoke(place: Place, partner: str, reason: str, person: str | None, *, take_back: bool) -> None:
    """End a partner's part, or let it take part again."""
    if not reason.strip():
        raise Failure("--reason is empty; say why, it stands in the log of every delivery", code=2)
    with open_session(place) as session:
        _check_partner(session, partner)
        if partner == session.schedule.owner:
            raise Failure(f"{partner} owns the campaign; stop it with `campaign stop` instead")
        change = session.change(person, reason)
        with session.desk.store.write() as connection:
            if take_back:
                leaving.come_back(connection, partner, change)
            else:
                done = leaving.leave(connection, partner, change)
        name = session.schedule.partners[partner].name
        if take_back:
            say(f"{name} takes part again. What was cancelled stays cancelled; sign in anew.")
        else:
            _say_left(session, name, done, change.who)


def no_more_reminders(place: Place, address: str) -> None:
    """Stop the reminders to one address."""
    with open_session(place) as session:
        stopped = stop_reminders(session.desk.store, address, session.now)
    if stopped is None:
        raise Failure(f"nobody is reminded at “{address}”; see `contacts:` in schedule.yaml")
    say(f"No more reminders to {stopped}.")


def _say_left(session: Session, name: str, done: leaving.Left, by: str) -> None:
    cancelled = counted(len(done.cancelled), "delivery is", "deliveries are")
    say(f"{name} takes part no longer: nothing leaves for its channels.")
    say(f"{cancelled} cancelled; {done.out} that went out stay in the record with their numbers.")
    for one in done.on_their_way:
        say(f"  {one}: its call may have left before; see `campaign status`")
    for one in done.links:
        say(f"  {one}: its link opens nothing any more")
    for line in leaving.end_sign_ins(session.desk.means, done.signed_in, by):
        say(f"  {line}")
    for account in done.accounts:
        if session.desk.in_environment(account):
            tell(f"The environment still holds secrets for {account.id}; take them out as well.")


def _check_partner(session: Session, partner: str) -> None:
    if partner not in session.schedule.partners:
        known = ", ".join(session.schedule.partners)
        raise Failure(f"there is no partner “{partner}”; known are: {known}")


def _speaks_for(session: Session, person: str, partner: str) -> None:
    """Refuse whoever does not speak for the partner; where no people are declared, anyone may."""
    people = session.schedule.people
    able = [
        name for name, one in people.items() if "partner" in one.roles and one.partner == partner
    ]
    if not people or person in able:
        return
    who = f"that is for {' or '.join(able)} to say" if able else "nobody declared does"
    raise NotAllowedError(f"{person} does not speak for {partner}: {who}")
