"""Commands on numbers: import-metrics and report."""

from pathlib import Path
from typing import Annotated

import typer

from campaign.cli.commands_schedule import As

app = typer.Typer()


@app.command("import-metrics")
def import_metrics(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="CSV with channel,post,observed_at,metric,value.")],
    *,
    accept_jumps: Annotated[
        bool, typer.Option("--accept-jumps", help="Counts that jump were looked at and are right.")
    ] = False,
    person: As = None,
) -> None:
    """Take in the numbers that partners report: all rows, or none and every fault."""
    from campaign.cli import on_numbers

    on_numbers.import_file(context.obj, file, person, accept_jumps=accept_jumps)


@app.command()
def report(
    context: typer.Context,
    *,
    week: Annotated[
        str, typer.Option(help="2027-W03, 'last', or a date within the week.")
    ] = "last",
    formats: Annotated[
        str, typer.Option("--format", help="html, csv, json; several with commas.")
    ] = "html",
    out: Annotated[
        Path | None, typer.Option(help="Folder to write to; without it JSON goes to stdout.")
    ] = None,
) -> None:
    """Write the weekly reach report."""
    from campaign.cli import on_numbers

    on_numbers.report(context.obj, week, formats, out)
