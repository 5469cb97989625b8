"""correct: ask for other words on a live post, say yes to them, and have them made."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection

from campaign.announced import ask_servers
from campaign.cli.failures import Failure
from campaign.cli.on_publishing import worker_name
from campaign.cli.on_schedule import checked
from campaign.cli.output import say
from campaign.cli.place import Place
from campaign.cli.session import Session, open_session
from campaign.cli.telling import say_concerned
from campaign.decisions import correcting
from campaign.decisions.approvals import existing
from campaign.decisions.concerned import Concerned
from campaign.decisions.linked import linked_payload, post_correction
from campaign.models import Delivery
from campaign.models_changes import Correction
from campaign.outgoing import outgoing
from campaign.payload import Payload
from campaign.publishing.amending import amend
from campaign.schedule.faults import FaultsFound
from campaign.store.corrections import Stage, corrections_of
from campaign.store.deliveries import Change
from campaign.store.payloads import load_payload
from connectors.contract import DeliveryKey


@dataclass(frozen=True, kw_only=True, slots=True)
class Wish:
    """What a person wants a live post to say, and why."""

    delivery: str
    reason: str
    person: str | None
    text: Path | None
    """The file with the new words; None for what the post's folder says now."""
    linked: bool = False
    """By a post of its own that links to the one it corrects."""


def ask(place: Place, wish: Wish) -> None:
    """Write the correction; make it at once where nobody has to say yes."""
    if not wish.reason.strip():
        raise Failure("--reason is empty; it stands in the record", code=2)
    if wish.linked:
        _post(place, wish)
        return
    with open_session(place) as session:
        change = session.change(wish.person, wish.reason.strip())
        with session.desk.store.read() as connection:
            delivery = existing(connection, wish.delivery)
            before = load_payload(connection, delivery.content_hash)
        after = _wanted(place, wish, before)
        network = session.desk.network_of(delivery)
        _check_words(session, delivery, after)
        with session.desk.store.write() as connection:
            asked = correcting.ask_correction(connection, delivery.id, after, change, network)
            left = correcting.kinds_left(connection, asked)
            told = [] if left else _write_letters(session, connection, delivery, asked)
        _show("It says now", before.text)
        _show("It shall say", after.text)
        if left:
            say(f"Waiting for {' and '.join(left)}; not by {change.who}:")
            say(f"  campaign correct {delivery.id} --approve --as NAME")
        else:
            _make(session, delivery.id)
            say_concerned(session, told)


def approve(place: Place, delivery_id: str, person: str | None) -> None:
    """Say yes to what a correction says; make it once every yes is given."""
    with open_session(place) as session:
        change = session.change(person, "approved")
        known = session.schedule.people.get(change.who)
        speaks_for = (known.partner if known and "partner" in known.roles else None) or ""
        with session.desk.store.write() as connection:
            found, left = correcting.approve_correction(
                connection, delivery_id, change, session.roles, speaks_for=speaks_for
            )
            after = load_payload(connection, found.content_hash)
            delivery = existing(connection, delivery_id)
            told = [] if left else _write_letters(session, connection, delivery, found)
        _show(f"{change.who} says yes to", after.text)
        if left:
            say(f"Waiting for {' and '.join(left)}.")
        else:
            _make(session, delivery_id)
            say_concerned(session, told)


def drop(place: Place, delivery_id: str, reason: str, person: str | None) -> None:
    """Take back a correction that is not made yet."""
    with open_session(place) as session:
        change = session.change(person, reason.strip() or "not needed any more")
        with session.desk.store.write() as connection:
            correcting.drop_correction(connection, delivery_id, change)
        say(f"{delivery_id}: the correction is taken back; nothing of the post has changed.")


def _post(place: Place, wish: Wish) -> None:
    """Add the correction as a delivery of its own; it goes the way of every other."""
    if wish.text is None:
        raise Failure("--linked needs its words: give --text FILE", code=2)
    with open_session(place) as session:
        change = session.change(wish.person, wish.reason.strip())
        with session.desk.store.read() as connection:
            delivery = existing(connection, wish.delivery)
            before = load_payload(connection, delivery.content_hash)
        words = _wanted(place, wish, before).text
        after = linked_payload(before, words, delivery.url or "")
        _check_words(session, delivery, after)
        wall_time = f"{session.now.astimezone(session.schedule.zone):%Y-%m-%d %H:%M}"
        with session.desk.store.write() as connection:
            made = post_correction(connection, delivery.id, after, change, wall_time)
            told = _tell(session, connection, delivery, after.text, change)
        _show("It will say", after.text)
        say(f"{made}: due now; nobody who asked for it approves it:")
        say(f"  campaign approve {made} --as NAME")
        say_concerned(session, told)


def _write_letters(
    session: Session, connection: Connection, delivery: Delivery, said: Correction
) -> Sequence[Concerned]:
    """Write to the partners concerned, in the transaction that lets the correction be made."""
    change = Change(who=said.asked_by, at=session.now, why=said.reason)
    text = load_payload(connection, said.content_hash).text
    return _tell(session, connection, delivery, text, change)


def _tell(
    session: Session, connection: Connection, delivery: Delivery, text: str, change: Change
) -> Sequence[Concerned]:
    mail, schedule = session.desk.settings.mail is not None, session.schedule
    matter = correcting.matter_of(delivery, text, change, schedule.title or schedule.campaign)
    return correcting.tell(connection, delivery, matter, schedule, mail=mail)


def _make(session: Session, delivery_id: str) -> None:
    amend(session.desk.rig(worker_name()), delivery_id)
    with session.desk.store.read() as connection:
        latest = corrections_of(connection, delivery_id)[-1]
    say(f"{delivery_id}: {_came_to(latest)}")


def _came_to(latest: Correction) -> str:
    note = f" {latest.note}" if latest.note else ""
    if latest.stage == Stage.DONE:
        return f"corrected on its network.{note}"
    if latest.stage == Stage.BY_HAND:
        return f"not corrected; a person has to do it.{note}"
    return f"not corrected yet; `campaign run` goes on trying.{note}"


def _wanted(place: Place, wish: Wish, before: Payload) -> Payload:
    if wish.text is None:
        return _from_folder(place, wish.delivery)
    try:
        text = wish.text.read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        raise Failure(f"--text: {wish.text} cannot be read as text: {error}", code=2) from error
    return correcting.with_text(before, text.replace("\r\n", "\n").strip("\n"))


def _from_folder(place: Place, delivery_id: str) -> Payload:
    report, _announced = checked(place)
    if report.faults:
        raise FaultsFound(report.faults)
    found = [one.payload for one in report.deliveries if one.id == delivery_id]
    if not found:
        raise Failure(f"the schedule has no {delivery_id}; give its new words with --text FILE")
    return found[0]


def _check_words(session: Session, delivery: Delivery, after: Payload) -> None:
    network = session.desk.network_of(delivery)
    desk = session.desk
    said = ask_servers(session.schedule, desk.networks, desk.clock).of(delivery.channel)
    problems = network.check(outgoing(after, DeliveryKey("")), said or network.documented)
    sentences: Sequence[str] = [one.message for one in problems]
    if sentences:
        raise Failure(f"{network.title} would not take that: {' '.join(sentences)}")


def _show(heading: str, text: str) -> None:
    say(f"{heading}:")
    for line in text.splitlines():
        say(f"  {line}")
