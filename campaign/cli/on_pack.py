"""pack: writes a partner's posts into one zip, as far as they may be seen now."""

from pathlib import Path

from campaign.cli.failures import Failure
from campaign.cli.output import counted, for_people, print_json, say, tell
from campaign.cli.place import Place
from campaign.cli.session import open_session
from campaign.packs.gathering import NoPackError
from campaign.packs.pack import Pack, make_pack
from campaign.people import system_user
from campaign.store.deeds import note_deed
from campaign.store.deliveries import Change


def pack(place: Place, partner: str, out: Path | None, *, as_json: bool) -> None:
    """Write the zip; it is put in its place whole, or not at all."""
    with open_session(place) as session:
        with session.desk.store.read() as connection:
            try:
                made = make_pack(connection, partner, session.now, session.desk.networks)
            except NoPackError as error:
                raise Failure(str(error)) from error
        file = out or Path(f"{made.campaign}-{partner}.zip")
        _write(file, made)
        change = Change(who=system_user(), at=session.now, why=f"version {made.version}")
        with session.desk.store.write() as writing:
            note_deed(writing, change, "exported pack", f"partner {partner}")
    if as_json:
        print_json({"file": str(file), **made.to_json()})
        return
    _say(file, made, for_people(made.valid_until, session.schedule.zone))


def _write(file: Path, made: Pack) -> None:
    beside = file.with_name(f".{file.name}.new")
    with beside.open("wb") as target:
        made.write_to(target)
    beside.replace(file)


def _say(file: Path, made: Pack, valid_until: str) -> None:
    say(str(file))
    files = counted(len(made.files) + 1, "file")
    say(f"{counted(len(made.posts), 'post')} for {made.name}, {files}, version {made.version}.")
    say(f"It holds until {valid_until}.")
    later = sum(one.count for one in made.following)
    if later:
        tell(f"{counted(later, 'post')} may not be seen yet and follow; the page in it says when.")
