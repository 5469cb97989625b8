"""settle, decide and record: a person's word on what happened or shall happen."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from campaign.cli.failures import Failure
from campaign.cli.output import counted, for_people, say
from campaign.cli.place import Place
from campaign.cli.session import Session, open_session
from campaign.decisions import essential, settling, times, witnessed
from campaign.decisions.approvals import existing
from campaign.schedule.local_time import NoSuchTimeError
from campaign.schedule.values import read_wall_time
from campaign.states import PEOPLES_WORDS, State


@dataclass(frozen=True, kw_only=True, slots=True)
class Decision:
    """What is to become of what is held, missed or refused."""

    send_now: bool
    move: str | None
    drop: bool
    reason: str
    essential: bool = False
    """Through stops, hours and windows."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ByHand:
    """What a person saw and where."""

    channel: str
    post: str
    url: str
    published_at: str


def settle(
    place: Place,
    delivery_id: str,
    published: str | None,
    person: str | None,
    *,
    not_published: bool,
) -> None:
    """Write what became of an `unknown`."""
    if bool(published) == not_published:
        raise Failure("give either --published URL or --not-published", code=2)
    if published is not None:
        _check_address(published, "--published")
    with open_session(place) as session:
        if published is None:
            change = session.change(person, "looked: it did not go out")
            with session.desk.store.write() as connection:
                state = settling.settle_not_published(connection, delivery_id, change)
        else:
            state = _settle_published(session, delivery_id, published, person)
        say(f"{delivery_id}: {PEOPLES_WORDS[state]}")


def decide(place: Place, deliveries: Sequence[str], decision: Decision, person: str | None) -> None:
    """Send now, move or drop; all of them or none."""
    if sum([decision.send_now, bool(decision.move), decision.drop]) != 1:
        raise Failure("give one of --send-now, --move TIME or --drop", code=2)
    if decision.essential:
        let_through(place, deliveries, decision, person)
        return
    with open_session(place) as session, session.desk.store.write() as connection:
        lines = []
        for one in dict.fromkeys(deliveries):
            along = settling.going_along(connection, one)
            if decision.drop:
                change = session.change(person, decision.reason or "dropped")
                state = settling.drop(connection, one, change)
            else:
                why = decision.reason or ("send now" if decision.send_now else "moved")
                change = session.change(person, why)
                when = _when(session, decision)
                state = settling.send_at(connection, one, change, when, session.roles)
            also = f", and {counted(len(along), 'later part')} with it" if along else ""
            lines.append(f"{one}: {PEOPLES_WORDS[state]}{also}")
    for line in lines:
        say(line)


def let_through(
    place: Place, deliveries: Sequence[str], decision: Decision, person: str | None
) -> None:
    """Send one essential delivery now, whatever stop or window there is."""
    if not decision.send_now:
        raise Failure("--essential goes with --send-now", code=2)
    if len(set(deliveries)) != 1:
        raise Failure("--essential is for one delivery at a time, each with its reason", code=2)
    if not person or not decision.reason.strip():
        raise Failure("--essential needs --as PERSON and --reason: both stand in the log", code=2)
    with open_session(place) as session, session.desk.store.write() as connection:
        change = session.change(person, decision.reason)
        when = _when(session, decision)
        state = essential.send_essential(connection, deliveries[0], change, when, session.roles)
    say(f"{deliveries[0]}: {PEOPLES_WORDS[state]}, let through by {person}: {decision.reason}")
    say("Everything else stays as it is.")


def record_post(place: Place, seen: ByHand, person: str | None) -> None:
    """Write that somebody published a post by hand."""
    _check_address(seen.url, "--url")
    with open_session(place) as session:
        if seen.channel not in session.schedule.channels:
            known = ", ".join(session.schedule.channels)
            raise Failure(f"there is no channel “{seen.channel}”; known are: {known}")
        published_at = read_time(session, seen.published_at, "--published-at")
        change = session.change(person, f"posted by hand: {seen.url}")
        with session.desk.store.read() as connection:
            delivery = settling.find_for_record(connection, seen.channel, seen.post)
        first_read_at = session.desk.first_read_at
        with session.desk.store.write() as connection:
            state = settling.record(
                connection,
                delivery.id,
                change,
                session.desk.network_of(delivery),
                witnessed.seen_at(connection, delivery, seen.url, published_at, first_read_at),
            )
        since = for_people(published_at, _zone(session))
        say(f"{delivery.id}: {PEOPLES_WORDS[state]} since {since}")


def _check_address(url: str, option: str) -> None:
    if not witnessed.is_address(url):
        raise Failure(f"{option}: “{url}” is no web address; copy it from the browser", code=2)


def read_time(session: Session, text: str, option: str) -> datetime:
    """Read a local time, or an instant with its offset, as the schedule reads its times."""
    try:
        return read_wall_time(text).instant(_zone(session))
    except (NoSuchTimeError, ValueError) as error:
        raise Failure(f"{option}: {error}", code=2) from error


def _settle_published(session: Session, delivery_id: str, url: str, person: str | None) -> State:
    change = session.change(person, f"looked: it is out at {url}")
    with session.desk.store.write() as connection:
        network = session.desk.network_of(existing(connection, delivery_id))
        seen = (delivery_id, url)
        return witnessed.settle_seen(connection, change, network, seen, session.desk.first_read_at)


def _when(session: Session, decision: Decision) -> settling.NewTime:
    if decision.move is None:
        return times.at_once(session.schedule, session.now, any_hour=decision.essential)
    due_at = read_time(session, decision.move, "--move")
    if due_at <= session.now:
        raise Failure(f"--move {decision.move} is past; give a time to come, or --send-now", code=2)
    return times.later(session.schedule, session.now, due_at)


def _zone(session: Session) -> ZoneInfo:
    return session.schedule.zone
