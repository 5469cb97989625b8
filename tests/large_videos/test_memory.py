"""What a video of 300 MB costs in memory, measured in a process of its own, network by network.

The film is a real one of four seconds, made large by a box of zeros that players skip. The figure
is the peak of the whole process (VmHWM), less that of the same process with the small film.
"""

import json
import struct
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import rehearsal.bluesky_repo as bluesky_server
from campaign.clock import SteppedClock
from campaign.schedule.clashes import environment_name
from rehearsal.server import Rehearsal
from tests.campaign.meta import free_port
from tests.campaign.office import DUE
from tests.films.shelf import film

MEGABYTE = 1024 * 1024
MOST_MORE = 40 * MEGABYTE
"""What a large film may cost beyond what the small one does."""
NETWORKS = {
    "x": (300, "@ico.example"),
    "mastodon": (95, "@ico@social.example"),
    "bluesky": (95, "ico.example"),
    "linkedin": (300, "ico.example"),
    "facebook": (300, "ico.example"),
    "instagram": (299, "ico.example"),
    "threads": (300, "@ico.example"),
    "youtube": (300, "@ico.example"),
}
"""How many megabytes, as far as the network takes them, and from which account."""
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
  one: {{network: {network}, partner: ico, handle: "{handle}", server: "{server}"}}
rules: {{late_limit: 30m}}
schedule:
  - {{post: watch, at: 2027-01-12 08:30, send_to: [all]}}
"""
POST = """\
---
title: For colleagues
media: [{file: talk.mp4, alt: They talk., captions: burnt-in}]
video: {made_for_children: no}
---
Think. Check. Share.
"""

pytestmark = pytest.mark.large


@dataclass
class Scene:
    """A campaign with one film for one network."""

    folder: Path
    network: str
    order: dict[str, Any]

    def run(self, step: str) -> dict[str, Any]:
        """Apply or publish in a process of its own; return its states and its peak."""
        done = subprocess.run(
            [sys.executable, "-m", "tests.large_videos.publishing"],
            input=json.dumps({**self.order, "step": step}),
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        said: dict[str, Any] = json.loads(done.stdout)
        return said


def write_film(file: Path, more: int) -> None:
    """Write the film with so many bytes more, which the disk does not store."""
    with file.open("wb") as target:
        target.write(film("talk") + struct.pack(">I4s", 8 + more, b"free"))
        target.truncate(target.tell() + more)


def scene_in(folder: Path, network: str, there: Rehearsal, more: int) -> Scene:
    handle = NETWORKS[network][1]
    post = folder / "posts" / "watch"
    post.mkdir(parents=True)
    (post / "post.md").write_text(POST, encoding="utf-8")
    write_film(post / "talk.mp4", more)
    prefix = f"CAMPAIGN__{environment_name('one')}__"
    secrets = there.add_account(network, handle)
    server = there.server_of(network)
    return Scene(
        folder,
        network,
        {
            "folder": str(folder),
            "servers": {network: server},
            "environment": {prefix + name: value for name, value in secrets.items()},
            "port": free_port(),
            "schedule": SCHEDULE.format(network=network, handle=handle, server=server),
        },
    )


def peaks(folder: Path, network: str, more: int) -> dict[str, int]:
    """Apply and publish; return the peak of each."""
    with Rehearsal(now=SteppedClock(DUE).now) as there:
        scene = scene_in(folder, network, there, more)
        applied, published = scene.run("apply"), scene.run("publish")
        assert (applied["states"], published["states"]) == ({"planned": 1}, {"published": 1})
        (post,) = there.posts(network)
        assert len(post.media[0].content) > more
        return {"apply": applied["peak"], "publish": published["peak"]}


@pytest.mark.parametrize("network", NETWORKS)
def test_a_large_video_costs_no_more_memory_than_a_few_parts_of_it(
    network: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bluesky_server, "MAX_BLOB", 100 * MEGABYTE)
    small = peaks(tmp_path / "small", network, 1)
    large = peaks(tmp_path / "large", network, NETWORKS[network][0] * MEGABYTE)
    more = {step: (large[step] - small[step]) // MEGABYTE for step in large}
    said = f"{network}: {more} MB more than {small['publish'] // MEGABYTE} MB\n"
    sys.stdout.write(said)
    assert max(more.values()) * MEGABYTE <= MOST_MORE
