"""Moves an entry of the schedule: what that changes is shown first, then done as it was shown.

Only the entry and what gives way to it is planned, beside everything that is applied: what others
have written since the last apply stays where it is, in the files and in the database. Before it is
done the whole folder is checked and planned as it would stand, and has to agree.
"""

from dataclasses import dataclass, field
from datetime import datetime

from pydantic import ValidationError
from sqlalchemy import Connection

from campaign.apply import StalePlanError
from campaign.checks.own import faults_of_part
from campaign.checks.report import Report, check
from campaign.composing.alone import planned_alone
from campaign.composing.entries import name_of_entry
from campaign.composing.folder import SCHEDULE
from campaign.composing.giving_way import giving_way
from campaign.composing.judging import Bench
from campaign.composing.part_of_plan import Part, apply_part, difference_of
from campaign.composing.stand_ins import read_others
from campaign.content.post import Post
from campaign.content.reading import read_post
from campaign.diff import Difference, fingerprint_of
from campaign.planning.delivery import PlannedDelivery
from campaign.schedule.faults import FaultsFound
from campaign.schedule.known import known_in
from campaign.schedule.model import Schedule, SingleEntry
from campaign.schedule.reading import PlacedSchedule, place_schedule
from campaign.schedule.rewriting import CannotRewriteError, with_time
from campaign.schedule.text import read_text
from campaign.schedule.tree import Tree, read_tree
from campaign.schedule.writing import only_writer, rewritten
from campaign.store.database import Store
from campaign.store.deliveries import Change


@dataclass(frozen=True, slots=True)
class NewTime:
    """What somebody wants: an entry at another local time, as the file would say it."""

    entry: str
    at: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Moving:
    """What moving an entry would do."""

    wanted: NewTime
    before: str = field(repr=False)
    after: str = field(repr=False)
    """schedule.yaml as it stands and as it would."""
    part: Part = field(repr=False)
    difference: Difference

    @property
    def fingerprint(self) -> str:
        """Names exactly what was shown: the file as it would be, and every change."""
        return fingerprint_of(self.after, self.difference.to_json())


def propose_moving(
    bench: Bench, store: Store, applied: Schedule, wanted: NewTime, now: datetime
) -> Moving:
    """Work out what moving an entry to another local time would change; nothing is written.

    Raises:
        CannotRewriteError: it has no time of its own, or something has to be done first.
        FaultsFound: it does not fit in there, or its post has to be mended.
    """
    before = read_text(bench.folder / SCHEDULE)
    after = with_time(SCHEDULE, before, wanted.entry, wanted.at)
    tree = read_tree(SCHEDULE, before)
    moved = _moved(tree, after, wanted)
    placed = PlacedSchedule(_with_entry(applied, moved), tree)
    with store.read() as connection:
        part = _part(bench, connection, applied, placed, moved.post)
        found = difference_of(connection, part, now)
    return Moving(wanted=wanted, before=before, after=after, part=part, difference=found)


def move(bench: Bench, store: Store, moving: Moving, change: Change) -> None:
    """Write the file and apply the move, where nothing has changed since it was proposed.

    The file comes first: were this broken off before the deliveries follow, `campaign plan` says
    so, and nothing goes out at a time that stands nowhere.

    Raises:
        FaultsFound: the whole folder, as it would stand, is not fit to be applied.
        StalePlanError: the files or a delivery have changed, or others' edits change the move.
    """
    _check_with_everything(moving, _checked(bench, moving.after))
    file = bench.folder / SCHEDULE
    with only_writer(bench.folder), store.write() as connection:
        if read_text(file) != moving.before:
            raise StalePlanError("schedule.yaml has been changed since; look at the plan again")
        with rewritten(file, moving.after):
            apply_part(connection, moving.part, moving.difference, change)


def _part(
    bench: Bench, connection: Connection, applied: Schedule, placed: PlacedSchedule, name: str
) -> Part:
    """Plan the moved entry's post, and what gives way to it."""
    post = _post(bench, name)
    alone = planned_alone(bench, placed, post, read_others(connection), before=applied)
    faults = [placed.tree.fault(("schedule",), one) for one in alone.objections]
    faults += faults_of_part(placed, post, bench.networks, alone.deliveries, bench.ask)
    if faults:
        raise FaultsFound(faults)
    others = giving_way(connection, placed.schedule, alone.displaced)
    return Part(
        post=post.id,
        applied=applied,
        schedule=placed.schedule,
        deliveries=(*alone.deliveries, *others),
    )


def _checked(bench: Bench, text: str) -> Report:
    report = check(bench.folder, bench.networks, bench.ask, schedule_text=text)
    if report.faults or report.schedule is None:
        raise FaultsFound(report.faults)
    return report


def _check_with_everything(moving: Moving, report: Report) -> None:
    """Compare what was shown with a plan of everything that stands in the files by now."""
    whole = {one.id: one for one in report.deliveries}
    for line in moving.difference.lines:
        mine, there = moving.difference.wanted.get(line.delivery), whole.get(line.delivery)
        if _agree(mine, there, moving.part.post):
            continue
        raise StalePlanError(
            f"what others have written in the files, and nobody has applied yet, changes "
            f"{line.delivery} as well; run `campaign plan` and `campaign apply` first"
        )


def _agree(mine: PlannedDelivery | None, there: PlannedDelivery | None, post: str) -> bool:
    """Whether both come to the same; of other posts only the time is moved, not the wording."""
    if mine is None or there is None:
        return mine is there
    says_so = mine.payload.content_hash == there.payload.content_hash
    when = (mine.due_at, mine.follows) == (there.due_at, there.follows)
    return when and (says_so or mine.post != post)


def _moved(tree: Tree, after: str, wanted: NewTime) -> SingleEntry:
    """Return the entry as the file would have it."""
    listed = [one for one in tree.value["schedule"] if isinstance(one, dict)]
    entry = next(one for one in listed if name_of_entry(one) == wanted.entry)
    try:
        known = {"known": known_in(tree.value, None)}
        return SingleEntry.model_validate(entry | {"at": wanted.at}, context=known)
    except ValidationError as error:
        place_schedule(SCHEDULE, after, posts=None)  # says what is wrong, and where
        raise CannotRewriteError(f"“{wanted.at}” is no time for “{wanted.entry}”") from error


def _with_entry(applied: Schedule, moved: SingleEntry) -> Schedule:
    before = next((one for one in applied.schedule if one.name == moved.name), None)
    if not isinstance(before, SingleEntry) or before.post != moved.post:
        message = f"“{moved.name}” is another entry in the file by now; apply the schedule first"
        raise CannotRewriteError(message)
    listed = tuple(moved if one is before else one for one in applied.schedule)
    return applied.model_copy(update={"schedule": listed})


def _post(bench: Bench, name: str) -> Post:
    post = read_post(bench.folder / "posts" / name)
    if post.draft:
        message = f"“{name}” is a draft: change its time on its own page, where it is sent from"
        raise CannotRewriteError(message)
    return post
