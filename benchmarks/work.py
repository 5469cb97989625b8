"""What every engine is given to do: so many posts, spread over fifty channels, due in one second.

The posts, their headers and their bodies are the same for all; Campaign Desk gets them as the
folder that a communications team would write, the others as ready HTTP requests.
"""

import json
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

CHANNELS = 50
SENTENCE = "Think before you share: is it true, is it yours to pass on, and who could it hurt? "

SCHEDULE = """\
campaign: benchmark
timezone: UTC
runs: {{from: {first}, until: {last}}}
people:
  ama: {{name: Ama Mensah, roles: [author]}}
  ben: {{name: Ben Archer, roles: [approver]}}
partners:
  ico: {{name: Information Commissioner's Office, owner: true}}
channels:
{channels}rules: {{approval: {approval}, late_limit: 2h}}
schedule:
{entries}"""
CHANNEL = '  {name}: {{network: mastodon, partner: ico, handle: "{handle}", server: "{server}"}}\n'
ENTRY = '  - {{post: {post}, at: "{at:%Y-%m-%d %H:%M:%S}", send_to: [{to}]}}\n'
POST = """\
---
title: {name}
---
{text}
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Post:
    """One post for one channel, as the network is to get it."""

    token: str
    key: str
    text: str

    @property
    def headers(self) -> dict[str, str]:
        """The headers that make it this account's, once."""
        return {
            "Authorization": f"Bearer {self.token}",
            "Idempotency-Key": self.key,
            "Content-Type": "application/json",
        }

    @property
    def body(self) -> bytes:
        """The same JSON that the Mastodon connector writes."""
        body = {"status": self.text, "language": "en", "visibility": "public"}
        return json.dumps(body).encode()


def channels() -> list[str]:
    """Return the names of the channels."""
    return [f"channel-{number:02}" for number in range(CHANNELS)]


def token_of(channel: str) -> str:
    """Return the access token of a channel's account."""
    return f"token-of-{channel}"


def texts(posts: int) -> Iterator[tuple[str, str]]:
    """Yield the name and text of each wording; every one goes to all channels."""
    wordings, rest = divmod(posts, CHANNELS)
    if rest:
        message = f"{posts} posts cannot be shared evenly between {CHANNELS} channels"
        raise ValueError(message)
    for number in range(wordings):
        yield f"post-{number:04}", f"Post {number:04}. {SENTENCE * 5}".strip()


def posts_to_send(posts: int) -> list[Post]:
    """Return every post for every channel, channel by channel in turn as they fall due."""
    return [
        Post(token=token_of(channel), key=str(uuid.uuid4()), text=text)
        for _, text in texts(posts)
        for channel in channels()
    ]


@dataclass(frozen=True, kw_only=True, slots=True)
class Campaign:
    """A folder as a communications team would write it: one entry a wording."""

    folder: Path
    server: str
    first: datetime
    """When the first wording is due."""
    every: timedelta = timedelta()
    """Between one wording and the next; all are due in the same second where it is 0."""
    to: str = "all"
    approval: str = "required"


def write_campaign(campaign: Campaign, posts: int) -> None:
    """Write the campaign's schedule and posts: so many that there are `posts` deliveries."""
    entries = ""
    for number, (name, text) in enumerate(texts(posts)):
        path = campaign.folder / "posts" / name / "post.md"
        path.parent.mkdir(parents=True)
        path.write_text(POST.format(name=name, text=text), encoding="utf-8")
        at = (campaign.first + number * campaign.every).astimezone(UTC)
        entries += ENTRY.format(post=name, at=at, to=campaign.to)
    last = campaign.first + posts // CHANNELS * campaign.every
    _write_schedule(campaign, entries, last)


def _write_schedule(campaign: Campaign, entries: str, last: datetime) -> None:
    listed = "".join(
        CHANNEL.format(name=name, handle=f"@{name}@social.example", server=campaign.server)
        for name in channels()
    )
    text = SCHEDULE.format(
        first=(campaign.first - timedelta(days=1)).date(),
        last=(last + timedelta(days=1)).date(),
        approval=campaign.approval,
        channels=listed,
        entries=entries,
    )
    (campaign.folder / "schedule.yaml").write_text(text, encoding="utf-8")
