"""Commands by which people say yes, no, or what happened."""

from typing import Annotated

import typer

from campaign.cli.commands_schedule import As, Yes

app = typer.Typer()

Deliveries = Annotated[list[str], typer.Argument(metavar="DELIVERY...", help="entry/channel/run")]
Delivery = Annotated[str, typer.Argument(metavar="DELIVERY", help="entry/channel/run")]
Reason = Annotated[str, typer.Option(help="Why, for the log.")]


@app.command()
def approve(
    context: typer.Context,
    deliveries: Annotated[
        list[str] | None, typer.Argument(metavar="[DELIVERY...]", help="entry/channel/run")
    ] = None,
    *,
    everything: Annotated[
        bool, typer.Option("--all", help="Everything that waits for this person.")
    ] = False,
    person: As = None,
    yes: Yes = False,
) -> None:
    """Approve what would be sent: this text, these pictures, this account, this day."""
    from campaign.cli import on_approval

    on_approval.approve(context.obj, deliveries or [], person, everything=everything, yes=yes)


@app.command()
def reject(
    context: typer.Context, deliveries: Deliveries, *, reason: Reason, person: As = None
) -> None:
    """Send deliveries back to their author, with the reason."""
    from campaign.cli import on_approval

    on_approval.reject(context.obj, deliveries, reason, person)


@app.command()
def settle(
    context: typer.Context,
    delivery: Delivery,
    *,
    published: Annotated[str | None, typer.Option(help="It is out, at this address.")] = None,
    not_published: Annotated[
        bool, typer.Option("--not-published", help="It did not go out.")
    ] = False,
    person: As = None,
) -> None:
    """Say what became of a delivery whose outcome is unknown."""
    from campaign.cli import on_settling

    on_settling.settle(context.obj, delivery, published, person, not_published=not_published)


@app.command()
def decide(
    context: typer.Context,
    deliveries: Deliveries,
    *,
    send_now: Annotated[bool, typer.Option("--send-now", help="Send them now.")] = False,
    move: Annotated[
        str | None, typer.Option(help="A new local time, such as '2027-01-12 08:30'.")
    ] = None,
    drop: Annotated[bool, typer.Option("--drop", help="Take them out for good.")] = False,
    essential: Annotated[
        bool,
        typer.Option("--essential", help="One, through stops, hours and windows; approvers only."),
    ] = False,
    reason: Reason = "",
    person: As = None,
) -> None:
    """Decide on deliveries that are held, missed or refused."""
    from campaign.cli import on_settling

    decision = on_settling.Decision(
        send_now=send_now, move=move, drop=drop, reason=reason, essential=essential
    )
    on_settling.decide(context.obj, deliveries, decision, person)


@app.command()
def record(
    context: typer.Context,
    channel: Annotated[str, typer.Argument()],
    post: Annotated[str, typer.Argument(help="The post's id, or the delivery's.")],
    *,
    url: Annotated[str, typer.Option(help="Where it can be seen.")],
    published_at: Annotated[
        str, typer.Option(help="When it went out, local time, such as '2027-01-12 08:30'.")
    ],
    person: As = None,
) -> None:
    """Record a post that somebody published by hand."""
    from campaign.cli import on_settling

    seen = on_settling.ByHand(channel=channel, post=post, url=url, published_at=published_at)
    on_settling.record_post(context.obj, seen, person)


Channel = Annotated[str | None, typer.Option(help="Only this channel.")]
Partner = Annotated[str | None, typer.Option(help="Only this partner's channels.")]
Network = Annotated[str | None, typer.Option(help="Only this network.")]
Theme = Annotated[str | None, typer.Option(help="Only posts with this theme, on any channel.")]


@app.command()
def stop(
    context: typer.Context,
    *,
    reason: Reason,
    channel: Channel = None,
    partner: Partner = None,
    network: Network = None,
    theme: Theme = None,
    person: As = None,
) -> None:
    """Stop at once: no call leaves any more, for everything or a part."""
    from campaign.cli import on_stops

    scope = on_stops.scope_of(channel=channel, partner=partner, network=network, theme=theme)
    on_stops.stop(context.obj, scope, reason, person)


@app.command()
def resume(
    context: typer.Context,
    *,
    reason: Reason = "",
    channel: Channel = None,
    partner: Partner = None,
    network: Network = None,
    theme: Theme = None,
    person: As = None,
) -> None:
    """Lift a stop that another person threw, and list what it held; nothing is sent by this."""
    from campaign.cli import on_stops

    scope = on_stops.scope_of(channel=channel, partner=partner, network=network, theme=theme)
    on_stops.resume(context.obj, scope, reason, person)
