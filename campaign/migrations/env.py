"""Runs migrations on the connection that `campaign.store.database` hands over."""

from typing import Any, Literal

from alembic import context
from sqlmodel import SQLModel

import campaign.models
import campaign.models_audit
import campaign.models_changes
import campaign.models_keeping
import campaign.models_links
import campaign.models_partner_links
import campaign.models_partners
import campaign.models_people
import campaign.models_reports
import campaign.models_sign_in  # noqa: F401 - they fill the metadata
from campaign.instants import Instant


def column_type(kind: str, column: Any, _context: Any) -> str | Literal[False]:
    """Write our own column type as what it is in the database; leave the others to Alembic."""
    return "sa.BigInteger()" if kind == "type" and isinstance(column, Instant) else False


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=SQLModel.metadata,
    render_as_batch=True,
    render_item=column_type,
    transactional_ddl=True,
)
context.run_migrations()
