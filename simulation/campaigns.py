"""Draws small campaigns: a few channels, a few posts, and edits that a team could make."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any, Literal
from zoneinfo import ZoneInfo

from campaign.content.post import Post, PostMedia, PostVideo, Wording
from campaign.schedule.model import Schedule
from campaign.schedule.parties import Person
from campaign.schedule.tree import read_tree
from simulation import shots
from simulation.cast import Seat
from simulation.transport import host_of

LONDON = ZoneInfo("Europe/London")
TREE = read_tree("post.md", "{}")

FIRST_DAYS = ("2027-01-11", "2027-03-27", "2027-10-30", "2028-02-28", "2027-12-30")
"""An ordinary week, both clock changes, a leap day and the year's end."""

PEOPLE = {
    "ama": Person(name="Ama", roles=("author",)),
    "dan": Person(name="Dan", roles=("author",)),
    "ben": Person(name="Ben", roles=("approver",)),
    "cat": Person(name="Cat", roles=("approver",)),
}
AUTHORS = ("ama", "dan")
APPROVERS = ("ben", "cat")
PARTNERS = {
    "ico": {"name": "The Office", "owner": True},
    "ndna": {"name": "The Nurseries"},
    "npcc": {"name": "The Chiefs"},
}

# One X account at most: X forbids one app saying the same text on two of them.
SEATS = {
    "ico-x": Seat("x", "ico", "@ico.example"),
    "ico-mastodon": Seat("mastodon", "ico", "@ico@social.example"),
    "ico-bluesky": Seat("bluesky", "ico", "ico.example"),
    "ico-linkedin": Seat("linkedin", "ico", "ico-example"),
    "ico-facebook": Seat("facebook", "ico", "ico.example"),
    "ico-instagram": Seat("instagram", "ico", "ico.example"),
    "ico-threads": Seat("threads", "ico", "@ico.example"),
    "ico-youtube": Seat("youtube", "ico", "@ico.example"),
    "ndna-mastodon": Seat("mastodon", "ndna", "@ndna@social.example"),
    "ndna-bluesky": Seat("bluesky", "ndna", "ndna.example"),
    "ndna-webhook": Seat("webhook", "ndna", "ndna.example"),
    "ndna-feed": Seat("feed", "ndna", "ndna.example"),
    "ndna-email": Seat("email", "ndna", "comms@ndna.example"),
    "npcc-x": Seat("x", "npcc", "@npcc.example"),
    "npcc-mastodon": Seat("mastodon", "npcc", "@npcc@social.example"),
    "npcc-bluesky": Seat("bluesky", "npcc", "npcc.example"),
    "npcc-linkedin": Seat("linkedin", "npcc", "npcc-example"),
}
REPOSTS = {
    "ico-x": "npcc-x",
    "ico-mastodon": "npcc-mastodon",
    "ico-bluesky": "npcc-bluesky",
    "ico-linkedin": "npcc-linkedin",
}
"""Who passes on what the owner posts on a channel; they post nothing of their own."""
THREADED = frozenset({"x", "mastodon", "bluesky", "threads"})
"""Networks on which a post may have several parts."""
HANDED_OVER = frozenset({"webhook", "feed", "email"})
"""Networks that take no film."""

THEMES = ("rumour", "advice")
"""What posts are about, in turn."""

Shot = Literal["nothing", "png", "jpeg", "film"]
SHOTS = {
    "png": PostMedia(
        file="a.png", content=shots.png(16), media_type="image/png", alt="A plain square."
    ),
    "jpeg": PostMedia(
        file="a.jpg",
        content=shots.jpeg(shots.SIDE),
        media_type="image/jpeg",
        alt="A plain square.",
    ),
    "film": PostMedia(
        file="a.mp4", content=shots.film(), media_type="video/mp4", alt="A plain square."
    ),
}
"""What a post may show."""


@dataclass
class Entry:
    """One line of the schedule, as somebody may still edit it."""

    at: datetime
    """Local, without zone."""
    send_to: list[str]
    version: int = 1
    shows: Shot = "nothing"
    parts: int = 1
    listed: bool = True


@dataclass
class Team:
    """The files a team edits: what they say now, and so what the next plan is made from."""

    first: datetime
    """Local midnight of the first day, without zone."""
    channels: list[str]
    entries: dict[str, Entry]
    windows: list[dict[str, Any]] = field(default_factory=list)
    late_minutes: int = 30

    @property
    def start_at(self) -> datetime:
        """The instant at which everything begins: six in the morning."""
        return (self.first + timedelta(hours=6)).replace(tzinfo=LONDON).astimezone(UTC)

    @property
    def ends_at(self) -> datetime:
        """The instant after which nobody acts any more."""
        last = max(one.at for one in self.entries.values())
        return last.replace(tzinfo=LONDON).astimezone(UTC) + timedelta(hours=2)

    def schedule(self) -> Schedule:
        """Return schedule.yaml as it stands."""
        return Schedule.model_validate(
            {
                "campaign": "spring",
                "timezone": LONDON.key,
                "runs": {
                    "from": str(self.first.date()),
                    "until": str(self.first.date() + timedelta(days=30)),
                },
                "partners": PARTNERS,
                "people": PEOPLE,
                "channels": {name: _channel(name) for name in self.channels},
                "rules": {"late_limit": f"{self.late_minutes}m", "windows": self.windows},
                "schedule": [
                    {
                        "post": name,
                        "at": one.at.strftime("%Y-%m-%d %H:%M"),
                        "send_to": one.send_to,
                    }
                    for name, one in self.entries.items()
                    if one.listed
                ],
            }
        )

    def posts(self) -> dict[str, Post]:
        """Return posts/ as it stands."""
        return {name: _post(name, one) for name, one in self.entries.items()}

    def edit(self, chance: Random, now: datetime) -> None:
        """Change something that a team may change in its files."""
        name = chance.choice(list(self.entries))
        entry = self.entries[name]
        match chance.choice(["word", "word", "move", "move", "remove", "window", "late"]):
            case "word":
                entry.version += 1
            case "move":
                local = now.astimezone(LONDON).replace(tzinfo=None, second=0, microsecond=0)
                entry.at = max(local, self.first) + timedelta(minutes=chance.randint(1, 300))
                entry.at = _in_the_day(entry.at)
            case "remove":
                entry.listed = not entry.listed
            case "window":
                self.windows = [] if self.windows else [_window(chance, now)]
            case _:
                self.late_minutes = chance.choice([5, 30, 60])


def draw_team(chance: Random) -> Team:
    """Draw two to four channels and three to eight posts over up to three days.

    Few posts and few channels are drawn more often: a small campaign shows a fault as well as a
    large one, and more of them can be played.
    """
    posting = [name for name in SEATS if name not in REPOSTS.values()]
    channels = chance.sample(posting, chance.randint(2, 4))
    reposting = [one for one in channels if one in REPOSTS and chance.random() < 0.5]
    first = datetime.fromisoformat(chance.choice(FIRST_DAYS))
    entries = {}
    for number in range(min(chance.randint(3, 8) for _ in range(3))):
        at = first + timedelta(days=chance.randint(0, 2), hours=8, minutes=chance.randint(0, 600))
        most = chance.randint(1, len(channels))
        send_to = chance.sample(channels, chance.randint(1, most))
        shows = _draw_shot(chance, {SEATS[one].network for one in send_to})
        if shows == "film":
            send_to = [one for one in send_to if SEATS[one].network not in HANDED_OVER]
        entry = Entry(at=at, send_to=send_to, shows=shows)
        if chance.random() < 0.3 and all(SEATS[one].network in THREADED for one in send_to):
            entry.parts = chance.randint(2, 3)
        entry.send_to = [*send_to, *(REPOSTS[one] for one in reposting if one in send_to)]
        entries[f"post-{number}"] = entry
    channels += [REPOSTS[one] for one in reposting]
    return Team(first=first, channels=channels, entries=entries)


def _draw_shot(chance: Random, networks: set[str]) -> Shot:
    """Draw what a post shows: YouTube takes films alone, and Instagram nothing without a JPEG."""
    if "youtube" in networks:
        return "film"
    if "instagram" in networks:
        return "jpeg"
    return "png" if chance.random() < 0.25 else "nothing"


def _channel(name: str) -> dict[str, str]:
    network, partner, handle = SEATS[name]
    server = f"https://{host_of(network)}"
    mode = "repost" if name in REPOSTS.values() else "connected"
    account = {"network": network, "partner": partner, "handle": handle, "server": server}
    return {**account, "mode": mode}


def _post(name: str, entry: Entry) -> Post:
    text = f"Of {name}, in wording {entry.version}."
    rest = tuple(
        Wording(text=f"Of {name}, part {part}, in wording {entry.version}.", line=part, part=part)
        for part in range(2, entry.parts + 1)
    )
    return Post(
        id=name,
        title=name,
        theme=THEMES[int(name.rpartition("-")[2]) % len(THEMES)],
        wordings=(Wording(text=text, line=1, rest=rest),),
        media=() if entry.shows == "nothing" else (SHOTS[entry.shows],),
        video=PostVideo(made_for_children=False) if entry.shows == "film" else None,
        tree=TREE,
    )


def _window(chance: Random, now: datetime) -> dict[str, Any]:
    day = now.astimezone(LONDON).date() + timedelta(days=chance.randint(0, 1))
    window: dict[str, Any] = {"from": str(day), "until": str(day), "do": "hold", "reason": "quiet"}
    return window | ({"partners": ["ndna"]} if chance.random() < 0.5 else {})


def _in_the_day(at: datetime) -> datetime:
    # At night the clocks may change, and a time that does not exist is refused.
    return at if at.hour >= 4 else at.replace(hour=4)
