"""Commands on numbers: import-metrics, report with what belongs to it, send-report."""

from pathlib import Path
from typing import Annotated

import typer

from campaign.cli.commands_schedule import As, Json

app = typer.Typer()
report_app = typer.Typer(invoke_without_command=True, no_args_is_help=False)
app.add_typer(report_app, name="report")

Week = Annotated[str, typer.Option(help="2027-W03, 'last', or a date within the week.")]
Out = Annotated[
    Path | None, typer.Option(help="Folder to write to [default: reports/sent in the campaign].")
]


@app.command("import-metrics")
def import_metrics(
    context: typer.Context,
    file: Annotated[
        Path, typer.Argument(help="CSV with channel,post,observed_at,metric,value, maybe paid.")
    ],
    *,
    accept_jumps: Annotated[
        bool, typer.Option("--accept-jumps", help="Counts that jump were looked at and are right.")
    ] = False,
    evidence: Annotated[
        str, typer.Option(help="Where they come from: upload (a tool's file), screenshot, stated.")
    ] = "upload",
    person: As = None,
) -> None:
    """Take in the numbers that partners report: all rows, or none and every fault."""
    from campaign.cli import on_numbers

    on_numbers.import_file(context.obj, file, person, accept_jumps=accept_jumps, evidence=evidence)


@report_app.callback()
def report(
    context: typer.Context,
    *,
    week: Week = "last",
    formats: Annotated[
        str, typer.Option("--format", help="html, pdf, csv, xlsx, json; several with commas.")
    ] = "html",
    out: Annotated[
        Path | None, typer.Option(help="Folder to write to; without it JSON goes to stdout.")
    ] = None,
) -> None:
    """Write the weekly reach report, as it is known now."""
    from campaign.cli import on_numbers

    if context.invoked_subcommand is None:
        on_numbers.report(context.obj, week, formats, out)


@report_app.command("note")
def report_note(
    context: typer.Context,
    text: Annotated[str, typer.Argument(help="One sentence; an empty one takes back the last.")],
    *,
    week: Week = "last",
    ask: Annotated[
        bool, typer.Option("--ask", help="It is something you need from the readers.")
    ] = False,
    person: As = None,
) -> None:
    """Write what was learned in a week, or what is needed from the report's readers."""
    from campaign.cli import on_reports

    on_reports.write_sentence(context.obj, week, text, person, ask=ask)


@report_app.command("reissue")
def report_reissue(
    context: typer.Context,
    *,
    reason: Annotated[str, typer.Option(help="Why, for the first line of the corrected report.")],
    week: Week = "last",
    out: Out = None,
    person: As = None,
) -> None:
    """Send a corrected report to the readers of the one before; that one stays as it is."""
    from campaign.cli import on_reports

    wanted = on_reports.Reissue(week=week, person=person, reason=reason, out=out)
    on_reports.reissue(context.obj, wanted)


@report_app.command("sent")
def report_sent(
    context: typer.Context,
    *,
    week: Annotated[str | None, typer.Option(help="Only this week.")] = None,
    as_json: Json = False,
) -> None:
    """List the reports that went out, and what became of each e-mail."""
    from campaign.cli import on_reports

    on_reports.list_sent(context.obj, week, as_json=as_json)


@report_app.command("settle")
def report_settle(
    context: typer.Context,
    letter: Annotated[str, typer.Argument(help="As `report sent` lists it.")],
    *,
    arrived: Annotated[bool, typer.Option("--arrived", help="It has arrived.")] = False,
    again: Annotated[bool, typer.Option("--again", help="It has not: send it again.")] = False,
    person: As = None,
) -> None:
    """Say what became of an e-mail whose outcome is unknown, or that was refused."""
    from campaign.cli import on_reports
    from campaign.cli.failures import Failure

    if arrived == again:
        raise Failure("say --arrived or --again", code=2)
    on_reports.settle_letter(context.obj, letter, person, arrived=arrived)


@app.command("send-report")
def send_report(
    context: typer.Context,
    *,
    week: Week = "last",
    learning: Annotated[
        str | None, typer.Option(help="What was learned, in one sentence, if not written yet.")
    ] = None,
    file_only: Annotated[
        bool, typer.Option("--file-only", help="Write the files, send no e-mail.")
    ] = False,
    out: Out = None,
    person: As = None,
) -> None:
    """Release the week's report: freeze it, and send it to every reader once."""
    from campaign.cli import on_reports

    on_reports.send_report(
        context.obj,
        on_reports.Sending(
            week=week, person=person, learning=learning, out=out, mail=not file_only
        ),
    )


@app.command()
def enter(
    context: typer.Context,
    objective: Annotated[str, typer.Argument(help="As schedule.yaml names it.")],
    value: Annotated[str, typer.Argument(help="The total so far, such as 120 or 3.5.")],
    *,
    source: Annotated[str, typer.Option(help="Where the number comes from.")],
    on: Annotated[str | None, typer.Option(help="The day it holds for [default: today].")] = None,
    lower: Annotated[str | None, typer.Option(help="At least, where it is not certain.")] = None,
    upper: Annotated[str | None, typer.Option(help="At most, where it is not certain.")] = None,
    person: As = None,
) -> None:
    """Enter what is known of an objective that no network counts, such as sign-ups."""
    from campaign.cli import on_objectives

    entered = on_objectives.Entered(
        objective=objective, value=value, lower=lower, upper=upper, source=source
    )
    on_objectives.enter(context.obj, entered, on, person)


@app.command()
def reach(
    people: Annotated[
        list[int] | None, typer.Argument(metavar="[PEOPLE...]", help="Reached by each channel.")
    ] = None,
    *,
    universe: Annotated[int | None, typer.Option(help="How many people there are.")] = None,
    overlap: Annotated[
        list[str] | None, typer.Option(help="1,2=7500: people whom channels 1 and 2 share.")
    ] = None,
    two_posts: Annotated[
        int | None, typer.Option(help="People whom two posts of the one channel reached.")
    ] = None,
    shown: Annotated[int | None, typer.Option(help="How often it was shown.")] = None,
    followers: Annotated[int | None, typer.Option(help="Of a channel without a count.")] = None,
    as_json: Json = False,
) -> None:
    """Work out for planning how many people channels can reach: bounds, then named models."""
    from campaign.cli import on_reach

    plan = on_reach.Plan(
        reached=tuple(people or ()),
        universe=universe,
        overlaps=tuple(overlap or ()),
        two_posts=two_posts,
        shown=shown,
        followers=followers,
    )
    on_reach.plan_reach(plan, as_json=as_json)


@app.command()
def explain(
    context: typer.Context,
    week: Annotated[str, typer.Argument(help="2027-W03, 'last', or a date within the week.")],
    metric: Annotated[
        str,
        typer.Argument(
            help="posts-live, times-shown, people, engagement-rate, top-posts, or a metric."
        ),
    ],
    *,
    delivery: Annotated[
        str | None, typer.Option(help="Show every reading behind this delivery's line.")
    ] = None,
    now: Annotated[
        bool, typer.Option("--now", help="As known now, in place of as it was sent.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Walk from a figure of the report to the readings it rests on."""
    from campaign.cli import on_explain

    question = on_explain.Question(week=week, figure=metric, delivery=delivery, now=now)
    on_explain.explain_figure(context.obj, question, as_json=as_json)
