"""plan and apply: what would change, and doing it."""

import json
import sys
from collections.abc import Mapping
from pathlib import Path

import typer

from campaign.apply import StalePlanError, apply, difference
from campaign.checks.report import Report
from campaign.cli.failures import Failure
from campaign.cli.on_schedule import checked, tell_unreached
from campaign.cli.output import counted, print_json, say, tell
from campaign.cli.place import Place
from campaign.cli.session import desk_for
from campaign.diff import Difference, Kind, Line
from campaign.people import check_known, system_user
from campaign.schedule.faults import FaultsFound
from campaign.schedule.model import Schedule
from campaign.store.deliveries import Change
from campaign.store.leaders import root_of
from campaign.wiring import Desk

SIGNS = {Kind.ADD: "+", Kind.CHANGE: "~", Kind.CANCEL: "-"}


def plan(place: Place, out: Path | None, *, as_json: bool) -> bool:
    """Print what applying would do; return whether it would do anything."""
    schedule, report = _fit_to_apply(place)
    with desk_for(place) as desk:
        found = _difference(desk, schedule, report)
    for sentence in report.left_out:
        tell(f"left out: {sentence}")
    if out is not None:
        out.write_text(json.dumps(found.to_json(), ensure_ascii=False, indent=2), encoding="utf-8")
        tell(f"Kept as {out}; do it with: campaign apply {out}")
    if as_json:
        print_json(found.to_json())
    else:
        print_difference(found)
    return not found.empty


def apply_plan(
    place: Place, kept: Mapping[str, object] | None, person: str | None, *, yes: bool
) -> None:
    """Show the plan, ask, and do it; a plan that no longer holds is refused whole."""
    schedule, report = _fit_to_apply(place)
    who = person or system_user()
    check_known(who, schedule.people)
    with desk_for(place) as desk:
        shown = _difference(desk, schedule, report)
        if kept is not None and dict(kept) != json.loads(json.dumps(shown.to_json())):
            raise StalePlanError(
                "the plan is out of date: files, deliveries or the hour have changed since; "
                "run `campaign plan --out` again"
            )
        for sentence in report.left_out:
            tell(f"left out: {sentence}")
        if kept is None:
            print_difference(shown)
        _confirm(yes=yes or shown.empty)
        now = desk.clock.now()
        with desk.store.write() as connection:
            fresh = difference(connection, schedule, report.deliveries, now)
            change = Change(who=who, at=now, why="applied")
            apply(connection, schedule, shown, fresh, change)
    say(f"Applied: {_counts(shown)}.")


def _fit_to_apply(place: Place) -> tuple[Schedule, Report]:
    report, _announced = checked(place)
    if report.faults or report.schedule is None:
        raise FaultsFound(report.faults)
    tell_unreached(place, report)
    return report.schedule, report


def _difference(desk: Desk, schedule: Schedule, report: Report) -> Difference:
    with desk.store.read() as connection:
        return difference(connection, schedule, report.deliveries, desk.clock.now())


def _confirm(*, yes: bool) -> None:
    if yes:
        return
    if not sys.stdin.isatty():
        raise Failure("there is nobody to ask; give --yes to go on without", code=2)
    if not typer.confirm("Apply this?"):
        raise Failure("nothing was changed")


def print_difference(found: Difference) -> None:
    """Print what a plan would add, change and cancel."""
    for fact in found.facts:
        say(f"  ~ {fact}")
    shown = {line.delivery for line in found.lines}
    for line in found.lines:
        root = root_of(line.delivery)
        say(_line(line, within=root != line.delivery and root in shown))
        for change in line.changes:
            say(f"      {change}")
    for one in found.out_with_old_text:
        say(f"  ! {one} is out with its old wording; this plan does not change it")
    for sentence in (*found.frozen, *found.notes):
        say(f"  ! {sentence}")
    say(f"Plan: {_counts(found)}.")


def _line(line: Line, *, within: bool) -> str:
    """Return one line; a later part stands under the first, as one thing with it."""
    state = f" ({line.state})" if line.state else ""
    if within:
        return f"    {SIGNS[line.kind]} then {line.delivery}{state}"
    return f"  {SIGNS[line.kind]} {line.wall_time}  {line.delivery}{state}"


def _counts(found: Difference) -> str:
    if found.empty:
        return "nothing to do"
    adds, changes, cancels = (found.count(kind) for kind in Kind)
    added = counted(adds, "delivery", "deliveries")
    facts = f", {counted(len(found.facts), 'fact')} to update" if found.facts else ""
    return f"{added} to add, {changes} to change, {cancels} to cancel{facts}"
