"""What posts are about: kept as it was applied, so that no edit of a file changes what is stopped.

A post that leaves the schedule keeps its theme, since what is left of it still has one.
"""

from collections.abc import Collection, Mapping

from sqlalchemy import Connection, Select, bindparam, delete, select

from campaign.store.backends import insert
from campaign.store.prepared import Prepared
from campaign.store.tables import POST_THEME

_THEMES = Prepared(
    select(POST_THEME.c.post, POST_THEME.c.theme).where(
        POST_THEME.c.post.in_(bindparam("posts", expanding=True))
    )
)


def save_themes(connection: Connection, wanted: Mapping[str, str]) -> None:
    """Keep the themes of these posts; an empty one says that a post has none any more."""
    none = [post for post, theme in wanted.items() if not theme]
    if none:
        connection.execute(delete(POST_THEME).where(POST_THEME.c.post.in_(none)))
    rows = [{"post": post, "theme": theme} for post, theme in wanted.items() if theme]
    if rows:
        fresh = insert(connection, POST_THEME)
        statement = fresh.on_conflict_do_update(
            index_elements=["post"], set_={"theme": fresh.excluded.theme}
        )
        connection.execute(statement, rows)


def themes(connection: Connection) -> dict[str, str]:
    """Return the theme of every post that has one."""
    return {row.post: row.theme for row in connection.execute(select(POST_THEME))}


def known_themes(connection: Connection) -> list[str]:
    """Return every theme that a post has, in the order of the alphabet."""
    query = select(POST_THEME.c.theme).distinct().order_by(POST_THEME.c.theme)
    return list(connection.execute(query).scalars())


def themes_of_posts(connection: Connection, posts: Collection[str]) -> dict[str, str]:
    """Return the themes of those of some posts that have one."""
    return {row.post: row.theme for row in _THEMES.rows(connection, {"posts": sorted(posts)})}


def posts_about(theme: str) -> Select[tuple[str]]:
    """Return the question which posts are about a theme, for use inside another."""
    return select(POST_THEME.c.post).where(POST_THEME.c.theme == theme)
