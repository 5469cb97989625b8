"""Commands that publish and collect: publish, collect, run, web, worker."""

from typing import Annotated

import typer

from campaign.cli.commands_schedule import Json

app = typer.Typer()

LogJson = Annotated[
    bool, typer.Option("--log-json", help="The log as JSON, with ids and nobody's words.")
]


@app.command()
def publish(context: typer.Context, *, as_json: Json = False) -> None:
    """Publish what is due and settle what is open, once, then leave."""
    from campaign.cli import on_publishing

    on_publishing.publish_once(context.obj, as_json=as_json)


@app.command()
def collect(
    context: typer.Context,
    *,
    forecast: Annotated[
        bool, typer.Option("--forecast", help="Read nothing; say what the plan will take.")
    ] = False,
    now: Annotated[
        bool, typer.Option("--now", help="Read every live post, also before its time.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Read the counts that are due, once, then leave."""
    from campaign.cli import on_forecast, on_publishing

    if forecast:
        on_forecast.show(context.obj, as_json=as_json)
    else:
        on_publishing.collect_once(context.obj, early=now, as_json=as_json)


@app.command()
def run(context: typer.Context, *, log_json: LogJson = False) -> None:
    """Publish, collect and serve the pages until told to stop (Ctrl-C or SIGTERM)."""
    from campaign.cli import on_running

    on_running.run(context.obj, log_json=log_json)


@app.command()
def web(context: typer.Context, *, log_json: LogJson = False) -> None:
    """Serve the pages alone until told to stop; `campaign run` serves them, too."""
    from campaign.cli import on_web

    on_web.serve(context.obj, log_json=log_json)


@app.command()
def worker(context: typer.Context, *, log_json: LogJson = False) -> None:
    """Send what `campaign run` finds due, from this machine too (PostgreSQL only)."""
    from campaign.cli import on_working

    on_working.work(context.obj, log_json=log_json)
