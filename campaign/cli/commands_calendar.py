"""Commands on what is handed over, and read back: pack, calendar, import-calendar."""

from pathlib import Path
from typing import Annotated

import typer

from campaign.cli.commands_schedule import Json, Yes

app = typer.Typer()


@app.command()
def pack(
    context: typer.Context,
    partner: Annotated[str, typer.Argument(help="The partner's id.")],
    *,
    out: Annotated[
        Path | None, typer.Option(help="The file [default: CAMPAIGN-PARTNER.zip, here].")
    ] = None,
    as_json: Json = False,
) -> None:
    """Write a zip with what a partner posts by hand, as far as it may be seen now."""
    from campaign.cli import on_pack

    on_pack.pack(context.obj, partner, out, as_json=as_json)


@app.command()
def calendar(
    context: typer.Context,
    *,
    out: Annotated[
        Path | None, typer.Option(help="FILE.csv or FILE.xlsx to edit, FILE.ics to subscribe to.")
    ] = None,
    ics: Annotated[
        bool, typer.Option("--ics", help="Print the calendar file in place of writing one.")
    ] = False,
    partner: Annotated[str | None, typer.Option(help="Only this partner's, as it sees it.")] = None,
    as_json: Json = False,
) -> None:
    """Write the calendar as a table, or as a calendar file (iCalendar)."""
    from campaign.cli import on_calendar

    if ics:
        typer.echo(on_calendar.calendar_feed(context.obj, partner).decode(), nl=False)
        return
    on_calendar.write_calendar(context.obj, out, partner, as_json=as_json)


@app.command("import-calendar")
def import_calendar(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="A table that `calendar --out` wrote, edited.")],
    *,
    yes: Yes = False,
) -> None:
    """Show what an edited calendar changes in the plan, then write it into schedule.yaml."""
    from campaign.cli import on_calendar

    on_calendar.import_calendar(context.obj, file, yes=yes)
