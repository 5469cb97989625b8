"""Commands about partners' pages: links to them, and the screenshots that were sent there."""

from pathlib import Path
from typing import Annotated

import typer

from campaign.cli.commands_schedule import As, Json

app = typer.Typer()


@app.command("partner-link")
def partner_link(
    context: typer.Context,
    partner: Annotated[str, typer.Argument(help="The partner, as the schedule calls it.")],
    *,
    contact: Annotated[
        str | None, typer.Option(help="The one it is for: an address among the contacts.")
    ] = None,
    days: Annotated[int, typer.Option(help="How long it works.", min=1, max=200)] = 60,
    send: Annotated[
        bool, typer.Option("--send", help="Send it by e-mail; without --contact, one to each.")
    ] = False,
    revoke: Annotated[
        bool, typer.Option("--revoke", help="Take back all of its links, or --contact's alone.")
    ] = False,
    show: Annotated[
        bool, typer.Option("--list", help="Say who was given which link, and until when.")
    ] = False,
    as_json: Json = False,
    person: As = None,
) -> None:
    """Make the link by which a partner sees its posts, or take it back; nobody needs an account."""
    from campaign.cli import on_partner_links

    wanted = on_partner_links.Wish(partner=partner, contact=contact, days=days)
    if show:
        on_partner_links.show(context.obj, wanted, as_json=as_json)
    elif revoke:
        on_partner_links.revoke(context.obj, wanted, person)
    elif send:
        on_partner_links.send(context.obj, wanted, person)
    else:
        on_partner_links.make(context.obj, wanted, person)


@app.command()
def screenshots(
    context: typer.Context,
    number: Annotated[
        int | None, typer.Argument(help="Which one; without it they are listed.")
    ] = None,
    *,
    out: Annotated[
        Path | None, typer.Option(help="Write the picture into this file, to look at it.")
    ] = None,
    numbers: Annotated[
        str, typer.Option(help="What it shows, such as reactions=41,replies=2.")
    ] = "",
    accept_jumps: Annotated[
        bool, typer.Option("--accept-jumps", help="The numbers are right though one jumps.")
    ] = False,
    refuse: Annotated[
        bool, typer.Option("--refuse", help="Delete it: it shows no numbers of that post.")
    ] = False,
    as_json: Json = False,
    person: As = None,
) -> None:
    """List pictures of counts that partners sent; one person opens one and types the numbers."""
    from campaign.cli import on_screenshots

    if number is None:
        on_screenshots.show(context.obj, as_json=as_json)
    elif refuse:
        on_screenshots.refuse(context.obj, number, person)
    elif numbers:
        typed = on_screenshots.Numbers(text=numbers, accept_jumps=accept_jumps)
        on_screenshots.type_off(context.obj, number, typed, person)
    else:
        on_screenshots.open_one(context.obj, number, out, person)


@app.command()
def found(
    context: typer.Context,
    number: Annotated[
        int | None, typer.Argument(help="Which one; without it they are listed.")
    ] = None,
    *,
    look: Annotated[
        bool, typer.Option("--look", help="Look at partners' accounts now, before listing.")
    ] = False,
    confirm: Annotated[
        bool, typer.Option("--confirm", help="It is the post: record it as live.")
    ] = False,
    another: Annotated[
        bool, typer.Option("--another", help="It is another post: never ask about it again.")
    ] = False,
    as_json: Json = False,
    person: As = None,
) -> None:
    """List posts on partners' accounts that may be ours, and say of one whether it is."""
    from campaign.cli import on_found

    if number is None:
        on_found.show(context.obj, look=look, as_json=as_json)
    else:
        on_found.decide(context.obj, number, person, yes=confirm, no=another)
