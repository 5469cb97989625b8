"""Writes campaign folders for tests, and plans them."""

import io
from pathlib import Path

from PIL import Image

from campaign.checks.report import Report, check
from campaign.content.reading import read_posts
from campaign.plan import PlannedDelivery, plan
from campaign.schedule.reading import read_schedule
from tests.campaign.networks import NETWORKS


def drawn(kind: str = "PNG") -> bytes:
    """Return a small picture, as Pillow writes it."""
    made = io.BytesIO()
    Image.new("RGB", (8, 8), "navy").save(made, kind)
    return made.getvalue()


PNG = drawn()

HEAD = """\
campaign: spring
runs: {from: 2027-01-11, until: 2027-04-30}
partners:
  ico: {name: The Office, owner: true, sectors: [all]}
  ndna: {name: The Nurseries, sectors: [education], consent: accept-each}
channels:
  ico-x: {network: x, partner: ico, handle: "@ico.example"}
  ico-bluesky: {network: bluesky, partner: ico, handle: ico.example}
  ndna-bluesky: {network: bluesky, partner: ndna, handle: ndna.example}
  ndna-linkedin: {network: linkedin, partner: ndna, mode: pack}
slots:
  weekday-morning: {days: [mon, tue, wed, thu, fri], at: "08:30"}
  night: {days: [mon, tue, wed, thu, fri, sat, sun], at: "01:30"}
"""


def write_campaign(folder: Path, entries: str, *, rules: str = "", head: str = HEAD) -> Path:
    """Write schedule.yaml from a head, rules and entries, all as YAML."""
    text = f"{head}{'rules: ' + rules if rules else ''}\nschedule:\n{entries or '  []'}\n"
    (folder / "schedule.yaml").write_text(text, encoding="utf-8")
    (folder / "posts").mkdir(exist_ok=True)
    return folder


def write_post(folder: Path, name: str, body: str = "", *, front: str = "") -> Path:
    """Write a post; its text is its name unless a body is given."""
    place = folder / "posts" / name
    place.mkdir(parents=True, exist_ok=True)
    (place / "post.md").write_text(f"---\n{front}\n---\n{body or f'The post {name}.'}\n", "utf-8")
    return place


def planned(folder: Path) -> dict[str, PlannedDelivery]:
    """Plan a folder without faults; deliveries by id, earliest first."""
    schedule = read_schedule(folder / "schedule.yaml")
    return {one.id: one for one in plan(schedule, read_posts(folder / "posts"), NETWORKS)}


def checked(folder: Path) -> Report:
    """Check a folder with the networks of the tests."""
    return check(folder, NETWORKS)


def lines(folder: Path, faults: tuple[object, ...]) -> list[str]:
    """Return faults as text, without the folder in front."""
    return [str(one).removeprefix(f"{folder}/") for one in faults]
