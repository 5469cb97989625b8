"""Runs migrations on the connection that `campaign.store.database` hands over."""

from typing import Any, Literal

from alembic import context
from sqlmodel import SQLModel

import campaign.models  # noqa: F401 - fills the metadata
from campaign.instants import Instant


def render_item(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    """Write our own column type as what it is in the database; leave the others to Alembic."""
    return "sa.BigInteger()" if kind == "type" and isinstance(item, Instant) else False


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=SQLModel.metadata,
    render_as_batch=True,
    render_item=render_item,
    transactional_ddl=True,
)
context.run_migrations()
