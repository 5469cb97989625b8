"""The columns of the calendar as a table, and what becomes of each when it is read back.

Four of them say when what goes where, and are taken into `schedule.yaml`. The rest shows what
stands elsewhere. The team's planning sheets have columns that nothing here keeps; they are there,
empty, so that a sheet keeps its shape, and a filled one is refused and not lost in silence.
"""

CHANGE, ENTRY, POST, ACCOUNT, TIME = (
    "change",
    "entry",
    "post",
    "account",
    "local date and time",
)
ID, STATUS = "id", "status"
REMOVE = "remove"
"""What `change` says of a row that is to go; everything else in that column is refused."""

COLUMNS = (
    CHANGE, ID, ENTRY, "campaign", POST, "theme", "sector", "audience", "objective", "key message",
    "source fact", "network", ACCOUNT, "handle", "language", "variant text", "character count",
    "media file", "alt text", "captions file", "link", "UTM preview", "hashtag", TIME, "zone",
    "embargo until", "expires at", STATUS, "author", "approver", "legal needed", "partner set",
    "boost budget and code", "evergreen", "reply owner", "sensitivity", "permalink",
    "evidence level", "notes",
)  # fmt: skip
TAKEN = frozenset({CHANGE, ENTRY, POST, ACCOUNT, TIME})
"""Read back from the file."""
MOVES_BY_ITSELF = frozenset({STATUS, "author", "approver", "permalink", "evidence level"})
"""May have changed since the file was written, and says nothing of the schedule."""
KEPT_NOWHERE = frozenset(
    {
        "audience",
        "objective",
        "key message",
        "source fact",
        "expires at",
        "boost budget and code",
        "reply owner",
        "sensitivity",
    }
)
Cells = dict[str, str]
"""One row by column; what is not there is empty."""
