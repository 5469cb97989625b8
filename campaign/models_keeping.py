"""The table of restores: what the database was made anew from, by whom, and when."""

from datetime import datetime

from sqlmodel import Field, SQLModel


class Restoration(SQLModel, table=True):
    """One restore of the whole campaign from a backup."""

    __tablename__ = "restoration"
    id: str = Field(primary_key=True)
    """Made anew by every restore."""
    backup: str
    """The number of the backup, which stands in its manifest."""
    taken_at: datetime
    """When the backup was begun: whatever was done after it is not known here."""
    restored_at: datetime
    person: str
