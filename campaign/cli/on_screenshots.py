"""screenshots: one person opens a picture that a partner sent, types its numbers; it is gone."""

from dataclasses import dataclass
from pathlib import Path

from campaign.cli.failures import Failure
from campaign.cli.output import counted, for_people, instant, print_json, say, table, tell
from campaign.cli.place import Place
from campaign.cli.session import Session, open_session
from campaign.partner_links import screenshots
from campaign.partner_links.numbers import NumbersError, Typed, fields_for
from campaign.partner_links.screenshots import Sent, Waiting
from campaign.people import NotAllowedError
from connectors.contract import Network

OUTSIDE = frozenset({"partner", "reader"})
"""Whoever has no other role looks at no picture."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Numbers:
    """What somebody typed: `reactions=41,replies=2`."""

    text: str
    accept_jumps: bool


def show(place: Place, *, as_json: bool) -> None:
    """List the pictures that wait."""
    with open_session(place) as session:
        with session.desk.store.write() as connection:
            screenshots.forget_old(connection, session.now)
            found = screenshots.waiting(connection)
        if as_json:
            print_json({"screenshots": [_plain(one) for one in found]})
            return
        zone = session.schedule.zone
        rows = [
            [str(one.number), one.delivery, for_people(one.taken_at, zone), one.seen_by or "nobody"]
            for one in found
        ]
        table(["Picture", "Delivery", "Taken", "Opened by"], rows, whole="Delivery")


def open_one(place: Place, number: int, out: Path | None, person: str | None) -> None:
    """Write a picture into a file for the one person who types it off."""
    if out is None:
        raise Failure("name a file with --out to look at it; then give its --numbers", code=2)
    if out.exists():
        raise Failure(f"{out} is there already; name another file", code=2)
    with open_session(place) as session:
        who = _who(session, person)
        with session.desk.store.write() as connection:
            one, content = screenshots.open_by(connection, number, who)
            out.write_bytes(content)
        names = ", ".join(field.metric for field in fields_for(_network(session, one)))
        say(f"{one.delivery}, taken {for_people(one.taken_at, session.schedule.zone)}: {out}")
        tell(f"Type what it shows with --numbers, for example {names.split(', ')[0]}=41; it may")
        tell(f"hold: {names}. Delete {out} when you have done so.")


def type_off(place: Place, number: int, said: Numbers, person: str | None) -> None:
    """Take in the numbers of a picture, and delete it here."""
    with open_session(place) as session:
        sent = Sent(by=_who(session, person), at=session.now)
        with session.desk.store.write() as connection:
            one = _found(screenshots.waiting(connection), number)
            typed = Typed(
                values=_values(said.text, session, one),
                observed_at=one.taken_at.isoformat(),
                accept_jumps=said.accept_jumps,
                evidence=screenshots.EVIDENCE,
            )
            try:
                summary = screenshots.type_off(
                    connection, number, typed, session.desk.networks_by_name, sent
                )
            except NumbersError as error:
                told = "\n".join(f"{name}: {why}" for name, why in error.by_field.items())
                raise Failure(f"{told}\nNothing was stored; the picture is still there.") from error
    taken = summary.new + summary.corrected
    say(f"{counted(taken, 'number')} taken in for {one.delivery}; the picture is deleted.")


def refuse(place: Place, number: int, person: str | None) -> None:
    """Delete a picture without any number."""
    with open_session(place) as session:
        sent = Sent(by=_who(session, person), at=session.now)
        with session.desk.store.write() as connection:
            screenshots.refuse(connection, number, sent)
    say(f"Picture {number} is deleted; no number was stored.")


def _who(session: Session, person: str | None) -> str:
    who = session.change(person, "").who
    known = session.schedule.people.get(who)
    if known is not None and set(known.roles) <= OUTSIDE:
        raise NotAllowedError(f"{who} may not look at screenshots: they can show other people")
    return who


def _found(listed: list[Waiting], number: int) -> Waiting:
    for one in listed:
        if one.number == number:
            return one
    raise Failure(f"no picture {number} waits; `campaign screenshots` lists them")


def _values(text: str, session: Session, one: Waiting) -> dict[str, str]:
    pairs = [part.partition("=") for part in text.split(",") if part.strip()]
    known = [field.metric for field in fields_for(_network(session, one))]
    for name, equals, _ in pairs:
        if not equals or name.strip() not in known:
            wanted = ", ".join(known)
            raise Failure(f"--numbers: “{name.strip()}” is none of {wanted}; write reactions=41", 2)
    return {name.strip(): value.strip() for name, _, value in pairs}


def _network(session: Session, one: Waiting) -> Network:
    return session.desk.networks_by_name[one.network]


def _plain(one: Waiting) -> dict[str, object]:
    return {
        "screenshot": one.number,
        "delivery": one.delivery,
        "partner": one.partner,
        "sent_by": one.sent_by,
        "sent_at": instant(one.sent_at),
        "taken_at": instant(one.taken_at),
        "seen_by": one.seen_by,
    }
