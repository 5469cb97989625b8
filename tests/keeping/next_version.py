"""The program of a next version, whose tables differ: our migrations, and one made by the tests.

    python -m tests.keeping.next_version MIGRATIONS POINT ARGS

runs `campaign ARGS` as that version and dies at a point of the upgrade; `nowhere` for never.
Nothing of ours is patched but which revision it knows.
"""

import logging
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event

from campaign.store import revisions
from tests.keeping.dying import die, die_at

NEXT = "0002"
MIGRATION = """\
import time

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def add_table():
    op.create_table(
        "made_up",
        sa.Column("delivery_id", sa.String(), sa.ForeignKey("delivery.id"), primary_key=True),
        sa.Column("words", sa.String(), nullable=False),
    )
    op.execute("INSERT INTO made_up (delivery_id, words) SELECT id, post FROM delivery")


def upgrade():
    add_table()
    for table, key in (("delivery", "id"), ("move", "why")):
        with op.batch_alter_table(table) as batch_op:
            batch_op.add_column(sa.Column("size", sa.Integer(), nullable=True))
        op.execute(f"UPDATE {table} SET size = length({key})")
        with op.batch_alter_table(table) as batch_op:
            batch_op.alter_column(
                "size", existing_type=sa.Integer(), nullable=False, server_default="0"
            )
    time.sleep(WAITS_S)
"""
"""Adds a table and, to two that have rows, a column each, filled from what stands there. The one is
pointed to by others, so that SQLite has to build it anew under their feet; the other is a log."""

POINTS = {
    "copying": ("sqlite3.connect", ".partial"),
    "naming": ("os.rename", ".partial"),
    "adding": ("statement", "INSERT INTO made_up"),
    "rebuilding": ("statement", "ALTER TABLE _alembic_tmp_delivery RENAME"),
    "filling": ("statement", "UPDATE move SET size"),
    "guarding": ("statement", "CREATE"),
    "committing": ("commit", ""),
    "telling": ("log", "upgraded"),
}


def write_migrations(folder: Path, more: str = MIGRATION, *, waits_s: float = 0.0) -> Path:
    """Copy our migrations into a folder, with one more."""
    to = folder / "migrations"
    shutil.copytree(
        revisions.MIGRATIONS, to, ignore=shutil.ignore_patterns("__pycache__"), dirs_exist_ok=True
    )
    (to / "versions" / "0002_made_up.py").write_text(f"WAITS_S = {waits_s}\n{more}", "utf-8")
    return to


def become(patch: pytest.MonkeyPatch, migrations: Path) -> None:
    """Let the program in this process be the next version until the end of the test."""
    patch.setattr(revisions, "MIGRATIONS", migrations)
    old = revisions.HEAD
    for name, module in list(sys.modules.items()):
        if name.startswith("campaign.") and getattr(module, "HEAD", None) == old:
            patch.setattr(module, "HEAD", NEXT)
        if name == "campaign.store.upgrading":
            patch.setattr(module, "MIGRATIONS", migrations)


def die_at_point(kind: str, words: str) -> None:
    """Die at the first statement, commit, line of the log or event of Python's that is meant."""

    def on_statement(_c: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if statement.strip().startswith(words):
            die()

    def on_commit(connection: Any) -> None:
        if not connection.get_execution_options().get("reads_only"):
            die()

    def on_line(line: logging.LogRecord) -> bool:
        return die() if words in line.getMessage() else True

    if kind == "statement":
        event.listen(Engine, "before_cursor_execute", on_statement)
    elif kind == "commit":
        event.listen(Engine, "commit", on_commit)
    elif kind == "log":
        logging.getLogger("campaign").addFilter(on_line)
    else:
        die_at(kind, words, 1)


def main(migrations: str, point: str, *arguments: str) -> None:
    """Be the next version, and die."""
    revisions.IS_OTHER = revisions.IS_OTHER.replace(revisions.HEAD, NEXT)
    revisions.HEAD, revisions.MIGRATIONS = NEXT, Path(migrations)
    # Only now: whatever is imported from here on knows the next version alone.
    from campaign.cli.app import app  # noqa: PLC0415 - see above
    from campaign.cli.failures import guarded  # noqa: PLC0415 - see above

    if point in POINTS:
        die_at_point(*POINTS[point])
    sys.exit(guarded(lambda: app(list(arguments), prog_name="campaign")))


if __name__ == "__main__":
    main(*sys.argv[1:])
