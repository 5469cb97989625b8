"""Commands about approvers from outside: who was asked by which link, ask again, take back."""

from typing import Annotated

import typer

from campaign.cli.commands_schedule import As, Json

app = typer.Typer(
    help="Approvers without an account: what they were asked, by which link.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
Number = Annotated[int, typer.Argument(metavar="LINK", help="Its number, as `list` has it.")]


@app.command("list")
def show(context: typer.Context, *, as_json: Json = False) -> None:
    """List every link that somebody outside was given, and how it stands."""
    from campaign.cli import on_outside

    on_outside.show(context.obj, as_json=as_json)


@app.command()
def ask(context: typer.Context, number: Number, *, person: As = None) -> None:
    """Ask again by a fresh link, such as where a letter was lost; the old one is void."""
    from campaign.cli import on_outside

    on_outside.ask(context.obj, number, person)


@app.command()
def revoke(context: typer.Context, number: Number, *, person: As = None) -> None:
    """Take a link back that nobody has used."""
    from campaign.cli import on_outside

    on_outside.revoke(context.obj, number, person)
