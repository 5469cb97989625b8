"""Commands that keep the campaign: backup and restore, export and import, upgrade."""

from pathlib import Path
from typing import Annotated

import typer

from campaign.cli.commands_schedule import As, Json, Yes

app = typer.Typer()


@app.command()
def backup(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The backup; a new file.")],
    *,
    check: Annotated[
        bool, typer.Option("--check", help="Look whether a backup is whole; write nothing.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Write the database and the campaign's files into one file, while everything goes on."""
    from campaign.cli import on_backup

    if check:
        on_backup.check(file, as_json=as_json)
    else:
        on_backup.backup(context.obj, file, as_json=as_json)


@app.command()
def restore(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A backup.")],
    *,
    over: Annotated[
        bool, typer.Option("--over", help="Replace what is there; it is kept beside.")
    ] = False,
    person: As = None,
    yes: Yes = False,
    as_json: Json = False,
) -> None:
    """Bring a backup back. It starts stopped, and what may be out is looked up, not sent."""
    from campaign.cli import on_restore

    wish = on_restore.Wish(file=file, over=over, yes=yes, person=person)
    on_restore.restore_backup(context.obj, wish, as_json=as_json)


@app.command("export")
def export_all(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A folder that is new or empty.")],
    *,
    as_json: Json = False,
) -> None:
    """Write everything as open files: each table as CSV and JSON, and the campaign's files."""
    from campaign.cli import on_backup

    on_backup.export_all(context.obj, folder, as_json=as_json)


@app.command("import")
def import_all(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="An export.")],
    *,
    person: As = None,
    yes: Yes = False,
    as_json: Json = False,
) -> None:
    """Bring an export into an empty place; it starts stopped, as a restored backup does."""
    from campaign.cli import on_restore

    wish = on_restore.Wish(file=folder, over=False, yes=yes, person=person)
    on_restore.restore_backup(context.obj, wish, as_json=as_json)


@app.command("upgrade-database")
def upgrade_database(context: typer.Context, *, yes: Yes = False, as_json: Json = False) -> None:
    """Bring the tables to this version: PostgreSQL waits for it, an SQLite file needs no word."""
    from campaign.cli import on_upgrading

    on_upgrading.upgrade(context.obj, yes=yes, as_json=as_json)
