"""Takes an entry of the schedule out: what that cancels is shown first, then done as it was shown.

Deliveries that are out, or may be, are left as they are: what people have seen is taken back by
withdrawing it, with a reason, and never by an edit of the schedule. What others have written since
the last apply has no part in it, and a post that cannot be read can still be taken out.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy import Connection, select

from campaign.apply import StalePlanError, apply, difference
from campaign.composing.entries import without_entry
from campaign.composing.folder import SCHEDULE
from campaign.composing.judging import Bench
from campaign.diff import Difference, fingerprint_of
from campaign.models import Delivery
from campaign.schedule.model import Schedule
from campaign.schedule.text import read_text
from campaign.schedule.writing import only_writer, rewritten
from campaign.states import PEOPLES_WORDS, State
from campaign.store.database import Store
from campaign.store.deliveries import Change, get_deliveries
from campaign.store.embargoes import embargoes, save_embargoes
from campaign.store.tables import DELIVERY

ENDED = frozenset({State.CANCELLED, State.WITHDRAWN, State.DECLINED, State.NO_ANSWER})
"""Nothing of it can go out any more, and nothing has to be said of it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class TakingOut:
    """What taking one entry out would do."""

    entry: str
    before: str = field(repr=False)
    after: str = field(repr=False)
    """The schedule as it stands and as it would."""
    schedule: Schedule = field(repr=False)
    """As it was applied, without the entry."""
    difference: Difference
    stays: tuple[str, ...]
    """Sentences on deliveries of the entry that nothing is done to."""

    @property
    def fingerprint(self) -> str:
        """Names exactly what was shown: the file as it stands, and every change."""
        return fingerprint_of(self.before, self.difference.to_json(), self.stays)


def propose_taking_out(
    bench: Bench, store: Store, applied: Schedule, entry: str, now: datetime
) -> TakingOut:
    """Work out what taking a post's entry out would change; nothing is written.

    Raises:
        LookupError: the schedule has no such entry.
        CannotRewriteError: the file is written in a way that cannot be changed from here.
        FaultsFound: the schedule is no YAML.
    """
    before = read_text(bench.folder / SCHEDULE)
    after = without_entry(SCHEDULE, before, entry)
    others = tuple(one for one in applied.schedule if one.name != entry)
    left = applied.model_copy(update={"schedule": others})
    with store.read() as connection:
        found = _difference(connection, left, entry, now)
        stays = _sentences(_of(connection, entry), found)
    return TakingOut(
        entry=entry, before=before, after=after, schedule=left, difference=found, stays=stays
    )


def take_out(bench: Bench, store: Store, shown: TakingOut, change: Change) -> None:
    """Write the schedule without the entry and cancel what waits of it, as it was shown.

    The file comes first: were this broken off before the deliveries follow, `campaign plan` says
    so. Raises `StalePlanError` where the file or a delivery has changed.
    """
    file = bench.folder / SCHEDULE
    with only_writer(bench.folder), store.write() as connection:
        if read_text(file) != shown.before:
            raise StalePlanError("schedule.yaml has been changed since; look at it again")
        fresh = _difference(connection, shown.schedule, shown.entry, change.at)
        kept = embargoes(connection)
        with rewritten(file, shown.after):
            apply(connection, shown.schedule, shown.difference, fresh, change)
            save_embargoes(connection, kept)


def _difference(
    connection: Connection, schedule: Schedule, entry: str, now: datetime
) -> Difference:
    """Return what of the entry is cancelled, as if nothing else were in the schedule."""
    whole = difference(connection, schedule, (), now, _of(connection, entry))
    return replace(whole, facts=(), notes=())


def _of(connection: Connection, entry: str) -> list[Delivery]:
    ids = connection.execute(select(DELIVERY.c.id).where(DELIVERY.c.entry == entry)).scalars()
    return list(get_deliveries(connection, ids.all()).values())


def _sentences(there: Sequence[Delivery], found: Difference) -> tuple[str, ...]:
    cancelled = {one.delivery for one in found.lines}
    stay = Counter(State(one.state) for one in there if one.id not in cancelled)
    return tuple(
        f"{number} {'delivery is' if number == 1 else 'deliveries are'} “{PEOPLES_WORDS[state]}” "
        f"and stay{'s' if number == 1 else ''} so: {_why(state)}."
        for state, number in sorted(stay.items())
        if state not in ENDED
    )


def _why(state: State) -> str:
    if state in {State.MISSED, State.REFUSED}:
        return "whether it is sent later or dropped is decided on its own page"
    if state == State.PUBLISHED:
        return "nothing happens to what is out; withdraw it on its own page if it has to go"
    return "it is out or may be, and nothing is done to it here"
