"""Puts what a backup holds into a database, in one transaction, and lets it start stopped.

Until the files are in their places too the database says that a restore is not finished, and no
command uses it. So wherever this is killed, either nothing has changed, or the same restore has to
be run once more.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, insert, inspect, select

from campaign.keeping.faults import KeepingError
from campaign.keeping.manifest import Manifest
from campaign.keeping.outdated import end_outdated
from campaign.keeping.unsure import Gap, make_unsure
from campaign.store.backends import shown_address
from campaign.store.copying import (
    be_patient,
    clear_rows,
    copy_rows,
    differing,
    fingerprints,
    renumber,
)
from campaign.store.database import Store
from campaign.store.deeds import note_deed
from campaign.store.deliveries import Change
from campaign.store.moving import OWN
from campaign.store.tables import CAMPAIGN, DELIVERY, RELOCATION, RESTORATION, STOP
from campaign.store.whereabouts import Stage


@dataclass(frozen=True, kw_only=True, slots=True)
class Order:
    """Which backup is brought back, by whom, and when."""

    number: str
    """Of this restore; the same when it is run again because it was broken off."""
    manifest: Manifest
    person: str
    at: datetime
    readable: frozenset[str]
    """Networks where a look sees a post of which nothing is noted."""

    @property
    def change(self) -> Change:
        """Who did it, when and why, as the logs have it."""
        taken = f"{self.manifest.taken_at:%Y-%m-%d %H:%M} UTC"
        return Change(who=self.person, at=self.at, why=f"restored from the backup of {taken}")


@dataclass(frozen=True, kw_only=True, slots=True)
class There:
    """What stands in a database before a restore."""

    campaign: str | None
    """None where none was ever applied."""
    title: str
    deliveries: int
    unfinished: str | None
    """The number of a restore that was broken off."""
    of_backup: str | None
    """Which backup that was of."""


def what_is_there(store: Store) -> There:
    """Look what a database holds; raise `KeepingError` where it is another program's."""
    with store.read() as connection:
        foreign = sorted(set(inspect(connection).get_table_names()) - OWN)
        others = [one for one in foreign if not one.startswith("procrastinate_")]
        if others:
            where = shown_address(str(store.engine.url))
            raise KeepingError(f"{where} holds another program's table “{others[0]}”; name another")
        campaign = connection.execute(select(CAMPAIGN.c.id, CAMPAIGN.c.title)).first()
        count = len(connection.execute(select(DELIVERY.c.id)).all())
        _refuse_where_moved(connection)
        begun = connection.execute(
            select(RELOCATION).where(RELOCATION.c.stage == Stage.RESTORING)
        ).first()
    return There(
        campaign=campaign.id if campaign else None,
        title=campaign.title if campaign else "",
        deliveries=count,
        unfinished=begun.id if begun else None,
        of_backup=begun.other if begun else None,
    )


def _refuse_where_moved(connection: Connection) -> None:
    """Refuse a database that the campaign has left, or is on its way into: two would send it."""
    moves = [Stage.LEFT, Stage.ARRIVING, Stage.COMPLETE]
    row = connection.execute(select(RELOCATION).where(RELOCATION.c.stage.in_(moves))).first()
    if row is not None:
        raise KeepingError(
            f"a move between this database and {row.other} has begun or was made; restore into "
            f"the one that the campaign is kept in, or into a new one"
        )


def restore(
    source: Store, target: Store, order: Order, on_rows: Callable[[int], None]
) -> Counter[str]:
    """Put everything in, compare it, and make it say what it cannot know; return what was done.

    Raises:
        KeepingError: what arrived is not what was sent; nothing was changed.
    """
    with source.read() as old, target.engine.begin() as new:
        be_patient(new)
        clear_rows(new)
        sent = copy_rows(old, new, on_rows)
        wrong = differing(sent, fingerprints(new, on_rows))
        if wrong:
            raise KeepingError(f"{wrong}; nothing was changed")
        renumber(new)
        return _settle_in(new, order)


def _settle_in(new: Connection, order: Order) -> Counter[str]:
    change, taken_at = order.change, order.manifest.taken_at
    new.execute(
        insert(RESTORATION).values(
            id=order.number,
            backup=order.manifest.number,
            taken_at=taken_at,
            restored_at=order.at,
            person=order.person,
        )
    )
    gap = Gap(since=taken_at, until=order.at, readable=order.readable)
    done = make_unsure(new, gap, change) + end_outdated(new, gap, change)
    _stop(new, change)
    note_deed(new, change, "restored", order.manifest.campaign)
    new.execute(delete(RELOCATION))
    new.execute(
        insert(RELOCATION).values(
            id=order.number,
            stage=Stage.RESTORING,
            other=order.manifest.number,
            person=order.person,
            at=order.at,
        )
    )
    return done


def _stop(connection: Connection, change: Change) -> None:
    """Keep every call from leaving until a person lifts it, whoever that is."""
    connection.execute(
        insert(STOP).values(
            scope="all",
            target="",
            reason=change.why,
            stopped_by="campaign",
            stopped_at=change.at,
        )
    )


def finish(target: Store, order: Order) -> None:
    """Let the database be used."""
    with target.engine.begin() as connection:
        connection.execute(delete(RELOCATION).where(RELOCATION.c.id == order.number))
