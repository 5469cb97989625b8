"""Commands on what partners are handed: pack."""

from pathlib import Path
from typing import Annotated

import typer

from campaign.cli.commands_schedule import Json

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
