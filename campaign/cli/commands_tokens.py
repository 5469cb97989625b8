"""Commands about access tokens; they stand among those about people."""

from typing import Annotated

import typer

from campaign.cli.commands_people import Name
from campaign.cli.commands_schedule import As, Json

app = typer.Typer()


@app.command()
def token(
    context: typer.Context,
    name: Name,
    *,
    what_for: Annotated[str, typer.Option("--for", help="What the token is for, in words.")],
    scopes: Annotated[
        str,
        typer.Option(
            "--scopes", help="What it opens: read, reports, approve, decide, withdraw, stop."
        ),
    ] = "read",
    days: Annotated[int, typer.Option("--days", help="How long it works, at most 366.")] = 90,
    person: As = None,
) -> None:
    """Make an access token, with which a program works for somebody, and print it once."""
    from campaign.cli import on_tokens

    wanted = scopes.replace(",", " ").split()
    asked = on_tokens.Asked(person=name, name=what_for, scopes=wanted, days=days)
    on_tokens.give(context.obj, asked, person)


@app.command()
def tokens(context: typer.Context, name: Name, *, as_json: Json = False) -> None:
    """List somebody's access tokens, with what they open and when each was last used."""
    from campaign.cli import on_tokens

    on_tokens.show(context.obj, name, as_json=as_json)


@app.command("revoke-token")
def revoke_token(
    context: typer.Context,
    name: Name,
    token_id: Annotated[str, typer.Argument(metavar="TOKEN", help="As `tokens` lists it.")],
    *,
    person: As = None,
) -> None:
    """Revoke an access token; it opens nothing from the next call on."""
    from campaign.cli import on_tokens

    on_tokens.end(context.obj, name, token_id, person)
