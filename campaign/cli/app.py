"""The command line: `campaign COMMAND`. Commands stand in `campaign.cli.commands_*`.

Nothing heavy is imported here or at the top of the command modules: each command imports what
it needs when it runs, so that `campaign --help` answers at once.
"""

import sys
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer

from campaign.cli import (
    commands_audit,
    commands_calendar,
    commands_campaign,
    commands_changes,
    commands_decisions,
    commands_deputies,
    commands_keeping,
    commands_numbers,
    commands_operating,
    commands_outside,
    commands_partner_links,
    commands_partners,
    commands_people,
    commands_publishing,
    commands_records,
    commands_schedule,
    commands_sign_in,
    commands_subscribers,
    commands_tokens,
)
from campaign.cli.failures import guarded
from campaign.cli.place import Place

EPILOG = (
    "Exit codes: 0 fine, 1 failed, 2 wrong usage, 3 the schedule or a post has errors, "
    "4 changes are waiting (plan --detailed-exitcode)."
)

app = typer.Typer(
    name="campaign",
    help="Publishes prepared posts on a schedule, once each, and reports reach one can trust.",
    epilog=EPILOG,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
for part in (
    commands_campaign,
    commands_schedule,
    commands_sign_in,
    commands_decisions,
    commands_partners,
    commands_changes,
    commands_publishing,
    commands_keeping,
    commands_calendar,
    commands_numbers,
    commands_partner_links,
    commands_records,
    commands_operating,
):
    app.add_typer(part.app)
commands_people.app.add_typer(commands_tokens.app)
app.add_typer(commands_people.app, name="person")
app.add_typer(commands_deputies.app, name="deputy")
app.add_typer(commands_outside.app, name="outside")
app.add_typer(commands_subscribers.app, name="subscriber")
app.add_typer(commands_audit.app, name="audit")
app.add_typer(commands_records.holds, name="legal-hold")


def _print_version(wanted: bool) -> None:  # noqa: FBT001 - as typer calls it
    """Print which program this is, and end."""
    if wanted:
        typer.echo(f"Campaign Desk {version('campaign-desk')}")
        raise typer.Exit


@app.callback()
def campaign(
    context: typer.Context,
    *,
    folder: Annotated[
        Path | None,
        typer.Option("--dir", envvar="CAMPAIGN_DIR", help="The campaign's folder [default: here]."),
    ] = None,
    _version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="Say which version this is."
        ),
    ] = False,
) -> None:
    """Keep the campaign's folder for the command that follows."""
    # A program that calls this one, such as a test, may hand in a clock and an environment.
    context.obj = replace(context.obj or Place(), folder=folder)


def main() -> None:
    """Run the command line and leave with its exit code."""
    sys.exit(guarded(app))


if __name__ == "__main__":
    main()
