"""Commands that change what is out: withdraw."""

from typing import Annotated

import typer

from campaign.cli.commands_decisions import Deliveries, Reason
from campaign.cli.commands_schedule import As

app = typer.Typer()


@app.command()
def withdraw(
    context: typer.Context,
    deliveries: Deliveries,
    *,
    reason: Reason,
    gone: Annotated[
        bool, typer.Option("--gone", help="They are gone: somebody has deleted them by hand.")
    ] = False,
    person: As = None,
) -> None:
    """Take posts down, also while a stop is on; what has not gone out never will."""
    from campaign.cli import on_withdrawing

    word = on_withdrawing.Word(deliveries=deliveries, reason=reason, person=person, gone=gone)
    on_withdrawing.withdraw(context.obj, word)
