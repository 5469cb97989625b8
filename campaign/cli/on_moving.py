"""move-database: takes the campaign into another database, where it starts stopped."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from sqlalchemy import select
from sqlalchemy.exc import ArgumentError, NoSuchModuleError

from campaign.cli.failures import Failure
from campaign.cli.output import counted, err, print_json, say
from campaign.cli.place import Place
from campaign.cli.session import (
    NOTHING_APPLIED,
    check_folder,
    settings_for,
    without_database,
)
from campaign.people import check_known, system_user
from campaign.schedule.model import Schedule
from campaign.settings import Settings
from campaign.store.backends import StoreError, shown_address
from campaign.store.database import Store, open_wherever
from campaign.store.moving import Move, Moved, check_empty, finish, left_for, move, size_of
from campaign.store.tables import CAMPAIGN
from campaign.store.whereabouts import refuse_if_elsewhere


def move_database(
    place: Place, target_url: str, person: str | None, *, yes: bool, as_json: bool
) -> None:
    """Move the campaign, or finish a move that was broken off; say what to do next."""
    settings = settings_for(place)
    here, there = shown_address(settings.database_url), _address(target_url)
    if here == there:
        raise Failure(f"the campaign is kept in {here} already", code=2)
    if without_database(settings):
        raise Failure(NOTHING_APPLIED)
    with _opened(settings.database_url) as source:
        who = _speaker(source, settings, person)
        number = left_for(source, there)
        if number is None:
            with source.read() as connection:
                refuse_if_elsewhere(connection)
            check_empty(target_url)
            _confirm(here, there, yes=yes)
        with _opened(target_url) as target:
            order = Move(
                source=source,
                target=target,
                source_address=here,
                target_address=there,
                person=who,
                at=place.clock.now(),
            )
            moved = _move(order) if number is None else _finish(order, number)
    _tell(order, moved, as_json=as_json)


def _address(target_url: str) -> str:
    try:
        return shown_address(target_url)
    except (StoreError, ArgumentError, NoSuchModuleError) as error:
        message = (
            f"“{target_url}” is no address of a new database; write sqlite:///FILE or "
            f"postgresql://USER@HOST/DATABASE"
        )
        raise Failure(message, code=2) from error


@contextmanager
def _opened(url: str) -> Iterator[Store]:
    store = open_wherever(url)
    try:
        yield store
    finally:
        store.close()


def _speaker(source: Store, settings: Settings, person: str | None) -> str:
    with source.read() as connection:
        text = connection.execute(select(CAMPAIGN.c.schedule_json)).scalar()
    if text is None:
        raise Failure(NOTHING_APPLIED)
    schedule = Schedule.model_validate_json(text)
    check_folder(settings, schedule)
    who = person or system_user()
    check_known(who, schedule.people)
    return who


def _confirm(here: str, there: str, *, yes: bool) -> None:
    if yes:
        return
    if not sys.stdin.isatty():
        raise Failure("there is nobody to ask; give --yes to go on without", code=2)
    say(f"From {here}")
    say(f"to   {there}, where it starts stopped. The old database is not used again.")
    if not typer.confirm("Move the campaign?"):
        raise Failure("nothing was changed")


def _move(order: Move) -> Moved:
    with _bar(2 * size_of(order.source)) as on_rows:
        return move(order, on_rows)


def _finish(order: Move, number: str) -> Moved:
    moved = finish(order, number)
    if moved is None:
        with order.source.read() as connection:
            refuse_if_elsewhere(connection)
        raise Failure(f"{order.target_address} is not the database that this one was moved to")
    return moved


@contextmanager
def _bar(total: int) -> Iterator[Callable[[int], None]]:
    """Show rows that were copied and rows that were compared."""
    columns = (TextColumn("copying"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=err, transient=True) as progress:
        task = progress.add_task("copying", total=total)
        yield lambda rows: progress.advance(task, rows)


def _tell(order: Move, moved: Moved, *, as_json: bool) -> None:
    if as_json:
        print_json(
            {
                "from": order.source_address,
                "to": order.target_address,
                "rows": moved.rows,
                "sending": moved.sending,
                "stopped": True,
            }
        )
        return
    rows = counted(sum(moved.rows.values()), "row")
    say(f"Moved: {rows} in {len(moved.rows)} tables; number and content of each agree.")
    if moved.sending:
        were = counted(moved.sending, "delivery was", "deliveries were")
        say(f"{were} being sent; once the lease is over it is looked up whether they are out.")
    say(f"{order.source_address} publishes no more.")
    say(f"Write CAMPAIGN_DATABASE_URL for {order.target_address} into every environment file.")
    say("It is stopped. Start the program on it, look at `campaign status`, then lift the stop")
    say("with `campaign resume`.")
