"""Whether a campaign is kept in this database, or was moved to another one.

A campaign that stood in two databases would be sent twice. So a database that was moved away, or
that a move has not filled to the end, is used by nobody: every command asks here first, and so
does every transaction that writes more than one delivery's own row.
"""

from enum import StrEnum

from sqlalchemy import Connection, select

from campaign.store.revisions import NotOursError
from campaign.store.tables import RELOCATION


class Stage(StrEnum):
    """How far a move has come, as one of the two databases knows it."""

    LEAVING = "leaving"
    """The old one, which is still in use: nothing is lost if the move ends here."""
    ARRIVING = "arriving"
    """The new one, while it is filled."""
    COMPLETE = "complete"
    """The new one holds everything, but the old one may not know that yet."""
    LEFT = "left"
    """The old one: the campaign is kept elsewhere."""
    ARRIVED = "arrived"
    """The new one, from then on."""
    RESTORING = "restoring"
    """A database that a backup was put into, until the files are in their places as well."""
    KEPT = "kept"
    """The copy that an upgrade has kept of what it changed."""


_USED_BY_NOBODY = [one for one in Stage if one not in (Stage.LEAVING, Stage.ARRIVED)]

HAS_LEFT = f"SELECT 1 FROM {RELOCATION.name} WHERE stage = '{Stage.LEFT}'"  # noqa: S608 - ours
"""For those who ask by another way than SQLAlchemy: a row means that the campaign has left."""


class ElsewhereError(NotOursError):
    """The campaign is not kept in this database; the message says where it is."""


def refuse_if_elsewhere(connection: Connection) -> None:
    """Raise `ElsewhereError` where this database is not the one the campaign is kept in."""
    query = select(RELOCATION).where(RELOCATION.c.stage.in_(_USED_BY_NOBODY))
    row = connection.execute(query).first()
    if row is None:
        return
    if row.stage == Stage.LEFT:
        raise ElsewhereError(
            f"this campaign was moved to {row.other} by {row.person} on "
            f"{row.at:%d %B %Y, %H:%M} UTC; write that address into CAMPAIGN_DATABASE_URL"
        )
    if row.stage == Stage.KEPT:
        raise ElsewhereError(
            f"this is a copy that was kept when {row.other} was upgraded, and knows nothing of "
            f"what went out since; `campaign restore` brings it back so that nothing goes out twice"
        )
    if row.stage == Stage.RESTORING:
        raise ElsewhereError(
            "a restore into this database was not finished; run the same `campaign restore` again"
        )
    raise ElsewhereError(
        f"a move from {row.other} into this database was not finished; run "
        f"`campaign move-database` there again"
    )
