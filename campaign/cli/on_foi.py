"""foi: takes the record out into two files, and writes into the audit who did."""

from pathlib import Path

from campaign.cli.failures import Failure
from campaign.cli.output import counted, print_json, say, tell
from campaign.cli.place import Place
from campaign.cli.session import open_session
from campaign.people import system_user
from campaign.records.asked import NothingAskedError
from campaign.records.exporting import Export, export, note_export
from campaign.records.question import Question, asked_by
from campaign.records.record import Source
from campaign.store.deliveries import Change

__all__ = ["Question", "take_out"]


def take_out(
    place: Place,
    question: Question,
    out: Path,
    *,
    person: str | None,
    as_json: bool,
) -> None:
    """Write both files; the audit has its line before anything is written."""
    with open_session(place) as session:
        who = session.change(person, "").who if person else system_user()
        desk = session.desk
        try:
            asked = asked_by(question, desk.settings.folder)
            with desk.store.read() as connection:
                source = Source(
                    connection=connection,
                    schedule=session.schedule,
                    networks=desk.networks_by_name,
                )
                made = export(source, asked)
        except NothingAskedError as error:
            raise Failure(str(error), code=2) from error
        note_export(desk.store, made, asked, Change(who=who, at=session.now, why=""))
        paths = _write(made, out)
        if as_json:
            print_json({"files": paths, "deliveries": made.deliveries, "sha256": made.sha256})
            return
        for path in paths:
            say(path)
        say(f"{counted(made.deliveries, 'delivery is', 'deliveries are')} in it.")
        tell("Read it through before it leaves: a wording may name somebody.")


def _write(made: Export, out: Path) -> list[str]:
    out.mkdir(parents=True, exist_ok=True)
    paths = []
    for ending, content in made.files.items():
        path = out / f"{made.name}.{ending}"
        path.write_bytes(content)
        paths.append(str(path))
    return paths
