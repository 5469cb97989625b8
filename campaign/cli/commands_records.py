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
    topic: Annotated[str | None, typer.Option(help="Only posts with this theme.")] = None,
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
        topic=topic,
        partner=partner,
        channel=channel,
        names=names,
        reference=reference,
    )
    on_foi.take_out(context.obj, asked, out, person=person, as_json=as_json)
