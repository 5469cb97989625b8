"""Sends one post for approval: the plan of that post alone is shown, then done as it was shown.

What others have written since the last apply stays where it is, in the files and in the database.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime

from campaign.apply import StalePlanError
from campaign.composing.alone import Alone, planned_alone, with_own_entries, without_post
from campaign.composing.folder import POST, SCHEDULE, Opened, open_post, written_out
from campaign.composing.judging import Bench, Finding, Judgement, judge
from campaign.composing.part_of_plan import Part, apply_part, difference_of
from campaign.composing.places import FORM
from campaign.composing.stand_ins import read_others
from campaign.diff import Difference, fingerprint_of
from campaign.schedule.model import Schedule
from campaign.schedule.reading import PlacedSchedule
from campaign.schedule.tree import read_tree
from campaign.schedule.writing import only_writer, rewritten
from campaign.store.database import Store
from campaign.store.deliveries import Change


class CannotSendError(Exception):
    """Something has to be mended first; `findings` say what."""

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        self.findings = findings
        super().__init__("; ".join(one.sentence for one in findings))


@dataclass(frozen=True, kw_only=True, slots=True)
class Submission:
    """What sending a post for approval would do."""

    opened: Opened
    text: str = field(repr=False)
    """post.md as it would stand: no draft any more."""
    part: Part = field(repr=False)
    difference: Difference
    judgement: Judgement = field(repr=False)

    @property
    def fingerprint(self) -> str:
        """Names exactly what was shown: the files as they stand, and every change."""
        return fingerprint_of(self.opened.mark, self.difference.to_json())


def propose_sending(
    bench: Bench, store: Store, applied: Schedule, post: str, now: datetime
) -> Submission:
    """Work out what sending a post would change; nothing is written.

    Raises:
        CannotSendError: something of it blocks, or it fits in nowhere.
        FaultsFound, NoSuchPostError: its files cannot be read.
    """
    opened = open_post(bench.folder, post)
    ready = replace(opened.manuscript, draft=False)
    judgement = judge(bench, opened, ready)
    report = judgement.report
    if judgement.blocked or report is None or report.schedule is None:
        raise CannotSendError(tuple(one for one in judgement.findings if one.blocks))
    text, schedule_text = written_out(opened, ready)
    merged = with_own_entries(applied, report.schedule, post)
    with store.read() as connection:
        alone = planned_alone(
            bench,
            PlacedSchedule(merged, read_tree(SCHEDULE, schedule_text)),
            report.posts[post],
            read_others(connection),
            before=without_post(merged, post),
        )
        _check_fits(post, alone)
        part = Part(post=post, applied=applied, schedule=merged, deliveries=alone.deliveries)
        found = difference_of(connection, part, now)
    return Submission(opened=opened, text=text, part=part, difference=found, judgement=judgement)


def send(bench: Bench, store: Store, submission: Submission, change: Change) -> None:
    """Write that the post is ready and apply it alone, as it was shown.

    The file comes first: were this broken off before the deliveries follow, sending it again does
    the rest. Raises `StalePlanError` where the files or a delivery have changed.
    """
    opened = submission.opened
    file = bench.folder / "posts" / opened.post / POST
    with only_writer(bench.folder), store.write() as connection:
        if open_post(bench.folder, opened.post).mark != opened.mark:
            message = "the post has been changed since; look at it again"
            raise StalePlanError(message)
        with rewritten(file, submission.text):
            apply_part(connection, submission.part, submission.difference, change)


def _check_fits(post: str, alone: Alone) -> None:
    pushed = dict.fromkeys(one.post for _, one in alone.displaced)
    sentences = [*alone.objections, *(_pushed(name) for name in pushed)]
    if not alone.deliveries and not sentences:
        sentences = [f"“{post}” has no time yet, so it would go nowhere: say when and where first"]
    if sentences:
        findings = (Finding(field=FORM, sentence=one, blocks=True) for one in sentences)
        raise CannotSendError(tuple(findings))


def _pushed(name: str) -> str:
    """Say that a post would have to wait for another slot, as it is not this one's to be moved."""
    return (
        f"it would take the slot of “{name}”; put it at the end of its queue, or apply the whole "
        f"schedule"
    )
