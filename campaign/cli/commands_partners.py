"""Commands about partners: their answers, what became of a post everywhere, and their leaving."""

from typing import Annotated

import typer

from campaign.cli.commands_decisions import Deliveries, Reason
from campaign.cli.commands_schedule import As, Json

app = typer.Typer()

Whose = Annotated[str, typer.Option(help="The partner whose channels these are.")]
PartnerName = Annotated[str, typer.Argument(metavar="PARTNER", help="As schedule.yaml names it.")]


@app.command()
def accept(
    context: typer.Context,
    deliveries: Deliveries,
    *,
    partner: Whose,
    decline: Annotated[bool, typer.Option("--decline", help="Say no in place of yes.")] = False,
    reason: Reason = "",
    person: As = None,
) -> None:
    """Say a partner's yes (or no) to deliveries on its own channels."""
    from campaign.cli import on_partners

    answer = on_partners.Answer(partner=partner, word="no" if decline else "yes", said=reason)
    on_partners.answer(context.obj, deliveries, answer, person)


@app.command()
def decline(
    context: typer.Context,
    deliveries: Deliveries,
    *,
    partner: Whose,
    reason: Reason = "",
    person: As = None,
) -> None:
    """Say a partner's no, also to what it said yes to, as long as nothing of it has left."""
    from campaign.cli import on_partners

    answer = on_partners.Answer(partner=partner, word="no", said=reason)
    on_partners.answer(context.obj, deliveries, answer, person)


@app.command(name="ask-change")
def ask_change(
    context: typer.Context,
    deliveries: Deliveries,
    *,
    partner: Whose,
    wish: Annotated[str, typer.Option(help="What should be different.")],
    person: As = None,
) -> None:
    """Send deliveries back with a partner's wish; everybody says yes again, the partner last."""
    from campaign.cli import on_partners

    answer = on_partners.Answer(partner=partner, word="wish", said=wish)
    on_partners.answer(context.obj, deliveries, answer, person)


@app.command()
def board(
    context: typer.Context,
    post: Annotated[str, typer.Argument(metavar="POST", help="The post's id.")],
    *,
    as_json: Json = False,
) -> None:
    """Show what became of one post on every channel, and who put it there."""
    from campaign.cli import on_board

    on_board.board(context.obj, post, as_json=as_json)


@app.command()
def revoke(
    context: typer.Context,
    partner: PartnerName,
    *,
    reason: Reason,
    take_back: Annotated[
        bool, typer.Option("--take-back", help="It takes part again from now on.")
    ] = False,
    person: As = None,
) -> None:
    """End a partner's part at once: before the next call nothing leaves for its channels."""
    from campaign.cli import on_partners

    on_partners.revoke(context.obj, partner, reason, person, take_back=take_back)


@app.command(name="stop-reminders")
def stop_reminders(
    context: typer.Context,
    address: Annotated[str, typer.Argument(metavar="ADDRESS", help="An e-mail address.")],
) -> None:
    """Send no more reminders to somebody who wants none."""
    from campaign.cli import on_partners

    on_partners.no_more_reminders(context.obj, address)
