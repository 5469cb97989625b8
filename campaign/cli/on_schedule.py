"""new, check and preview: what can be said of the files alone."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from campaign.announced import Announced, ask_servers
from campaign.checks.addresses import check_reached
from campaign.checks.preview import Row, preview_rows
from campaign.checks.report import LimitsOf, Report
from campaign.checks.report import check as check_folder
from campaign.cli.failures import FAULTS, Failure
from campaign.cli.output import counted, print_json, say, tell
from campaign.cli.place import Place
from campaign.cli.session import settings_for
from campaign.content.new import FolderNotEmptyError, copy_campaign, new_campaign
from campaign.payload import Form
from campaign.sample import sample_folder
from campaign.schedule.faults import Fault
from campaign.schedule.model import Schedule
from campaign.wiring import NETWORKS
from connectors.content import pieces

_CALLED = {"video/mp4": "video", "application/pdf": "document"}
_SHOWN_TO = {"public": "everybody", "unlisted": "whoever has the address"}


def new(place: Place, folder: Path, *, start: str) -> None:
    """Write a campaign that passes `check` and `rehearse`: a small one, or a copy of the sample."""
    try:
        if start == "sample":
            paths = copy_campaign(sample_folder(), folder)
        else:
            paths = new_campaign(folder, starts_on=place.clock.now().date())
    except FolderNotEmptyError as error:
        raise Failure(str(error)) from error
    for path in paths:
        say(str(path))
    say(f"Next: campaign --dir {folder} check")


def checked(place: Place) -> tuple[Report, Announced]:
    """Check the folder, by the limits that the servers announce where they can be asked."""
    folder = settings_for(place).folder
    networks = NETWORKS if place.networks is None else place.networks
    announced = Announced()

    def ask(schedule: Schedule) -> LimitsOf:
        nonlocal announced
        announced = ask_servers(schedule, networks, place.clock)
        return announced.of

    report = check_folder(folder, networks, ask)
    warnings = sorted({*report.warnings, *unreached(place, report)})
    return replace(report, warnings=tuple(warnings)), announced


def unreached(place: Place, report: Report) -> list[Fault]:
    """Warn of pictures that a network would have to fetch from this machine, and could not."""
    if settings_for(place).public is not None:
        return []
    networks = NETWORKS if place.networks is None else place.networks
    return sorted(check_reached(report.deliveries, report.posts, networks))


def tell_unreached(place: Place, report: Report) -> None:
    """Say it where the warnings of a folder are not listed."""
    for one in unreached(place, report):
        tell(f"{one.file}:{one.line}:{one.column}: warning: {one.message}")


def check(place: Place, *, as_json: bool) -> None:
    """Print every fault and warning; leave with 3 where there is a fault."""
    report, announced = checked(place)
    if as_json:
        print_json(
            {
                "faults": [_fault(one) for one in report.faults],
                "warnings": [_fault(one) for one in report.warnings],
                "deliveries": len(report.deliveries),
                "documented_limits": dict(announced.silent),
            }
        )
    else:
        for one in report.faults:
            say(str(one))
        for one in report.warnings:
            say(f"{one.file}:{one.line}:{one.column}: warning: {one.message}")
        tell_silent(announced)
        tell(_summary(report))
    if report.faults:
        raise SystemExit(FAULTS)


_STANDS = {
    Form.POST: "",
    Form.PART: ", next part",
    Form.COMMENT: ", first comment",
    Form.REPOST: ", passed on",
}
"""How a text stands on the network, where it does not stand by itself."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Shown:
    """What is to be previewed, and where its pictures are written, if anywhere."""

    post: str | None
    channel: str | None
    pictures: Path | None


def preview(place: Place, shown: Shown, *, as_json: bool) -> None:
    """Print what would be sent, as the network would get it."""
    report, announced = checked(place)
    networks = NETWORKS if place.networks is None else place.networks
    try:
        rows = preview_rows(
            report,
            networks,
            post=shown.post,
            channel=shown.channel,
            limits_of=announced.of,
        )
    except LookupError as error:
        code = FAULTS if report.schedule is None else 1
        raise Failure(str(error.args[0]), code=code) from error
    if shown.pictures is not None:
        _write_pictures(report, rows, shown.pictures)
    if as_json:
        print_json(rows)
        return
    for row in rows:
        say(
            f"── {row['post']} on {row['channel']}{_STANDS[row['form']]}: "
            f"{row['length']} of {row['limit']} {row['unit']}"
        )
        say(row["text"])
        for media in row["media"]:
            where = f" {media['file']}" if media["file"] else ""
            say(f"[{_CALLED.get(media['type'], 'picture')}: {media['alt']}]{where}")
        if row["video"]:
            say(_declared(row["video"]))
        for problem in row["problems"]:
            say(f"PROBLEM: {problem}")
        say("")


def _write_pictures(report: Report, rows: list[Row], folder: Path) -> None:
    """Write what each row shows, named by its delivery, and say in the row where it is."""
    files = {one.sha256: one.content for post in report.posts.values() for one in post.media}
    files |= {
        one.sha256: one.content for delivery in report.deliveries for one in delivery.payload.media
    }
    folder.mkdir(parents=True, exist_ok=True)
    for row in rows:
        stem = (row["delivery"] or f"{row['post']}/{row['channel']}").replace("/", "--")
        for number, media in enumerate(row["media"], start=1):
            file = folder / f"{stem}--{number}.{media['type'].rpartition('/')[2]}"
            with file.open("wb") as target:
                target.writelines(pieces(files[media["sha256"]]))
            media["file"] = str(file)


def tell_silent(announced: Announced) -> None:
    """Say which servers could not be asked, so that nobody takes a default for their word."""
    for channel, why in announced.silent.items():
        tell(f"{channel}: counted by the documented limits, since its server said nothing ({why})")


def _summary(report: Report) -> str:
    if report.faults:
        return (
            f"{counted(len(report.faults), 'fault')}; nothing can be applied until they are mended."
        )
    deliveries = counted(len(report.deliveries), "delivery", "deliveries")
    warnings = counted(len(report.warnings), "warning")
    return f"Fine: {deliveries} in the plan, {warnings}."


def _fault(one: object) -> dict[str, object]:
    return {name: getattr(one, name) for name in ("file", "line", "column", "message")}


def _declared(video: Mapping[str, Any]) -> str:
    """Say what is declared of a video, as an approver has to see it."""
    children = "made for children" if video["made_for_children"] else "not made for children"
    tags = f"; tags: {', '.join(video['tags'])}" if video["tags"] else ""
    return f"[shown to: {_SHOWN_TO[video['privacy']]}; {children}{tags}]"
