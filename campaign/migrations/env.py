"""Runs migrations on the connection that `campaign.store.database` hands over."""

from alembic import context
from sqlmodel import SQLModel

import campaign.models
import campaign.models_reports  # noqa: F401 - both fill the metadata

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=SQLModel.metadata,
    render_as_batch=True,
    transactional_ddl=True,
)
context.run_migrations()
