"""A video and its caption file, from the post's folder to the network."""

from campaign.schedule.clashes import environment_name
from tests.campaign.office import DUE, Office
from tests.films.shelf import film

SUBTITLES = b"1\n00:00:00,000 --> 00:00:02,000\nHello.\n"
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
  ico-linkedin: {{network: linkedin, partner: ico, handle: ico-example, server: "{linkedin}"}}
schedule:
  - {{post: watch, at: 2027-01-12 08:30, send_to: [all]}}
"""
POST = """\
---
title: Watch
media: [{file: talk.mp4, alt: They talk., captions: talk.srt}]
---
Watch this.
"""


def test_a_caption_file_that_was_approved_is_what_goes_up(office: Office) -> None:
    secrets = office.rehearsal.add_account("linkedin", "ico-example")
    prefix = f"CAMPAIGN__{environment_name('ico-linkedin')}__"
    office.environment |= {prefix + name: value for name, value in secrets.items()}
    text = SCHEDULE.format(linkedin=office.rehearsal.server_of("linkedin"))
    (office.folder / "schedule.yaml").write_text(text, encoding="utf-8")
    office.write_post("watch", POST)
    place = office.folder / "posts" / "watch"
    (place / "talk.mp4").write_bytes(film("talk"))
    (place / "talk.srt").write_bytes(SUBTITLES)
    office.apply()
    office.approve()
    (place / "talk.srt").write_bytes(SUBTITLES.replace(b"Hello", b"Goodbye"))
    assert office.publish_at(DUE) == {"published": 1}
    (post,) = office.rehearsal.posts("linkedin")
    assert [(one.content, one.captions) for one in post.media] == [(film("talk"), SUBTITLES)]
    office.apply()
    assert office.state("watch/ico-linkedin/1") == "published"
