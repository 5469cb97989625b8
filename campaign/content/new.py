"""`campaign new`: a small campaign folder that passes `campaign check` as it stands."""

import shutil
from datetime import date, timedelta
from pathlib import Path

SCHEDULE = """\
# What goes out, where and when. `campaign check` lists what is wrong, `campaign plan` shows what
# this file comes to. For completion while you type: `campaign schema > schedule.schema.json` and
# keep a first line  # yaml-language-server: $schema=./schedule.schema.json

campaign: our-campaign
title: Our campaign
timezone: Europe/London
runs: {{from: {first}, until: {last}}}    # both days included

partners:
  us: {{name: Our Organisation, owner: true, sectors: [all]}}

people:
  ann: {{name: Ann, roles: [author]}}
  bob: {{name: Bob, roles: [approver]}}

channels:    # `campaign secret-key`, then `campaign connect our-mastodon`, lets us into an account
  our-mastodon: {{network: mastodon, partner: us, handle: "@us@social.example",
                 server: "https://social.example"}}
  our-linkedin: {{network: linkedin, partner: us, mode: pack}}    # posted by hand from a pack

rules:
  late_limit: 30m
  hours: "08:00-20:00"
  bank_holidays: {{region: england-and-wales, do: next-slot}}

schedule:
  - post: hello
    at: {day} 09:30
    send_to: [all]
    stagger: 20m
"""

POST = """\
---
title: Hello
link:
  url: https://our-organisation.example/campaign
  title: Our campaign
  description: What it is about, in a sentence.
---
Our campaign starts today. Here is what it is about, and what you can do.

{link}

## linkedin
Our campaign starts today.

This wording is for LinkedIn alone: a heading such as the one above replaces the text at the top.

{link}
"""


class FolderNotEmptyError(Exception):
    """A campaign is only started in a folder that holds nothing yet."""


def new_campaign(folder: Path, *, starts_on: date) -> list[Path]:
    """Write schedule.yaml and one post, running twelve weeks from the next Monday.

    Creates the folder; raises `FolderNotEmptyError` rather than touch what is in one.
    """
    _check_empty(folder)
    monday = starts_on + timedelta(days=7 - starts_on.weekday())
    schedule, post = folder / "schedule.yaml", folder / "posts" / "hello" / "post.md"
    post.parent.mkdir(parents=True)
    schedule.write_text(_schedule(monday), encoding="utf-8")
    post.write_text(POST, encoding="utf-8")
    return [schedule, post]


def copy_campaign(source: Path, folder: Path) -> list[Path]:
    """Copy another campaign's files; raises `FolderNotEmptyError` as `new_campaign` does."""
    _check_empty(folder)
    folder.mkdir(parents=True, exist_ok=True)
    done = []
    for name in ("schedule.yaml", "posts", "partners"):
        here, there = source / name, folder / name
        if here.is_dir():
            shutil.copytree(here, there, ignore=shutil.ignore_patterns("__pycache__", "*.py"))
        elif here.is_file():
            shutil.copy(here, there)
        else:
            continue
        done.append(there)
    return done


def _check_empty(folder: Path) -> None:
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        message = f"{folder} is not empty; name a new or an empty folder"
        raise FolderNotEmptyError(message)


def _schedule(monday: date) -> str:
    return SCHEDULE.format(
        first=monday,
        last=monday + timedelta(weeks=12, days=-1),
        day=monday + timedelta(days=1),
    )
