"""Sends one post for approval: the plan of that post alone is shown, then done as it was shown.

What others have written since the last apply stays where it is, in the files and in the database.
"""

import hashlib
import json
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy import Connection, select

from campaign.apply import StalePlanError, apply, difference, embargoes_of
from campaign.composing.alone import Alone, planned_alone
from campaign.composing.folder import POST, SCHEDULE, Opened, open_post, written_out
from campaign.composing.judging import Bench, Finding, Judgement, judge
from campaign.composing.places import FORM
from campaign.diff import Difference
from campaign.schedule.model import Schedule
from campaign.schedule.reading import place_schedule
from campaign.schedule.writing import as_bytes, only_writer, write_whole
from campaign.store.database import Store
from campaign.store.deliveries import Change, get_deliveries
from campaign.store.embargoes import embargoes, save_embargoes
from campaign.store.tables import DELIVERY


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
    alone: Alone = field(repr=False)
    difference: Difference
    judgement: Judgement = field(repr=False)

    @property
    def fingerprint(self) -> str:
        """Names exactly what was shown: the files as they stand, and every change."""
        shown = json.dumps([self.opened.mark, self.difference.to_json()], ensure_ascii=False)
        return hashlib.sha256(shown.encode()).hexdigest()


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
    placed = place_schedule(SCHEDULE, schedule_text, posts=None)
    with store.read() as connection:
        alone = planned_alone(bench, applied, placed, report.posts[post], embargoes(connection))
        _check_fits(post, alone)
        found = _difference(connection, post, alone, now)
    return Submission(opened=opened, text=text, alone=alone, difference=found, judgement=judgement)


def send(bench: Bench, store: Store, submission: Submission, change: Change) -> None:
    """Write that the post is ready and apply it alone, as it was shown.

    The file comes first: were this broken off before the deliveries follow, sending it again does
    the rest. Raises `StalePlanError` where the files or a delivery have changed.
    """
    opened, alone = submission.opened, submission.alone
    file = bench.folder / "posts" / opened.post / POST
    with only_writer(bench.folder), store.write() as connection:
        if open_post(bench.folder, opened.post).mark != opened.mark:
            message = "the post has been changed since; look at it again"
            raise StalePlanError(message)
        fresh = _difference(connection, opened.post, alone, change.at)
        before, others = file.read_bytes(), embargoes(connection)
        if submission.text != opened.text:
            write_whole(file, as_bytes(submission.text, before))
        try:
            apply(connection, alone.schedule, submission.difference, fresh, change)
            others.pop(opened.post, None)
            save_embargoes(connection, others | embargoes_of(alone.deliveries))
        except Exception:
            write_whole(file, before)
            raise


def _check_fits(post: str, alone: Alone) -> None:
    sentences = list(alone.objections)
    if not alone.deliveries and not sentences:
        sentences = [f"“{post}” has no time yet, so it would go nowhere: say when and where first"]
    if sentences:
        findings = (Finding(field=FORM, sentence=one, blocks=True) for one in sentences)
        raise CannotSendError(tuple(findings))


def _difference(connection: Connection, post: str, alone: Alone, now: datetime) -> Difference:
    """Return the part of the plan that is this post's."""
    query = select(DELIVERY.c.id).where(DELIVERY.c.post == post)
    ours = {*connection.execute(query).scalars(), *(one.id for one in alone.deliveries)}
    stored = list(get_deliveries(connection, sorted(ours)).values())
    whole = difference(connection, alone.schedule, alone.deliveries, now, stored)
    return replace(
        whole,
        facts=tuple(one for one in whole.facts if f"“{post}”" in one),
        lines=tuple(line for line in whole.lines if line.delivery in ours),
        frozen=tuple(one for one in whole.frozen if one.split(" ", 1)[0] in ours),
        wanted={one.id: one for one in alone.deliveries},
    )
