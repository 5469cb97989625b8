"""subscriber: how those stand that are told, their secrets, and messages once more."""

from datetime import datetime, time
from typing import Any

from campaign.cli.failures import Failure
from campaign.cli.output import counted, instant, print_json, say, table, tell
from campaign.cli.outward_clock import announcer_of, tick
from campaign.cli.place import Place
from campaign.cli.session import Session, open_session
from campaign.outward.events import announce
from campaign.outward.messages import Message, list_messages, replay
from campaign.outward.subscribers import Standing, enable, known_subscribers, make_secret
from campaign.schedule.subscribers import Subscriber


def show(place: Place, *, as_json: bool) -> None:
    """List the subscribers and how each stands."""
    with open_session(place) as session:
        with session.desk.store.read() as connection:
            known = known_subscribers(connection)
        subscribers = session.schedule.subscribers
        if as_json:
            values = [_as_json(name, one, known.get(name)) for name, one in subscribers.items()]
            print_json({"subscribers": values})
            return
        rows = [[name, one.url, _words(known.get(name))] for name, one in subscribers.items()]
        table(["SUBSCRIBER", "ADDRESS", "HOW IT STANDS"], rows, whole="SUBSCRIBER")


def make_secret_of(place: Place, name: str, person: str | None) -> None:
    """Make a subscriber's secret and print it, this once."""
    with open_session(place) as session:
        to, change = _known(session, name), session.change(person, "by command")
        seal = session.desk.means.seal
        seal.check()
        with session.desk.store.write() as connection:
            announce(connection, announcer_of(session), session.now)
            secret = make_secret(connection, name, to, seal, change)
        tell(f"Messages to {to.url} are signed with this; it is not shown again:")
        say(secret)


def show_messages(place: Place, name: str, *, as_json: bool) -> None:
    """List the last messages to a subscriber."""
    with open_session(place) as session:
        with session.desk.store.read() as connection:
            found = list_messages(connection, name)
        if as_json:
            print_json({"messages": [_message(one) for one in found]})
            return
        rows = [[one.id, one.kind, one.about, one.state, one.note] for one in found]
        table(["MESSAGE", "TELLS OF", "WHICH", "STATE", "LAST TRY"], rows, whole="MESSAGE")


def send_again(
    place: Place, name: str, which: tuple[list[str], str | None], person: str | None
) -> None:
    """Let messages be sent again."""
    ids, day = which
    with open_session(place) as session:
        _known(session, name)
        change = session.change(person, "by command")
        since = None if day is None else _begins(session, day)
        with session.desk.store.write() as connection:
            number = replay(connection, name, change, ids=ids, since=since)
        say(f"{counted(number, 'message', 'messages')} to {name} will be sent again.")


def enable_again(place: Place, name: str, person: str | None) -> None:
    """Let a disabled subscriber be told again."""
    with open_session(place) as session:
        _known(session, name)
        change = session.change(person, "by command")
        with session.desk.store.write() as connection:
            if not enable(connection, name, change):
                raise Failure(f"{name} is not disabled")
        say(f"{name} is told again, beginning with what it has missed.")


def send_now(place: Place) -> None:
    """Write and send what is due, once."""
    with open_session(place) as session:
        done = tick(session)
        say(", ".join(f"{state}: {number}" for state, number in done.items()) or "Nothing to send.")


def _known(session: Session, name: str) -> Subscriber:
    found = session.schedule.subscribers.get(name)
    if found is None:
        known = ", ".join(session.schedule.subscribers) or "none"
        message = f"the applied schedule has no subscriber “{name}”; it has {known}"
        raise Failure(message, code=2)
    return found


def _begins(session: Session, day: str) -> datetime:
    try:
        on = datetime.strptime(day, "%Y-%m-%d").date()  # noqa: DTZ007 - a day has no zone
    except ValueError as error:
        raise Failure(f"“{day}” is no day; write for example 2027-01-12", code=2) from error
    return datetime.combine(on, time(), session.schedule.zone)


def _words(one: Standing | None) -> str:
    if one is None or not one.has_secret:
        return "nothing is sent: it has no secret yet"
    if one.disabled_at is not None:
        return f"disabled {one.disabled_at:%Y-%m-%d %H:%M} UTC: {one.disabled_why}"
    if one.failing_since is not None:
        return f"no message has arrived since {one.failing_since:%Y-%m-%d %H:%M} UTC"
    return "fine"


def _as_json(name: str, to: Subscriber, one: Standing | None) -> dict[str, Any]:
    return {
        "name": name,
        "url": to.url,
        "events": list(to.events),
        "secret": one is not None and one.has_secret,
        "failing_since": instant(one.failing_since if one else None),
        "disabled_at": instant(one.disabled_at if one else None),
        "disabled_why": one.disabled_why if one else "",
    }


def _message(one: Message) -> dict[str, Any]:
    return {
        "id": one.id,
        "kind": one.kind,
        "about": one.about,
        "state": one.state,
        "tries": one.tries,
        "made_at": instant(one.made_at),
        "ended_at": instant(one.ended_at),
        "note": one.note,
    }
