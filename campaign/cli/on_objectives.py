"""enter: what people know of objectives that no network counts."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from pydantic_core import PydanticCustomError

from campaign.cli.failures import Failure
from campaign.cli.output import say
from campaign.cli.place import Place
from campaign.cli.session import Session, open_session
from campaign.models_reports import ObjectiveValue
from campaign.schedule.faults import near
from campaign.schedule.objectives import read_goal
from campaign.schedule.values import read_date
from campaign.store.objectives import enter_value


@dataclass(frozen=True, kw_only=True, slots=True)
class Entered:
    """What a person types."""

    objective: str
    value: str
    lower: str | None
    upper: str | None
    source: str


def enter(place: Place, entered: Entered, on: str | None, person: str | None) -> None:
    """Keep a person's value of an objective; the latest day's last one holds."""
    with open_session(place) as session:
        who = session.change(person, "").who
        _check(session, entered)
        value = _number(entered.value)
        lower, upper = (
            None if text is None else _number(text) for text in (entered.lower, entered.upper)
        )
        if (lower is not None and lower > value) or (upper is not None and upper < value):
            raise Failure("the value has to lie between --lower and --upper", code=2)
        row = ObjectiveValue(
            objective=entered.objective,
            known_on=_day(session, on).isoformat(),
            value=str(value),
            lower=None if lower is None else str(lower),
            upper=None if upper is None else str(upper),
            source=entered.source.strip(),
            person=who,
            recorded_at=session.now,
        )
        with session.desk.store.write() as connection:
            enter_value(connection, row)
    say(f"{entered.objective}: {value:,f} so far, as of {row.known_on}.")


def _check(session: Session, entered: Entered) -> None:
    objectives = session.schedule.objectives
    if entered.objective not in objectives:
        hint = near(entered.objective, objectives) or "; schedule.yaml has them under objectives"
        raise Failure(f"unknown objective “{entered.objective}”{hint}", code=2)
    measure = objectives[entered.objective].measure
    if measure != "entered":
        raise Failure(f"{entered.objective} is measured ({measure}); nobody enters it", code=2)
    if not entered.source.strip():
        raise Failure("--source: say where the number comes from", code=2)


def _number(text: str) -> Decimal:
    try:
        return read_goal(text)
    except PydanticCustomError as error:
        raise Failure(f"“{text}” is no number; write for example 120 or 3.5", code=2) from error


def _day(session: Session, text: str | None) -> date:
    today = session.now.astimezone(session.schedule.zone).date()
    try:
        day = today if text is None else read_date(text)
    except PydanticCustomError as error:
        raise Failure(f"--on: {error}", code=2) from error
    if day > today:
        raise Failure(f"--on: {day} is in the future", code=2)
    return day
