"""demo: the whole main job on the sample campaign, in a few minutes, with made-up numbers."""

import logging
import os
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout
from datetime import datetime
from pathlib import Path

from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from analytics.pdf import NO_PANGO
from campaign.cli.demo_pictures import write_pictures
from campaign.cli.demo_stage import Stage, set_stage
from campaign.cli.demo_story import BANNER, Story
from campaign.cli.on_approval import approve
from campaign.cli.on_partners import Answer, answer
from campaign.cli.on_plan import apply_plan
from campaign.cli.on_schedule import checked
from campaign.cli.output import counted, err, for_people, say, table, tell
from campaign.cli.session import Session, open_session
from campaign.partnering.board import board
from campaign.schedule.faults import FaultsFound
from campaign.states import PEOPLES_WORDS, State
from campaign.store.deliveries import list_deliveries
from rehearsal.world import SERVED

DECLINES = SAYS_NOTHING = 1
FEW = 3
"""How many deliveries the partner that is asked each time says no to, and never answers."""


NOT_EVERYWHERE = (State.DECLINED, State.NO_ANSWER)


def demo(folder: Path, seed: int, sample: Path | None = None) -> None:
    """Check, apply, approve, publish, collect and report the sample campaign."""
    tell(BANNER)
    with _warnings_left_to_the_story(), set_stage(folder, seed, sample) as stage:
        prepare(stage)
        with open_session(stage.place) as session:
            story = _play(stage, session)
            _summary(stage, session, story)


@contextmanager
def _warnings_left_to_the_story() -> Iterator[None]:
    """Keep the log quiet of what is told here, such as an answer that is lost on purpose."""
    publishing = logging.getLogger("campaign.publishing")
    before = publishing.level
    publishing.setLevel(logging.ERROR)
    try:
        yield
    finally:
        publishing.setLevel(before)


def prepare(stage: Stage) -> None:
    """Do what the comms team does before the first day, with the commands it uses."""
    report, _announced = checked(stage.place)
    if report.faults:
        raise FaultsFound(report.faults)
    tell(f"Checked: {counted(len(report.deliveries), 'delivery', 'deliveries')}, no faults.")
    with Path(os.devnull).open("w") as quiet, redirect_stdout(quiet):
        apply_plan(stage.place, None, "ama", yes=True)
    tell("Applied by Ama.")
    for person in _approvers(stage):
        with Path(os.devnull).open("w") as quiet, redirect_stdout(quiet):
            approve(stage.place, [], person, everything=True, yes=True)
        tell(f"Approved by {stage.schedule.people[person].name}.")
    _answer_for_partners(stage)


def _approvers(stage: Stage) -> list[str]:
    return [
        name
        for name, person in stage.schedule.people.items()
        if set(person.roles) - {"author", "partner", "reader", "admin"}
    ]


def _answer_for_partners(stage: Stage) -> None:
    """Let each partner that is asked accept what it is sent, but for one."""
    for partner, one in stage.schedule.partners.items():
        if one.consent != "accept-each":
            continue
        with open_session(stage.place) as session, session.desk.store.read() as connection:
            asked = [
                delivery.id
                for delivery in list_deliveries(connection)
                if delivery.partner == partner and delivery.state == State.AWAITING_APPROVAL
            ]
        person = _speaker(stage, partner)
        answered = asked[:-SAYS_NOTHING] if len(asked) > FEW else asked
        yes, no = answered[:-DECLINES], answered[-DECLINES:]
        with Path(os.devnull).open("w") as quiet, redirect_stdout(quiet):
            answer(stage.place, yes, Answer(partner=partner, word="yes", said=""), person)
            reason = "not for our readers"
            answer(stage.place, no, Answer(partner=partner, word="no", said=reason), person)
        silent = len(asked) - len(answered)
        tell(f"{one.name}: {len(yes)} accepted, {len(no)} declined, {silent} left unanswered.")


def _speaker(stage: Stage, partner: str) -> str | None:
    people = stage.schedule.people.items()
    return next((name for name, person in people if person.partner == partner), None)


def _play(stage: Stage, session: Session) -> Story:
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.fields[happening]}"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=err, transient=False) as progress:
        task = progress.add_task("starting", total=None, happening="")
        start = stage.clock.now()
        story = Story(
            stage=stage, session=session, on_event=_teller(progress, task, session, start)
        )
        progress.update(task, total=(story.ends_at - start).total_seconds())
        with Path(os.devnull).open("w") as quiet, redirect_stdout(quiet):
            story.play()
        progress.update(task, completed=(story.ends_at - start).total_seconds(), happening="done")
    return story


def _teller(
    progress: Progress, task: object, session: Session, start: datetime
) -> Callable[[str, datetime], None]:
    def on_event(words: str, now: datetime) -> None:
        local = now.astimezone(session.schedule.zone)
        progress.update(
            task,  # type: ignore[arg-type]  # rich's TaskID is an int by another name
            completed=(now - start).total_seconds(),
            description=f"{local:%a} {local.day} {local:%B %Y}",
            happening=words,
        )

    return on_event


def _summary(stage: Stage, session: Session, story: Story) -> None:
    with session.desk.store.read() as connection:
        deliveries = list_deliveries(connection)
    states = Counter(one.state for one in deliveries)
    found = sum(one.evidence == "found" for one in deliveries)
    sent = sum(one.evidence in {"api", "found"} for one in deliveries)
    stored = sum(len(stage.rehearsal.posts(network)) for network in SERVED)
    say("")
    table(
        ["Deliveries", "State"],
        [[str(number), PEOPLES_WORDS[State(state)]] for state, number in states.most_common()],
    )
    for post in sorted({one.post for one in deliveries if one.state in NOT_EVERYWHERE})[:3]:
        say(f"campaign board {post}: {board(session.desk.store, post).sentence}.")
    answers = counted(found, "answer was", "answers were")
    say(f"{answers} lost on the way; those posts were looked up and found, not sent again.")
    say(f"{sent} deliveries went out through the connectors; the networks hold {stored} posts.")
    last = [path for path in story.reports if path.suffix == ".html"][-1]
    say(f"The demo's clock stopped on {for_people(session.now, session.schedule.zone)}.")
    say(f"Weekly reports: {stage.reports} ({counted(len(story.reports), 'file')})")
    say(f"The last one:   {last}")
    pictures = write_pictures(stage, deliveries)
    if pictures:
        held = counted(len(pictures), "picture")
        say(f"With a partner's logo, as the networks hold them: {stage.pictures} ({held})")
    if not any(path.suffix == ".pdf" for path in story.reports):
        tell(f"No report has a PDF: {NO_PANGO}")
    say(BANNER)
