"""Commands on schedule.yaml and posts/: check, schema, preview, plan, apply, new."""

import json
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer()

Json = Annotated[bool, typer.Option("--json", help="One JSON document in place of text.")]
As = Annotated[str | None, typer.Option("--as", help="Who does it [default: the system's user].")]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask.")]


class Start(StrEnum):
    """What a new campaign begins with."""

    SMALL = "small"
    SAMPLE = "sample"


@app.command()
def new(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(help="A folder that is new or empty.")],
    *,
    start: Annotated[
        Start, typer.Option("--from", help="What it begins with: one post, or the whole sample.")
    ] = Start.SMALL,
) -> None:
    """Start a campaign: a folder with a schedule and one post, ready for `check`."""
    from campaign.cli import on_schedule

    on_schedule.new(context.obj, folder, start=start)


@app.command()
def check(context: typer.Context, *, as_json: Json = False) -> None:
    """List every fault in the schedule and the posts as file:line:column: message."""
    from campaign.cli import on_schedule

    on_schedule.check(context.obj, as_json=as_json)


@app.command()
def schema() -> None:
    """Print the JSON Schema of schedule.yaml, for editors."""
    from campaign.cli.output import print_json
    from campaign.schedule.schema import schedule_schema

    print_json(schedule_schema())


@app.command()
def preview(
    context: typer.Context,
    post: Annotated[str | None, typer.Argument(help="A post's id [default: all].")] = None,
    *,
    channel: Annotated[str | None, typer.Option(help="Only this channel.")] = None,
    pictures: Annotated[
        Path | None,
        typer.Option(help="Write the pictures as they would be sent into this folder."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Show exactly what would be sent."""
    from campaign.cli import on_schedule

    shown = on_schedule.Shown(post=post, channel=channel, pictures=pictures)
    on_schedule.preview(context.obj, shown, as_json=as_json)


@app.command()
def plan(
    context: typer.Context,
    *,
    out: Annotated[Path | None, typer.Option(help="Keep the plan for `apply FILE`.")] = None,
    detailed_exitcode: Annotated[
        bool, typer.Option("--detailed-exitcode", help="Leave with 4 when changes are waiting.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Show what applying the schedule would add, change and cancel."""
    from campaign.cli import on_plan

    changes = on_plan.plan(context.obj, out, as_json=as_json)
    if changes and detailed_exitcode:
        raise typer.Exit(4)


@app.command("apply")
def apply_(
    context: typer.Context,
    file: Annotated[
        Path | None, typer.Argument(help="A plan kept by `plan --out` [default: plan now].")
    ] = None,
    *,
    person: As = None,
    yes: Yes = False,
) -> None:
    """Do what the plan says; nothing is sent before it is approved."""
    from campaign.cli import on_plan

    on_plan.apply_plan(context.obj, _read(file), person, yes=yes)


def _read(file: Path | None) -> dict[str, object] | None:
    from campaign.cli.failures import Failure

    if file is None:
        return None
    remedy = f"make one with `campaign plan --out {file}`"
    try:
        kept = json.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise Failure(f"{file} cannot be read ({error.strerror}); {remedy}") from error
    except (ValueError, RecursionError) as error:
        raise Failure(f"{file} is no plan; {remedy}") from error
    if not isinstance(kept, dict) or "deliveries" not in kept:
        raise Failure(f"{file} is no plan; {remedy}")
    return kept
