"""Commands for those who keep it running: metrics."""

from pathlib import Path
from typing import Annotated

import typer

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
