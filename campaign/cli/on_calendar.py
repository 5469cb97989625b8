"""calendar and import-calendar: the plan as a table or a calendar file, and a table read back."""

import sys
import tempfile
from dataclasses import replace
from pathlib import Path

import typer

from campaign.apply import difference
from campaign.calendar_files.columns import COLUMNS, Cells
from campaign.calendar_files.editing import edited
from campaign.calendar_files.feeds import partner_feed, team_feed
from campaign.calendar_files.rows import calendar_rows
from campaign.calendar_files.sheets import as_csv, as_xlsx, read_table
from campaign.calendar_files.wishes import wishes_in
from campaign.checks.report import Report
from campaign.checks.report import check as check_folder
from campaign.cli.failures import Failure
from campaign.cli.on_plan import print_difference
from campaign.cli.on_schedule import checked
from campaign.cli.output import counted, print_json, say
from campaign.cli.place import Place
from campaign.cli.session import desk_for, open_session, settings_for, without_database
from campaign.models import Delivery
from campaign.schedule.faults import FaultsFound
from campaign.schedule.model import Schedule
from campaign.schedule.text import read_text
from campaign.store.deliveries import list_deliveries
from campaign.wiring import NETWORKS


def write_calendar(place: Place, out: Path | None, partner: str | None, *, as_json: bool) -> None:
    """Write the calendar in the format that the file's name asks for; JSON goes to stdout."""
    ending = out.suffix.lower() if out else ""
    if ending == ".ics" and out is not None:
        _put(out, calendar_feed(place, partner))
        return
    if out is not None and ending not in {".csv", ".xlsx"}:
        raise Failure(f"{out}: name a file that ends in .csv, .xlsx or .ics", code=2)
    _, rows = _rows(place)
    wanted = [row for row in rows if partner in {None, row["partner set"]}]
    if as_json:
        print_json(wanted)
    if out is not None:
        at = place.clock.now()
        _put(out, as_csv(COLUMNS, wanted) if ending == ".csv" else as_xlsx(COLUMNS, wanted, at))
    elif not as_json:
        raise Failure("name a file with --out FILE.csv, .xlsx or .ics, or ask for --json", code=2)


def calendar_feed(place: Place, partner: str | None) -> bytes:
    """Return the team's calendar file, or a partner's, as of now."""
    with open_session(place) as session, session.desk.store.read() as connection:
        if partner is None:
            return team_feed(connection, session.now)
        if partner not in session.schedule.partners:
            raise Failure(f"there is no partner “{partner}”")
        return partner_feed(connection, partner, session.now)


def import_calendar(place: Place, file: Path, *, yes: bool) -> None:
    """Show what a table would change in the plan, ask, and write schedule.yaml; all or nothing."""
    report, rows = _rows(place)
    path = settings_for(place).folder / "schedule.yaml"
    before = read_text(path)
    schedule = _schedule_of(report)
    after = edited(before, wishes_in(read_table(file), rows, schedule))
    if after == before:
        say("Nothing to change: the schedule says the same already.")
        return
    changed = _checked_with(place, after)
    with desk_for(place) as desk, desk.store.read() as connection:
        shown = difference(connection, _schedule_of(changed), changed.deliveries, desk.clock.now())
    print_difference(shown)
    _confirm(yes=yes)
    if read_text(path) != before:
        raise Failure(f"{path} was changed meanwhile; nothing was written, try again")
    _replace(path, after)
    say(f"Written: {path}. Next: campaign plan, then campaign apply")


def _rows(place: Place) -> tuple[Report, list[Cells]]:
    report, _announced = checked(place)
    if report.faults:
        raise FaultsFound(report.faults)
    networks = NETWORKS if place.networks is None else place.networks
    rows = calendar_rows(report, _schedule_of(report), _stored(place), networks)
    return report, rows


def _schedule_of(report: Report) -> Schedule:
    if report.faults or report.schedule is None:
        raise FaultsFound(report.faults)
    return report.schedule


def _stored(place: Place) -> dict[str, Delivery]:
    if without_database(settings_for(place)):
        return {}
    with desk_for(place) as desk, desk.store.read() as connection:
        return {one.id: one for one in list_deliveries(connection)}


def _checked_with(place: Place, text: str) -> Report:
    """Check the folder as if schedule.yaml said this; nothing in the folder is touched."""
    folder = settings_for(place).folder.resolve()
    networks = NETWORKS if place.networks is None else place.networks
    with tempfile.TemporaryDirectory(prefix="campaign-desk-") as made:
        for one in folder.iterdir():
            if one.name != "schedule.yaml":
                (Path(made) / one.name).symlink_to(one)
        (Path(made) / "schedule.yaml").write_text(text, encoding="utf-8")
        report = check_folder(Path(made), networks)
        faults = [replace(one, file=one.file.replace(made, str(folder))) for one in report.faults]
    if faults:
        raise FaultsFound(faults)
    return report


def _confirm(*, yes: bool) -> None:
    if yes:
        return
    if not sys.stdin.isatty():
        raise Failure("there is nobody to ask; give --yes to go on without", code=2)
    if not typer.confirm("Write this into schedule.yaml?"):
        raise Failure("nothing was changed")


def _put(file: Path, content: bytes) -> None:
    file.write_bytes(content)
    say(f"{file}: {counted(len(content), 'byte')}")


def _replace(path: Path, text: str) -> None:
    beside = path.with_name(f".{path.name}.new")
    beside.write_text(text, encoding="utf-8")
    beside.replace(path)
