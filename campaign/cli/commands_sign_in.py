"""Commands that sign channels in and out, and the key that sign-ins are sealed with."""

from pathlib import Path
from typing import Annotated

import typer

from campaign.cli.commands_schedule import As

app = typer.Typer()

Channel = Annotated[str, typer.Argument(metavar="CHANNEL", help="As the schedule calls it.")]


@app.command()
def connect(
    context: typer.Context,
    channel: Channel,
    *,
    paste: Annotated[
        bool,
        typer.Option("--paste", help="No browser here: type in the address you are sent back to."),
    ] = False,
    port: Annotated[
        int, typer.Option(help="Where this machine waits for the answer.", min=1, max=65535)
    ] = 8722,
    wait: Annotated[int, typer.Option(help="Seconds to wait for the answer.", min=1)] = 300,
    link: Annotated[
        bool, typer.Option("--link", help="Serve a page that a partner opens on its own phone.")
    ] = False,
    days: Annotated[int, typer.Option(help="How long that link works.", min=1, max=90)] = 7,
    take_back: Annotated[
        bool, typer.Option("--take-back", help="Void the partner's link.")
    ] = False,
    person: As = None,
) -> None:
    """Sign a channel's account in at its network; what it gives is kept sealed."""
    from campaign.cli import on_connecting, on_partner_link

    if take_back:
        on_partner_link.revoke(context.obj, channel, person)
        return
    if link:
        terms = on_partner_link.Link(days=days, port=port)
        on_partner_link.serve(context.obj, channel, terms, person)
        return
    way = on_connecting.Way(paste=paste, port=port, wait=wait)
    on_connecting.connect(context.obj, channel, way, person)


@app.command()
def disconnect(
    context: typer.Context,
    channel: Channel,
    *,
    only_here: Annotated[
        bool, typer.Option("--only-here", help="Forget it without asking the network.")
    ] = False,
    person: As = None,
) -> None:
    """Sign a channel's account out: at the network where it can be done, and here."""
    from campaign.cli import on_connecting

    on_connecting.disconnect(context.obj, channel, person, only_here=only_here)


@app.command("secret-key")
def secret_key(
    context: typer.Context,
    *,
    out: Annotated[
        Path | None, typer.Option(help="Write it into this new file, readable by you alone.")
    ] = None,
    reseal: Annotated[
        bool, typer.Option("--reseal", help="Seal everything with the first key you have now.")
    ] = False,
    check: Annotated[
        bool, typer.Option("--check", help="Say whether the first key alone opens everything.")
    ] = False,
) -> None:
    """Make a key for CAMPAIGN_SECRET_KEY, or seal everything with a new one."""
    from campaign.cli import on_keys

    if reseal:
        on_keys.reseal(context.obj)
    elif check:
        on_keys.check(context.obj)
    else:
        on_keys.make(out)
