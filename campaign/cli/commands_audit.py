"""Commands about the audit: whether the log is as it was written."""

from typing import Annotated

import typer

from campaign.cli.commands_schedule import Json

app = typer.Typer(
    help="Whether the log is as it was written.", no_args_is_help=True, rich_markup_mode=None
)


@app.command()
def verify(
    context: typer.Context,
    *,
    head: Annotated[
        str | None, typer.Option("--head", help="A last hash that was noted; it has to be there.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Go through the chain of hashes; exit code 1 and the first line that was changed."""
    from campaign.cli import on_audit

    on_audit.verify(context.obj, head, as_json=as_json)


@app.command()
def seal(context: typer.Context) -> None:
    """Seal what was written since the last time; `campaign run` does it by itself."""
    from campaign.cli import on_audit

    on_audit.seal(context.obj)
