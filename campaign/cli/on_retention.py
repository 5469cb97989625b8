"""retention and legal-hold: what goes when, letting it go, and keeping it for a matter."""

from datetime import date, datetime, time, timedelta

from campaign.cli.failures import Failure
from campaign.cli.output import counted, for_people, instant, print_json, say, table, tell
from campaign.cli.place import Place
from campaign.cli.session import Session, open_session
from campaign.models_records import LegalHold
from campaign.people import system_user
from campaign.records.asked import NothingAskedError
from campaign.records.holds import Wanted, all_holds, lift_hold, place_hold
from campaign.records.keeping import Due, Rules, due, let_go
from campaign.records.question import day_in
from campaign.retention_settings import KINDS, NEVER
from campaign.store.deliveries import Change


def rules_of(session: Session) -> Rules:
    """Return how long what is kept here."""
    return Rules(kept_for=session.desk.settings.retention, zone=session.schedule.zone)


def show(place: Place, *, as_json: bool) -> None:
    """Say what would go now, and what is kept for good."""
    with open_session(place) as session:
        with session.desk.store.read() as connection:
            found = due(connection, rules_of(session), session.now)
        if as_json:
            print_json({"due": [_due(one) for one in found], "kept_for_good": _for_good(session)})
            return
        rows = [
            [one.kind, f"{one.kept_for.days} days", str(one.number), str(one.held), KINDS[one.kind]]
            for one in found
        ]
        table(["What", "Kept for", "Would go", "Held", "Which is"], rows)
        say(f"Kept for good: {', '.join(_for_good(session))}.")


def apply(place: Place, person: str | None) -> None:
    """Let go what is past its time, with tombstones."""
    with open_session(place) as session:
        who = session.change(person, "").who if person else system_user()
        change = Change(who=who, at=session.now, why="")
        gone = let_go(session.desk.store, rules_of(session), change)
        for kind, number in gone.items():
            if number:
                say(f"{number} {kind} deleted.")
        if not any(gone.values()):
            say("Nothing is past its time.")


def hold(place: Place, wanted: Wanted, reason: str, ends: str | None, person: str | None) -> None:
    """Place a legal hold."""
    with open_session(place) as session:
        change = session.change(person, reason)
        last = _day(ends)
        zone = session.schedule.zone
        ends_at = datetime.combine(last + timedelta(days=1), time(), zone) if last else None
        kept = Wanted(
            matter=wanted.matter,
            scope=wanted.scope,
            target=wanted.target,
            from_on=wanted.from_on,
            until_on=wanted.until_on,
            ends_at=ends_at,
        )
        try:
            with session.desk.store.write() as connection:
                number = place_hold(connection, kept, change)
        except NothingAskedError as error:
            raise Failure(str(error), code=2) from error
        say(f"Legal hold {number} is placed: nothing that it covers is deleted.")


def lift(place: Place, number: int, reason: str, person: str | None) -> None:
    """Lift a legal hold."""
    if not reason.strip():
        raise Failure("--reason is empty; say why, it stands in the audit", code=2)
    with open_session(place) as session:
        change = session.change(person, reason)
        try:
            with session.desk.store.write() as connection:
                lift_hold(connection, number, change)
        except NothingAskedError as error:
            raise Failure(str(error)) from error
        say(f"Legal hold {number} is lifted.")
        tell("What is past its time goes with the next round; see `campaign retention`.")


def list_holds(place: Place, *, as_json: bool) -> None:
    """List every hold that was ever placed."""
    with open_session(place) as session:
        with session.desk.store.read() as connection:
            found = all_holds(connection)
        if as_json:
            print_json({"holds": [_hold(one, session.now) for one in found]})
            return
        rows = [
            [
                str(one.id),
                one.matter,
                f"{one.scope} {one.target}".strip(),
                _days(one),
                state_of(one, session.now),
                f"{one.placed_by}, {for_people(one.placed_at, session.schedule.zone)}",
                one.reason,
            ]
            for one in found
        ]
        table(["Hold", "Matter", "Covers", "Days", "State", "Placed by", "Why"], rows)
        say(f"{counted(len(found), 'hold')}.")


def state_of(one: LegalHold, now: datetime) -> str:
    """Say how a hold stands."""
    if one.lifted_by:
        return f"lifted by {one.lifted_by}"
    return "ended" if one.ends_at is not None and one.ends_at <= now else "stands"


def wanted_of(
    matter: str, targets: dict[str, str | None], first: str | None, last: str | None
) -> Wanted:
    """Return what was typed; more than one target is refused."""
    named = [(scope, target) for scope, target in targets.items() if target]
    if len(named) > 1:
        raise Failure("name one post, one partner or one channel; place several holds", code=2)
    scope, target = named[0] if named else ("all", "")
    return Wanted(
        matter=matter, scope=scope, target=target or "", from_on=_day(first), until_on=_day(last)
    )


def _day(text: str | None) -> date | None:
    try:
        return day_in(text)
    except NothingAskedError as error:
        raise Failure(str(error), code=2) from error


def _for_good(session: Session) -> list[str]:
    without = [one for one in KINDS if one not in session.desk.settings.retention]
    return [*without, *NEVER]


def _due(one: Due) -> dict[str, object]:
    return {
        "kind": one.kind,
        "kept_for_days": one.kept_for.days,
        "would_go": one.number,
        "held": one.held,
        "oldest_at": instant(one.oldest_at),
    }


def _days(one: LegalHold) -> str:
    if one.from_on is None and one.until_on is None:
        return "all"
    return f"{one.from_on or 'the beginning'} to {one.until_on or 'the end'}"


def _hold(one: LegalHold, now: datetime) -> dict[str, object]:
    return {
        "hold": one.id,
        "matter": one.matter,
        "scope": one.scope,
        "target": one.target or None,
        "from": one.from_on.isoformat() if one.from_on else None,
        "until": one.until_on.isoformat() if one.until_on else None,
        "reason": one.reason,
        "placed_by": one.placed_by,
        "placed_at": instant(one.placed_at),
        "ends_at": instant(one.ends_at),
        "lifted_by": one.lifted_by,
        "lifted_at": instant(one.lifted_at),
        "state": state_of(one, now),
    }
