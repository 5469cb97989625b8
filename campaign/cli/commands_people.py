"""Commands about people: how they sign in to the pages, and what happens when they leave."""

from typing import Annotated

import typer

from campaign.cli.commands_schedule import As, Json

app = typer.Typer(
    help="How people sign in to the pages, and what happens when they leave.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

Name = Annotated[str, typer.Argument(metavar="PERSON", help="As the schedule calls them.")]


@app.command("list")
def show(context: typer.Context, *, as_json: Json = False) -> None:
    """List everybody whom the schedule names, and how they sign in."""
    from campaign.cli import on_people

    on_people.show(context.obj, as_json=as_json)


@app.command()
def password(
    context: typer.Context,
    name: Name,
    *,
    without_code: Annotated[
        bool, typer.Option("--without-code", help="Ask for no code from an app besides it.")
    ] = False,
) -> None:
    """Give somebody a password, typed in or from CAMPAIGN_PERSON_PASSWORD, and an app for codes."""
    from campaign.cli import on_people

    on_people.give_password(context.obj, name, with_code=not without_code)


@app.command()
def link(context: typer.Context, name: Name, *, person: As = None) -> None:
    """Print a link that signs somebody in once, within a quarter of an hour."""
    from campaign.cli import on_people

    on_people.give_link(context.obj, name, person)


@app.command("sign-out")
def sign_out(context: typer.Context, name: Name) -> None:
    """Sign somebody out in every browser."""
    from campaign.cli import on_people

    on_people.sign_out(context.obj, name)


@app.command()
def leave(
    context: typer.Context,
    name: Name,
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    person: As = None,
) -> None:
    """List what somebody has in hand, then end every access of theirs."""
    from campaign.cli import on_people

    on_people.leave_for_good(context.obj, name, person, yes=yes)
