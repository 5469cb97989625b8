"""import-metrics and report."""

from pathlib import Path

from analytics.imports import (
    BROUGHT,
    UPLOAD,
    MetricsFileError,
    NumbersFile,
    import_metrics,
    read_metrics_file,
)
from analytics.report import build_report
from analytics.weeks import NoSuchWeekError, Week, parse_week
from analytics.written import WRITERS, Written, write_report
from campaign.cli.failures import Failure
from campaign.cli.loaded import spare_what_is_loaded
from campaign.cli.output import counted, print_json, say
from campaign.cli.place import Place
from campaign.cli.session import Session, open_session
from campaign.schedule.values import FIRST_YEAR, LAST_YEAR

KNOWN_FORMATS = tuple(WRITERS)


def import_file(
    place: Place,
    file: Path,
    person: str | None,
    *,
    accept_jumps: bool = False,
    evidence: str = UPLOAD,
) -> None:
    """Take in a CSV of reported numbers: all of it, or nothing."""
    if evidence not in BROUGHT:
        raise Failure(f"--evidence {evidence} is unknown; use {', '.join(BROUGHT)}", code=2)
    with open_session(place) as session:
        session.change(person, "")
        try:
            text = read_metrics_file(file)
            with session.desk.store.write() as connection:
                summary = import_metrics(
                    connection,
                    NumbersFile(
                        name=str(file), text=text, accept_jumps=accept_jumps, evidence=evidence
                    ),
                    networks=session.desk.networks_by_name,
                    now=session.now,
                )
        except MetricsFileError as error:
            raise Failure(f"{error}\nNothing of {file} was stored.") from error
    say(
        f"{counted(summary.new, 'number')} taken in, {summary.corrected} corrected, "
        f"{summary.known} known already."
    )


def report(place: Place, week: str, formats: str, out: Path | None) -> None:
    """Write the weekly report in the formats asked for."""
    wanted = _formats(formats, to_stdout=out is None)
    spare_what_is_loaded()
    with open_session(place) as session:
        made = write_week(session, week, wanted, out)
    for path in made.paths:
        say(str(path))
    if made.no_pdf:
        raise Failure(f"no PDF was written: {made.no_pdf}")


def write_week(
    session: Session, week: str, formats: tuple[str, ...], out: Path | None, banner: str = ""
) -> Written:
    """Build one week's report and write it, or print it as JSON where there is no folder."""
    chosen = week_named(session, week)
    with session.desk.store.read() as connection:
        built = build_report(
            connection, week=chosen, as_of=session.now, networks=session.desk.networks_by_name
        )
    if out is None:
        print_json(built.to_json())
        return Written(paths=())
    return write_report(built, out, formats, banner=banner)


def week_named(session: Session, text: str) -> Week:
    """Return the week that a person named, such as `last` or a day in it."""
    try:
        chosen = parse_week(text, zone=session.schedule.zone, now=session.now)
    except NoSuchWeekError as error:
        raise Failure(f"--week: {error}", code=2) from error
    if not FIRST_YEAR <= chosen.monday_on.year <= LAST_YEAR:
        years = f"{FIRST_YEAR} to {LAST_YEAR}"
        raise Failure(f"--week: {text} lies outside the years {years}", code=2)
    return chosen


def _formats(text: str, *, to_stdout: bool) -> tuple[str, ...]:
    wanted = tuple(dict.fromkeys(one.strip() for one in text.split(",") if one.strip()))
    for one in wanted:
        if one not in KNOWN_FORMATS:
            raise Failure(f"--format {one} is unknown; use {', '.join(KNOWN_FORMATS)}", code=2)
    if not wanted:
        raise Failure(f"--format names none; use {', '.join(KNOWN_FORMATS)}", code=2)
    if to_stdout and wanted != ("json",):
        raise Failure("name a folder with --out, or give --format json", code=2)
    return wanted
