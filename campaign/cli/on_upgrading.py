"""upgrade-database: brings the tables to the revision of this program, on a person's word."""

import sys

import typer

from campaign.cli.failures import Failure
from campaign.cli.output import print_json, say
from campaign.cli.place import Place
from campaign.cli.session import NOTHING_APPLIED, settings_for, without_database
from campaign.store.backends import shown_address
from campaign.store.database import upgrade_database
from campaign.store.revisions import HEAD

ENDED = "Every process that works on it has to be ended first."
THEIRS = "There is no way back but a dump: take one (pg_dump), and look whether it can be restored."
OURS = "A copy is kept beside it."


def upgrade(place: Place, *, yes: bool, as_json: bool) -> None:
    """Upgrade the tables; say what they were, what they are, and where the copy is."""
    settings = settings_for(place)
    if without_database(settings):
        raise Failure(NOTHING_APPLIED)
    where = shown_address(settings.database_url)
    _ask(where, yes=yes)
    done = upgrade_database(settings.database_url)
    if as_json:
        before = done.before if done else HEAD
        copy = str(done.copy) if done and done.copy else None
        print_json({"database": where, "before": before, "after": HEAD, "copy": copy})
    elif done is None:
        say(f"{where} is at revision {HEAD}, as this program needs it; nothing was to do")
    else:
        say(f"{where} is at revision {done.after} now; it was at {done.before}")


def _ask(where: str, *, yes: bool) -> None:
    if yes:
        return
    if not sys.stdin.isatty():
        raise Failure("there is nobody to ask; give --yes to go on without", code=2)
    say(f"Upgrades the tables of {where}. {ENDED}")
    say(OURS if where.startswith("sqlite") else THEIRS)
    if not typer.confirm("Upgrade them?"):
        raise Failure("nothing was changed")
