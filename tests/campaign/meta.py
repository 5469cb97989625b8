"""A campaign on the two networks that fetch pictures from us, in the office's folder."""

import socket

from campaign.schedule.clashes import environment_name
from tests.campaign.office import Office

THREADS, INSTAGRAM = "look/ico-threads/1", "look/ico-instagram/1"
SCHEDULE = """\
campaign: think-check-share
timezone: Europe/London
runs: {{from: 2027-01-11, until: 2027-04-30}}
partners:
  ico: {{name: Information Commissioner's Office, owner: true}}
people:
  ama: {{name: Ama, roles: [author]}}
  ben: {{name: Ben, roles: [approver]}}
channels:
  ico-threads: {{network: threads, partner: ico, handle: "@ico.example", server: "{threads}"}}
  ico-instagram: {{network: instagram, partner: ico, handle: ico.example, server: "{instagram}"}}
rules: {{late_limit: 30m}}
schedule:
  - {{post: look, at: 2027-01-12 08:30, send_to: [all]}}
"""
POST = """\
---
title: Look
media:
  - {file: one.jpg, alt: A green door.}
  - {file: two.jpg, alt: A blue door.}
---
Think. Check. Share.
"""


def move_to_meta(office: Office) -> None:
    """Open an account on each network, and write the schedule and a post with two pictures."""
    for network, handle in (("threads", "@ico.example"), ("instagram", "ico.example")):
        secrets = office.rehearsal.add_account(network, handle)
        prefix = f"CAMPAIGN__{environment_name('ico-' + network)}__"
        office.environment |= {prefix + name: value for name, value in secrets.items()}
    servers = {name: office.rehearsal.server_of(name) for name in ("threads", "instagram")}
    text = SCHEDULE.format(**servers)
    (office.folder / "schedule.yaml").write_text(text, encoding="utf-8")
    office.write_post("look", POST, ("one.jpg", "two.jpg"), size=(320, 320))


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])
