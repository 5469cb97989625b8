"""Commands for those who keep it running: metrics, watch."""

from pathlib import Path
from typing import Annotated

import typer

from campaign.cli.commands_schedule import Json

app = typer.Typer()


@app.command()
def metrics(
    context: typer.Context,
    *,
    out: Annotated[
        Path | None,
        typer.Option("--out", help="A file for node_exporter's textfile collector (*.prom)."),
    ] = None,
) -> None:
    """Print how things stand, as Prometheus reads it."""
    from campaign.cli import on_metrics

    on_metrics.show(context.obj, out)


@app.command()
def watch(context: typer.Context, *, as_json: Json = False) -> None:
    """Look once whether posts go out; leave with 1, and tell the operator, where they do not."""
    from campaign.cli import on_watching

    on_watching.watch(context.obj, as_json=as_json)
