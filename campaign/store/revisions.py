"""Which tables this program works with, and which a database has.

A program that writes into tables of another version can break a promise without noticing it. So
every transaction that writes asks first, and a process whose database was upgraded ends.
"""

from pathlib import Path

from sqlalchemy import Connection, column, inspect, select, table

from campaign.store.backends import StoreError
from campaign.store.prepared import Prepared

HEAD = "0001"
"""The newest revision under `MIGRATIONS`; a test holds the two equal."""

MIGRATIONS = Path(__file__).parents[1] / "migrations"

_OWN_TABLE = table("alembic_version", column("version_num"))
_REVISION = Prepared(select(_OWN_TABLE.c.version_num))

IS_OTHER = f"SELECT 1 FROM alembic_version WHERE version_num <> '{HEAD}'"  # noqa: S608 - ours
"""For those who ask by another way than SQLAlchemy: a row means that the tables are not ours."""


class NotOursError(StoreError):
    """This process may not use the database any more; the message says why and what to do."""


class OtherVersionError(NotOursError):
    """The tables were brought to another version while this process worked."""


def revision_of(connection: Connection) -> str | None:
    """Return the revision of a database's tables; None where it has none."""
    if not inspect(connection).has_table(_OWN_TABLE.name):
        return None
    return connection.execute(select(_OWN_TABLE.c.version_num)).scalar()


def refuse_if_other_version(connection: Connection) -> None:
    """Raise `OtherVersionError` where the tables are no longer those that this program knows."""
    found = [one.version_num for one in _REVISION.rows(connection, {})]
    if found != [HEAD]:
        raise OtherVersionError(
            f"the database was upgraded to revision {', '.join(found) or 'none'} while this ran, "
            f"and this program knows {HEAD}; start it again with the Campaign Desk that did it"
        )
