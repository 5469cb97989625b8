"""Lets the database itself refuse that a log is changed: triggers on every table that only grows.

They are no part of the migrations, which Alembic makes from the models. They are put in place
whenever the tables are brought up to date, and taken away only while a campaign moves in.
"""

from sqlalchemy import Connection

from campaign.store.backends import SQLITE

LOGS = ("move", "deed", "seal", "tombstone")
WORDS = "the log is only ever appended to"


def guard(connection: Connection) -> None:
    """Have the database refuse to change or delete a line of a log."""
    for table in LOGS:
        for statement in _guarding(connection.dialect.name, table):
            connection.exec_driver_sql(statement)


def unguard(connection: Connection) -> None:
    """Let the logs be cleared within this transaction, which has to guard them again."""
    on_sqlite = connection.dialect.name == SQLITE
    for table in LOGS:
        for word in ("update", "delete"):
            on = "" if on_sqlite else f" ON {table}"
            connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {table}_no_{word}{on}")


def _guarding(dialect: str, table: str) -> list[str]:
    if dialect == SQLITE:
        return [
            f"CREATE TRIGGER IF NOT EXISTS {table}_no_{word} BEFORE {word.upper()} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{WORDS}'); END"
            for word in ("update", "delete")
        ]
    refuse = (
        "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{WORDS}'; END $$"
    )
    return [
        refuse,
        *(
            f"CREATE OR REPLACE TRIGGER {table}_no_{word} BEFORE {word.upper()} ON {table} "
            f"FOR EACH {each} EXECUTE FUNCTION refuse_change()"
            for word, each in (("update", "ROW"), ("delete", "ROW"), ("truncate", "STATEMENT"))
        ),
    ]
