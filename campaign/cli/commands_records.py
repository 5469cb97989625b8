"""Commands about records: taking them out, keeping them for a matter, and letting them go."""

from pathlib import Path
from typing import Annotated

import typer

from campaign.cli.commands_schedule import As, Json

app = typer.Typer()


@app.command()
def foi(
    context: typer.Context,
    *,
    first: Annotated[
        str | None, typer.Option("--from", metavar="DATE", help="The first day.")
    ] = None,
    last: Annotated[
        str | None, typer.Option("--until", metavar="DATE", help="The last day, included.")
    ] = None,
    theme: Annotated[str | None, typer.Option(help="Only posts with this theme.")] = None,
    partner: Annotated[str | None, typer.Option(help="Only this partner's channels.")] = None,
    channel: Annotated[str | None, typer.Option(help="Only this channel.")] = None,
    names: Annotated[
        bool, typer.Option("--names", help="Call staff by name in place of role.")
    ] = False,
    reference: Annotated[str, typer.Option(help="What the request is called.")] = "",
    out: Annotated[Path, typer.Option(help="The folder for the two files.")] = Path(),
    person: As = None,
    as_json: Json = False,
) -> None:
    """Take out the record for a freedom of information request: JSON, and a page for people."""
    from campaign.cli import on_foi

    asked = on_foi.Question(
        first=first,
        last=last,
        theme=theme,
        partner=partner,
        channel=channel,
        names=names,
        reference=reference,
    )
    on_foi.take_out(context.obj, asked, out, person=person, as_json=as_json)


@app.command()
def retention(
    context: typer.Context,
    *,
    apply: Annotated[
        bool, typer.Option("--apply", help="Delete it now; `campaign run` does so by itself.")
    ] = False,
    person: As = None,
    as_json: Json = False,
) -> None:
    """Show what is past its time by CAMPAIGN_RETENTION, or delete it with tombstones."""
    from campaign.cli import on_retention

    if apply:
        on_retention.apply(context.obj, person)
    else:
        on_retention.show(context.obj, as_json=as_json)


holds = typer.Typer(
    help="Keep records for a matter, whatever the rules say.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@holds.command("place")
def place_hold(
    context: typer.Context,
    matter: Annotated[str, typer.Argument(help="What it is for, such as “claim 2027/14”.")],
    *,
    reason: Annotated[str, typer.Option(help="Why; it stands in the record.")],
    post: Annotated[str | None, typer.Option(help="Only this post.")] = None,
    partner: Annotated[str | None, typer.Option(help="Only this partner's channels.")] = None,
    channel: Annotated[str | None, typer.Option(help="Only this channel.")] = None,
    first: Annotated[
        str | None, typer.Option("--from", metavar="DATE", help="The first day it covers.")
    ] = None,
    last: Annotated[
        str | None, typer.Option("--until", metavar="DATE", help="The last day it covers.")
    ] = None,
    ends: Annotated[
        str | None, typer.Option(metavar="DATE", help="The last day on which it stands.")
    ] = None,
    person: As = None,
) -> None:
    """Stop deletion of a post, a partner, a channel, some days, or everything."""
    from campaign.cli import on_retention

    targets = {"post": post, "partner": partner, "channel": channel}
    wanted = on_retention.wanted_of(matter, targets, first, last)
    on_retention.hold(context.obj, wanted, reason, ends, person)


@holds.command("lift")
def lift_hold(
    context: typer.Context,
    number: Annotated[int, typer.Argument(metavar="HOLD", help="As `legal-hold list` has it.")],
    *,
    reason: Annotated[str, typer.Option(help="Why; it stands in the audit.")],
    person: As = None,
) -> None:
    """Let the rules hold again for what a hold covered."""
    from campaign.cli import on_retention

    on_retention.lift(context.obj, number, reason, person)


@holds.command("list")
def list_holds(context: typer.Context, *, as_json: Json = False) -> None:
    """List every hold that was ever placed, and by whom."""
    from campaign.cli import on_retention

    on_retention.list_holds(context.obj, as_json=as_json)
