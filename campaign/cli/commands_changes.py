"""Commands that change what is out: withdraw, correct."""

from pathlib import Path
from typing import Annotated

import typer

from campaign.cli.commands_decisions import Deliveries, Delivery, Reason
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


@app.command()
def correct(
    context: typer.Context,
    delivery: Delivery,
    *,
    reason: Reason = "",
    text: Annotated[
        Path | None,
        typer.Option(help="A file with the new words [default: what the post's folder says now]."),
    ] = None,
    linked: Annotated[
        bool, typer.Option("--linked", help="By a post of its own that links to this one.")
    ] = False,
    approve: Annotated[bool, typer.Option("--approve", help="Say yes to what was asked for.")] = (
        False
    ),
    drop: Annotated[bool, typer.Option("--drop", help="Take back what was asked for.")] = False,
    person: As = None,
) -> None:
    """Give a live post other words where its network lets us, once somebody else has said yes."""
    from campaign.cli import on_correcting
    from campaign.cli.failures import Failure

    if approve and (drop or text is not None):
        raise Failure("--approve says yes to what was asked for; it goes with nothing else", code=2)
    if approve:
        on_correcting.approve(context.obj, delivery, person)
    elif drop:
        on_correcting.drop(context.obj, delivery, reason, person)
    else:
        wish = on_correcting.Wish(
            delivery=delivery, reason=reason, person=person, text=text, linked=linked
        )
        on_correcting.ask(context.obj, wish)
