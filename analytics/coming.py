"""What goes out in the week after the report's: by day and post, for people who plan around it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from analytics.due import Due
from analytics.numbers import as_words, count_of, joined
from analytics.weeks import Week
from campaign.states import PEOPLES_WORDS, State

FINE = frozenset({State.PLANNED, State.PUBLISHED, State.SENDING, State.WITH_PARTNER})
"""States that want nobody's word before the post's time."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Coming:
    """One post on one day of the next week."""

    day_on: date
    post: str
    channels: int
    states: tuple[tuple[str, int], ...]
    """How many of its deliveries stand in a state that wants somebody's word."""

    @property
    def words(self) -> str:
        """For example `Tue 12: Law helps you share, 5 channels (2 waiting for approval)`."""
        day = f"{self.day_on:%a} {self.day_on.day} {self.day_on:%B}"
        waiting = [f"{number} {PEOPLES_WORDS[State(one)].lower()}" for one, number in self.states]
        note = f" ({joined(waiting)})" if waiting else ""
        where = count_of(self.channels, "channel", "channels")
        return f"{day}: {as_words(self.post, 40)}, {where}{note}"


def coming(due: Sequence[Due], week: Week) -> tuple[Coming, ...]:
    """List what is due in the next week, day by day and post by post."""
    found: dict[tuple[date, str], list[Due]] = {}
    for one in due:
        day = one.due_at.astimezone(week.zone).date()
        found.setdefault((day, one.post), []).append(one)
    return tuple(
        Coming(
            day_on=day,
            post=post,
            channels=len(of_post),
            states=tuple(
                sorted(Counter(str(one.state) for one in of_post if one.state not in FINE).items())
            ),
        )
        for (day, post), of_post in found.items()
    )
