"""Commands on the campaign as a whole: status, log, doctor, moving it, demo and rehearsal."""

from pathlib import Path
from typing import Annotated

import typer

from campaign.cli.commands_schedule import As, Json, Yes

app = typer.Typer()


@app.command()
def demo(
    *,
    out: Annotated[Path, typer.Option(help="Where it writes; cleared when a demo made it.")] = Path(
        "demo-output"
    ),
    seed: Annotated[int, typer.Option(help="Another seed, other made-up numbers.")] = 1,
) -> None:
    """Run the whole main job on the sample campaign: no accounts, made-up numbers."""
    from campaign.cli import on_demo

    on_demo.demo(out, seed)


@app.command()
def rehearse(
    context: typer.Context,
    *,
    seed: Annotated[int, typer.Option(help="Another seed, other made-up numbers.")] = 1,
    faults: Annotated[
        str, typer.Option(help="How much goes wrong: none, some or many.", metavar="LEVEL")
    ] = "none",
    until: Annotated[
        str | None, typer.Option(help="The last day, for example 2027-02-14.", metavar="DAY")
    ] = None,
    drill: Annotated[
        bool, typer.Option("--drill", help="Practise the crisis stop at a moment that is drawn.")
    ] = False,
    drill_at: Annotated[
        str | None,
        typer.Option(
            help="Practise it then, local time, for example '2027-01-13 08:30'.", metavar="TIME"
        ),
    ] = None,
    out: Annotated[
        Path, typer.Option(help="Where it writes; cleared when a rehearsal made it.")
    ] = Path("rehearsal-output"),
    as_json: Json = False,
) -> None:
    """Play this campaign to its end in a minute, against networks that are not real."""
    from campaign.cli import on_rehearsal

    wish = on_rehearsal.read_wish(
        seed=seed, faults=faults, until=until, drill=drill, drill_at=drill_at
    )
    on_rehearsal.rehearse_campaign(context.obj, wish, out, as_json=as_json)


@app.command()
def status(
    context: typer.Context,
    *,
    state: Annotated[str | None, typer.Option(help="Only deliveries in this state.")] = None,
    as_json: Json = False,
) -> None:
    """List the deliveries and where each of them stands."""
    from campaign.cli import on_status

    on_status.status(context.obj, state, as_json=as_json)


@app.command()
def log(
    context: typer.Context,
    delivery: Annotated[str, typer.Argument(metavar="DELIVERY", help="entry/channel/run")],
    *,
    as_json: Json = False,
) -> None:
    """Show everything that happened to one delivery: who, when and why."""
    from campaign.cli import on_log

    on_log.show_log(context.obj, delivery, as_json=as_json)


@app.command()
def doctor(context: typer.Context, *, as_json: Json = False) -> None:
    """Check the database, the disk, the clock and every channel's sign-in."""
    from campaign.cli import on_doctor

    on_doctor.doctor(context.obj, as_json=as_json)


@app.command("move-database")
def move_database(
    context: typer.Context,
    target: Annotated[
        str,
        typer.Argument(metavar="TARGET_URL", help="The new database: empty, or not there yet."),
    ],
    *,
    person: As = None,
    yes: Yes = False,
    as_json: Json = False,
) -> None:
    """Move the campaign from SQLite to PostgreSQL or back; it starts stopped there."""
    from campaign.cli import on_moving

    on_moving.move_database(context.obj, target, person, yes=yes, as_json=as_json)
