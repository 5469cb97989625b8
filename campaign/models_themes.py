"""The table of what posts are about, as it was last applied."""

from sqlmodel import Field, SQLModel


class PostTheme(SQLModel, table=True):
    """What one post is about; a stop by theme goes by this, and never by a file."""

    __tablename__ = "post_theme"
    post: str = Field(primary_key=True)
    theme: str = Field(index=True)
    """As `campaign.content.themes.theme_key` writes it, so that two spellings are one theme."""
