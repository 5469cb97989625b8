"""Commands about subscribers: other systems that are told what has happened."""

from typing import Annotated

import typer

from campaign.cli.commands_schedule import As, Json

app = typer.Typer(
    help="Other systems that are told, by signed messages, what has happened.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
Name = Annotated[str, typer.Argument(metavar="NAME", help="As the schedule calls it.")]


@app.command("list")
def show(context: typer.Context, *, as_json: Json = False) -> None:
    """List the subscribers of the applied schedule, and how each stands."""
    from campaign.cli import on_subscribers

    on_subscribers.show(context.obj, as_json=as_json)


@app.command()
def secret(context: typer.Context, name: Name, *, person: As = None) -> None:
    """Make the secret that messages are signed with; print it once. The old one ends in a day."""
    from campaign.cli import on_subscribers

    on_subscribers.make_secret_of(context.obj, name, person)


@app.command()
def messages(context: typer.Context, name: Name, *, as_json: Json = False) -> None:
    """List the last messages to a subscriber, and what became of each."""
    from campaign.cli import on_subscribers

    on_subscribers.show_messages(context.obj, name, as_json=as_json)


@app.command()
def replay(
    context: typer.Context,
    name: Name,
    message: Annotated[
        list[str] | None, typer.Argument(help="Ids; without them all that were given up.")
    ] = None,
    *,
    since: Annotated[
        str | None, typer.Option("--since", help="All from that local day on, such as 2027-01-12.")
    ] = None,
    person: As = None,
) -> None:
    """Send messages again, each under the id it had; `campaign run` does the sending."""
    from campaign.cli import on_subscribers

    on_subscribers.send_again(context.obj, name, (message or [], since), person)


@app.command()
def enable(context: typer.Context, name: Name, *, person: As = None) -> None:
    """Tell a subscriber again that was disabled, beginning with what it has missed."""
    from campaign.cli import on_subscribers

    on_subscribers.enable_again(context.obj, name, person)


@app.command()
def send(context: typer.Context) -> None:
    """Send once what waits; `campaign run` does it by itself."""
    from campaign.cli import on_subscribers

    on_subscribers.send_now(context.obj)
