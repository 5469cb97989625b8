"""explain: from a figure of the report to the readings behind it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from analytics.explain import FIGURES, Explained, explain, rows_behind
from analytics.explain_json import LISTS, figure_values
from analytics.gain_rows import GainRow
from analytics.issues import Press
from analytics.numbers import exact
from analytics.report_parts import Contents
from analytics.weeks import Week
from campaign.cli.explain_lists import explain_list
from campaign.cli.failures import Failure
from campaign.cli.on_numbers import week_named
from campaign.cli.output import counted, for_people, print_json, say, table
from campaign.cli.place import Place
from campaign.cli.reports_clock import press_of
from campaign.cli.session import Session, open_session
from campaign.cli.steps import tell_step
from campaign.schedule.faults import near
from connectors.contract import Metric


@dataclass(frozen=True, kw_only=True, slots=True)
class Question:
    """What is to be explained."""

    week: str
    figure: str
    delivery: str | None
    now: bool
    """As known now, in place of as it was sent."""


def explain_figure(place: Place, question: Question, *, as_json: bool) -> None:
    """Show what a figure is made of, down to the readings of one delivery."""
    metrics = FIGURES.get(question.figure, ())
    known = (*FIGURES, *LISTS)
    if question.figure not in known:
        hint = near(question.figure, known) or f"; ask for one of {', '.join(known)}"
        raise Failure(f"“{question.figure}” is no figure of the report{hint}", code=2)
    with open_session(place) as session:
        week = week_named(session, question.week)
        press = press_of(session)
        as_of = _as_of(press, week, session.now, question)
        report = press.built(week, as_of)
        if question.figure in LISTS:
            explain_list(session, report, question.figure, question.delivery, as_json=as_json)
            return
        rows = [row for metric in metrics for row in rows_behind(report, metric)]
        rows = _of_delivery(rows, question, week)
        with session.desk.store.read() as connection:
            found = explain(connection, rows, week, as_of)
        if as_json:
            print_json(figure_values(report, question.figure, found))
        elif question.delivery:
            _tell_steps(session, found)
        else:
            _tell_sums(session, report, found, metrics)


def _as_of(press: Press, week: Week, now: datetime, question: Question) -> datetime:
    """Return the instant of the report that its readers hold, or now where none was sent."""
    sent = [one for one in press.issues(week) if one.released_at is not None]
    return sent[-1].as_of if sent and not question.now else now


def _of_delivery(rows: list[GainRow], question: Question, week: Week) -> list[GainRow]:
    if question.delivery is None:
        return rows
    found = [row for row in rows if row.delivery == question.delivery]
    if not found:
        hint = near(question.delivery, {row.delivery for row in rows})
        raise Failure(f"no line of {week.name} is of “{question.delivery}”{hint}")
    return found


def _tell_sums(
    session: Session, report: Contents, found: Sequence[Explained], metrics: Sequence[Metric]
) -> None:
    say(f"{report.week.name}, as known on {for_people(report.as_of, session.schedule.zone)}.")
    for metric in metrics:
        of_metric = [one.row for one in found if one.row.metric is metric]
        numbers = [row for row in of_metric if row.counted and row.net is not None]
        lines = counted(len(numbers), "line")
        if metric is Metric.REACH:
            say(f"people: {lines} with a number, never added up; the page has their bounds")
        else:
            nets = [row.net for row in numbers if row.net is not None]
            total = exact(sum(nets, 0)) if nets else "no figure"
            say(f"{metric}: {total} from {lines} that count, of {len(of_metric)}")
    rows = [[one.row.delivery, str(one.row.metric), *_line(one.row)] for one in found]
    table(["Delivery", "Metric", "Gain", "How", "From"], rows, whole="Delivery")
    say("Every reading behind a line: the same with --delivery DELIVERY.")


def _line(row: GainRow) -> list[str]:
    if row.gain is None:
        return ["none", row.reason or "", ""]
    how = str(row.gain.method)
    if not row.counted:
        how += ", not counted: a surer source or the owner's post is"
    if row.provisional:
        how += ", provisional"
    return [exact(row.gain.net), how, row.evidence or ""]


def _tell_steps(session: Session, found: Sequence[Explained]) -> None:
    zone = session.schedule.zone
    for one in found:
        row = one.row
        gain, how, source = _line(row)
        say(f"{row.delivery}, {row.metric}: {gain} ({how}){' from ' + source if source else ''}")
        for name, step in (("start", one.start), ("end", one.end)):
            if step is not None:
                tell_step(zone, f"{name} of the week", step)
        if row.gain is not None:
            up, back = exact(row.gain.gross), exact(row.gain.correction)
            inside = counted(len(one.between), "reading")
            say(f"  up {up}, taken back {back}, by {inside} inside the week; {row.definition}")
