"""What there is to say about a post while it is written: findings by field, and what is sent.

The very functions judge and compose here that check a whole campaign and that send: nothing is
counted or worded twice. Only this post is read, and the schedule as it would stand.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from campaign.checks.preview import preview_rows
from campaign.checks.report import AskLimits, Networks, Report, ask_nobody, check
from campaign.composing.entries import entries_of
from campaign.composing.folder import POST, SCHEDULE, Opened, written_out
from campaign.composing.manuscript import Manuscript
from campaign.composing.places import FORM, field_of_entry, field_of_front, field_of_post
from campaign.composing.workbench import read_as
from campaign.content.post import Post
from campaign.posting_prices import posting_price
from campaign.schedule.faults import Fault, FaultsFound
from campaign.schedule.rewriting import CannotRewriteError
from campaign.schedule.tree import read_tree


@dataclass(frozen=True, kw_only=True, slots=True)
class Bench:
    """A campaign's folder, and what a post in it is judged by."""

    folder: Path
    networks: Networks
    ask: AskLimits = ask_nobody


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """One thing to say about one field."""

    field: str
    """Its id in the form; `FORM` for what belongs to none."""
    sentence: str
    blocks: bool
    """Whether it has to be mended before the post can be sent for approval."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Preview:
    """What one or several channels would send, letter by letter."""

    channels: tuple[str, ...]
    network: str
    text: str
    length: int
    limit: int
    unit: str
    announced: bool
    """Whether the limit is what the server says; else it is the documented one."""
    form: str
    link: str | None
    media: tuple[dict[str, Any], ...]
    problems: tuple[str, ...]
    price: int | None
    """Millionths of a dollar for one channel; None where posting costs nothing."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Judgement:
    """What was found, and what would be sent."""

    findings: tuple[Finding, ...] = ()
    previews: tuple[Preview, ...] = ()
    report: Report | None = field(default=None, repr=False)

    @property
    def blocked(self) -> bool:
        """Whether something has to be mended first."""
        return any(one.blocks for one in self.findings)

    def of(self, name: str) -> tuple[Finding, ...]:
        """Return what there is to say about a field."""
        return tuple(one for one in self.findings if one.field == name)


def judge(bench: Bench, opened: Opened, wanted: Manuscript) -> Judgement:
    """Judge a post as it is typed, as if it were ready; nothing is written."""
    ready = replace(wanted, draft=False)
    try:
        text, schedule_text = written_out(opened, ready)
    except CannotRewriteError as error:
        return Judgement(findings=(Finding(field=FORM, sentence=str(error), blocks=True),))
    except FaultsFound as error:
        return Judgement(findings=tuple(_of_form(error.faults)))
    try:
        post = read_as(bench.folder, opened.post, text)
    except FaultsFound as error:
        return Judgement(findings=tuple(_of_post(error.faults, text, blocks=True)))
    report = check(
        bench.folder,
        bench.networks,
        bench.ask,
        schedule_text=schedule_text,
        read=lambda _: ({opened.post: post}, []),
    )
    findings = [
        *_findings(report.faults, post, text, schedule_text, blocks=True),
        *_findings(report.warnings, post, text, schedule_text, blocks=False),
    ]
    previews = tuple(_previews(bench, report, opened.post, wanted))
    return Judgement(findings=tuple(findings), previews=previews, report=report)


def _of_form(faults: Sequence[Fault]) -> Iterator[Finding]:
    """Yield what is wrong with a text that could not even be written out."""
    for one in faults:
        yield Finding(field=FORM, sentence=one.message, blocks=True)


def _findings(
    faults: Sequence[Fault], post: Post, text: str, schedule_text: str, *, blocks: bool
) -> Iterator[Finding]:
    ours = [one for one in faults if one.file == post.tree.file]
    yield from _of_post(ours, text, blocks=blocks)
    schedule = [one for one in faults if Path(one.file).name == SCHEDULE]
    if schedule:
        yield from _of_schedule(schedule, schedule_text, post.id, blocks=blocks)


def _of_post(faults: Sequence[Fault], text: str, *, blocks: bool) -> Iterator[Finding]:
    for one in faults:
        if Path(one.file).name == POST:
            about = field_of_front(one.about) if one.about else FORM
            name = field_of_post(text, one.line, one.column) if about == FORM else about
            yield Finding(field=name, sentence=one.message, blocks=blocks)


def _of_schedule(
    faults: Sequence[Fault], text: str, post: str, *, blocks: bool
) -> Iterator[Finding]:
    """Yield what is said of the post's own entries; what is wrong elsewhere is others' to mend."""
    try:
        tree = read_tree(SCHEDULE, text)
    except FaultsFound as error:
        sentence = f"schedule.yaml has to be mended first: {error.faults[0].message}"
        yield Finding(field=FORM, sentence=sentence, blocks=blocks)
        return
    places = [place for place, _ in entries_of(tree.value, post)]
    for one in faults:
        name = field_of_entry(tree, places, one.line, one.column)
        if name is not None:
            yield Finding(field=name, sentence=one.message, blocks=blocks)


def _previews(bench: Bench, report: Report, post: str, wanted: Manuscript) -> Iterator[Preview]:
    if report.schedule is None:
        return
    send_to = wanted.when.send_to if wanted.when else ()
    chosen = report.schedule.channels_of(send_to) if send_to else tuple(report.schedule.channels)
    limits_of = bench.ask(report.schedule)
    alike: dict[tuple[object, ...], list[dict[str, Any]]] = {}
    for row in preview_rows(report, bench.networks, post=post, limits_of=limits_of):
        if row["delivery"] is not None or row["channel"] in chosen:
            same = (row["network"], row["text"], row["limit"], row["form"], *row["problems"])
            pictures = tuple((one["sha256"], one["alt"]) for one in row["media"])
            alike.setdefault((*same, pictures), []).append(row)
    for rows in alike.values():
        yield _preview(rows)


def _preview(rows: list[dict[str, Any]]) -> Preview:
    row = rows[0]
    return Preview(
        channels=tuple(dict.fromkeys(one["channel"] for one in rows)),
        network=row["network"],
        text=row["text"],
        length=row["length"],
        limit=row["limit"],
        unit=row["unit"],
        announced=row["limit_source"] == "announced",
        form=str(row["form"]),
        link=row["link"],
        media=tuple(row["media"]),
        problems=tuple(row["problems"]),
        price=_price(row),
    )


def _price(row: dict[str, Any]) -> int | None:
    """Return what one posting costs; whoever charges for links charges for any in the text."""
    price = posting_price(row["network"])
    if price is None:
        return None
    has_link = "://" in row["text"]
    described = sum(bool(one["alt"]) for one in row["media"])
    return (price.post_with_link if has_link else price.post) + described * price.alt_text
