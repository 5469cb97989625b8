"""Commands about deputies: who stands in for somebody who is away."""

from typing import Annotated

import typer

from campaign.cli.commands_schedule import As, Json

app = typer.Typer(
    help="Who stands in for somebody who is away, and opens their gates meanwhile.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@app.command("list")
def show(context: typer.Context, *, as_json: Json = False) -> None:
    """List the deputies of today and of the days to come."""
    from campaign.cli import on_deputies

    on_deputies.show(context.obj, as_json=as_json)


@app.command()
def name(
    context: typer.Context,
    absent: Annotated[str, typer.Argument(metavar="ABSENT", help="Who is away.")],
    deputy: Annotated[str, typer.Argument(metavar="DEPUTY", help="Who stands in for them.")],
    *,
    from_on: Annotated[str, typer.Option("--from", help="The first day, such as 2027-01-11.")],
    until_on: Annotated[str, typer.Option("--until", help="The last day, itself included.")],
    person: As = None,
) -> None:
    """Name a deputy: they open the absent one's gates and get their letters for these days."""
    from campaign.cli import on_deputies

    days = on_deputies.Days(from_on=from_on, until_on=until_on)
    on_deputies.name(context.obj, absent, deputy, days, person)


@app.command()
def end(
    context: typer.Context,
    number: Annotated[int, typer.Argument(metavar="NUMBER", help="As `list` has it.")],
    *,
    person: As = None,
) -> None:
    """End one deputy at once, before the last day."""
    from campaign.cli import on_deputies

    on_deputies.end(context.obj, number, person)
