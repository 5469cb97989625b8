"""Many posts due at once on paper networks; run as a process: `python -m … FOLDER`."""

import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from campaign.cli.failures import guarded
from campaign.cli.on_plan import apply_plan
from campaign.cli.on_running import run
from campaign.cli.place import Place
from campaign.clock import SystemClock
from connectors.contract import NetworkName
from connectors.quota import Quota, QuotaScope
from tests.campaign.publishing.paper import paper

SECOND = timedelta(seconds=1)
PER_ACCOUNT, PER_APP = 5, 60

SCHEDULE = """\
campaign: burst
runs: {{from: {first}, until: {last}}}
partners:
  ico: {{name: The Office, owner: true}}
channels:
{channels}
rules:
  approval: none
  late_limit: 12h
schedule:
{entries}
"""


class Hour:
    """The machine's clock, so far back that what is due now is still to come."""

    def now(self) -> datetime:
        """Return the instant two hours ago."""
        return datetime.now(UTC) - timedelta(hours=2)


def prepare(folder: Path, channels: int, posts: int) -> None:
    """Write and apply the campaign: every post for every channel, due a minute ago."""
    at = f"{datetime.now(UTC) - timedelta(minutes=1):%Y-%m-%d %H:%M}+00:00"
    today = datetime.now(UTC).date()
    for number in range(posts):
        file = folder / "posts" / f"post-{number}" / "post.md"
        file.parent.mkdir(parents=True)
        file.write_text(f"---\ntitle: {number}\n---\nPost {number}.\n", encoding="utf-8")
    schedule = SCHEDULE.format(
        first=today - timedelta(days=2),
        last=today + timedelta(days=2),
        channels="\n".join(
            f'  channel-{one}: {{network: mastodon, partner: ico, handle: "@c{one}@paper.example"}}'
            for one in range(channels)
        ),
        entries="\n".join(
            f'  - {{post: post-{one}, at: "{at}", send_to: [all]}}' for one in range(posts)
        ),
    )
    (folder / "schedule.yaml").write_text(schedule, encoding="utf-8")
    apply_plan(place(folder, Hour()), None, "ama", yes=True)


def place(folder: Path, clock: Hour | None = None) -> Place:
    """Return the campaign on paper: five posts a second an account, sixty for all together."""
    network = paper(
        "mastodon",
        folder / "sheet.txt",
        Quota(scope=QuotaScope.ACCOUNT, most=PER_ACCOUNT, per=SECOND),
        Quota(scope=QuotaScope.APP, most=PER_APP, per=SECOND),
        holds_for=0.02,
    )
    networks = {NetworkName("mastodon"): network}
    return Place(folder=folder, environment={}, networks=networks, clock=clock or SystemClock())


if __name__ == "__main__":
    sys.exit(guarded(lambda: run(place(Path(sys.argv[1])))))
