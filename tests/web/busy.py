"""An office in the middle of its campaign: something stands in nearly every state."""

from datetime import UTC, datetime, timedelta

from campaign.decisions.stops import stop
from campaign.store.deliveries import Change
from rehearsal.server import Call, Fault
from tests.campaign.office import DUE, POST
from tests.web.people import WebOffice

ENTRIES = """\
  - post: law-helps
    at: 2027-01-12 08:30
    send_to: [network:x, network:mastodon, network:bluesky]
  - {post: three-words, at: 2027-01-12 09:30, send_to: [all], stagger: 10m}
  - {post: ask-early, at: 2027-01-13 09:00, send_to: [all], stagger: 10m}
  - {post: write-it-down, at: 2027-01-14 12:00, every: 2 weeks, until: 2027-03-30, send_to: [network:bluesky, network:mastodon]}
  - {post: small-pieces, at: 2027-01-15 10:00, send_to: [all]}
"""  # noqa: E501 - as a person would write it
TEXTS = {
    "three-words": "Think. Check. Share. Three words before you pass on what you know of a child.",
    "ask-early": "Worried about a child? Ask early, share what is needed, and write down why.",
    "write-it-down": "Write down what you shared, with whom, and why. Two lines are enough.",
    "small-pieces": "Yours may be the small piece that completes the picture of a child at risk.",
}
NOON = datetime(2027, 1, 12, 10, 25, tzinfo=UTC)
X = "law-helps/ico-x/1"


def post_of(text: str, *, legal: bool = False) -> str:
    """Return a post with this wording."""
    found = POST.replace(
        "Data protection law helps you share information to protect a child.", text
    )
    return found.replace("theme: myth\n", "theme: myth\napprovals: [legal]\n") if legal else found


def fill(office: WebOffice) -> None:
    """Let a morning go by: posts are live, refused, unknown, too late, held and waiting."""
    for name, text in TEXTS.items():
        pictures = ("poster.png",) if name == "small-pieces" else ()
        post = post_of(text, legal=name == "ask-early")
        if pictures:
            media = (
                "media:\n  - {file: poster.png, alt: A dark blue poster with three words}\n---\n"
            )
            post = post.replace("sectors: [all]\n---\n", f"sectors: [all]\n{media}")
        office.write_post(name, post, pictures, size=(640, 400))
    office.write_schedule(entries=ENTRIES)
    office.apply()
    office.approve(*(f"law-helps/ico-{one}/1" for one in ("x", "mastodon", "bluesky")))
    office.approve(*(f"three-words/ico-{one}/1" for one in ("x", "mastodon", "bluesky")))
    office.approve("small-pieces/ico-x/1", "three-words/npcc-linkedin/1", person="cat")
    office.rehearsal.inject("x", Fault.DROP_BEFORE_STORING, on=Call.PUBLISH)
    office.rehearsal.inject("mastodon", Fault.REFUSE, on=Call.PUBLISH)
    office.publish_at(DUE)
    with office.desk.store.write() as connection:
        change = Change(who="cat", at=office.clock.now(), why="A wrong date on our own site")
        stop(connection, "network", "bluesky", change)
    for minutes in (2, 5, 15, 60, 75, 85):
        office.publish_at(DUE + timedelta(minutes=minutes))
    office.write_post("small-pieces", post_of(TEXTS["small-pieces"].replace("small", "missing")))
    office.apply()
    office.clock.move_to(NOON)
