"""The files of posts: the bytes of small ones in their row, those of larger ones in parts."""

from sqlalchemy import LargeBinary
from sqlmodel import Field, SQLModel


class MediaRow(SQLModel, table=True):
    """A picture, video, document or caption file, by the SHA-256 of its bytes."""

    __tablename__ = "media"
    sha256: str = Field(primary_key=True)
    media_type: str
    size: int
    """Bytes."""
    content: bytes | None = Field(default=None, sa_type=LargeBinary)
    """None where the file is larger than one part: then they stand in `media_part`."""


class MediaPart(SQLModel, table=True):
    """Some bytes of a large file: every part but the last has `campaign.store.media.PART`."""

    __tablename__ = "media_part"
    media: str = Field(primary_key=True, foreign_key="media.sha256")
    number: int = Field(primary_key=True)
    """Counted from 0, in the order of the file."""
    sha256: str
    """Of this part alone, looked at whenever it is read."""
    content: bytes = Field(sa_type=LargeBinary)
