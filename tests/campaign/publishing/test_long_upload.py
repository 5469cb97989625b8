"""A video that goes up in parts, from the post's folder to YouTube, through a death in between."""

import struct
from datetime import timedelta
from typing import Any

import pytest
from requests.adapters import BaseAdapter

from campaign.schedule.clashes import environment_name
from connectors.transport import way_out
from rehearsal.server import Call
from tests.campaign.office import DUE, Office
from tests.films.shelf import film

SUBTITLES = b"1\n00:00:00,000 --> 00:00:02,000\nHello.\n"
LONG = film("talk") + struct.pack(">I4s", 8 + 9_000_000, b"free") + bytes(9_000_000)
WATCH = "watch/ico-youtube/1"
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
  ico-youtube: {{network: youtube, partner: ico, handle: "@ico.example", server: "{youtube}"}}
rules: {{late_limit: 30m}}
schedule:
  - {{post: watch, at: 2027-01-12 08:30, send_to: [all]}}
"""
POST = """\
---
title: For colleagues
media: [{file: talk.mp4, alt: They talk., captions: talk.srt}]
video: {made_for_children: no, privacy: unlisted, tags: [data sharing]}
---
Think. Check. Share.

Three words before you share.
"""


class DiesAt(BaseAdapter):
    """Carries so many calls, then the process is gone."""

    def __init__(self, calls: int) -> None:
        super().__init__()
        self._left = calls
        self._way = way_out(timedelta(seconds=5))

    def send(self, request: Any, *args: Any, **more: Any) -> Any:
        self._left -= 1
        if self._left < 0:
            raise SystemExit
        return self._way.send(request, *args, **more)

    def close(self) -> None:
        self._way.close()


@pytest.fixture
def on_youtube(office: Office) -> Office:
    secrets = office.rehearsal.add_account("youtube", "@ico.example")
    prefix = f"CAMPAIGN__{environment_name('ico-youtube')}__"
    office.environment |= {prefix + name: value for name, value in secrets.items()}
    text = SCHEDULE.format(youtube=office.rehearsal.server_of("youtube"))
    (office.folder / "schedule.yaml").write_text(text, encoding="utf-8")
    office.write_post("watch", POST)
    (office.folder / "posts" / "watch" / "talk.mp4").write_bytes(LONG)
    (office.folder / "posts" / "watch" / "talk.srt").write_bytes(SUBTITLES)
    office.apply()
    office.approve()
    return office


# The session is opened, three parts go up, then the captions; a look, and the update.
@pytest.mark.parametrize("calls", [1, 3, 6])
def test_whoever_comes_after_a_death_goes_on_with_the_upload(
    on_youtube: Office, calls: int
) -> None:
    office = on_youtube
    office.clock.move_to(DUE)
    office.desk.close()
    office.desk = office.open(transport=DiesAt(calls))
    with pytest.raises(SystemExit):
        office.publish_one(WATCH)
    assert office.state(WATCH) == "sending"
    office.desk.close()
    office.desk = office.open()
    for minutes in (3, 8, 13):
        office.publish_at(DUE + timedelta(minutes=minutes))
    assert office.state(WATCH) == "published"
    (video,) = office.rehearsal.posts("youtube")
    assert (video.media[0].content, video.media[0].captions) == (LONG, SUBTITLES)
    assert video.text == "Think. Check. Share.\n\nThree words before you share."
    status = video.raw["status"]
    assert (status["privacyStatus"], status["selfDeclaredMadeForKids"]) == ("unlisted", False)
    made = [one for one in office.rehearsal.requests("youtube") if one.call is Call.MEDIA]
    opened = [one for one in made if one.method == "POST" and one.path.endswith("/videos")]
    assert len(opened) == 1
    assert sum(len(one.body) for one in made if one.method == "PUT") == len(LONG)
