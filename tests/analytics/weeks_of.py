"""A campaign of many weeks with everything a page may have to hold."""

import io
from datetime import timedelta

from PIL import Image

from campaign.payload import Payload, PayloadMedia
from campaign.states import State
from campaign.store.payloads import save_payloads
from campaign.store.tables import DELIVERY
from connectors.contract import Metric
from tests.analytics.world import World, at

DAY = timedelta(days=1)
PUBLISHED = at("2027-01-19 09:00")
SUNDAY = at("2027-01-24 23:00")
LONG = "the-longest-name-that-a-post-of-this-campaign-has-so-far"


def picture() -> bytes:
    target = io.BytesIO()
    Image.new("RGB", (1200, 675), (18, 67, 109)).save(target, "PNG")
    return target.getvalue()


def full_world(weeks: int = 12) -> World:
    """Return weeks of posts on two channels, a third that reports nothing, and work that waits."""
    world = World(
        {
            "ico-x": {"network": "x", "partner": "ico", "handle": "@ico.example"},
            "ico-bluesky": {"network": "bluesky", "partner": "ico", "handle": "ico.example"},
            "ndna-linkedin": {"network": "linkedin", "partner": "ndna", "mode": "pack"},
            "ndna-facebook": {"network": "facebook", "partner": "ndna", "mode": "pack"},
        }
    )
    for back in range(weeks):
        published = PUBLISHED - 7 * back * DAY
        for channel in ("ico-x", "ndna-linkedin"):
            post = world.post(channel, f"{LONG}-{back}", published)
            source = "api" if channel == "ico-x" else "upload"
            shown = 2_000 + 137 * back
            for metric, count in (
                (Metric.IMPRESSIONS, shown),
                (Metric.REACTIONS, 60),
                (Metric.REPLIES, 3),
                (Metric.RESHARES, 9),
                *([(Metric.REACH, 1_200 + back)] if channel == "ndna-linkedin" else []),
            ):
                reads = {published + 3 * DAY: count} | {
                    published + (5 + 7 * week) * DAY + timedelta(hours=14): count
                    for week in range(5)
                }
                world.read(post, metric, reads, source=source)
    world.post("ndna-facebook", LONG, PUBLISHED)
    world.post("ico-bluesky", LONG, PUBLISHED)
    for number, state in enumerate((State.HELD, State.MISSED, State.REFUSED, State.UNKNOWN)):
        when = PUBLISHED + number * DAY
        world.post("ico-x", f"{LONG}-{state}", None, due_at=when, state=state)
    for number in range(6):
        when = PUBLISHED + (7 + number % 5) * DAY
        world.post("ico-x", f"coming-{number}-{LONG}", None, due_at=when)
    return world


def add_picture(world: World, delivery: str, alt_text: str) -> None:
    """Let a delivery have been sent with a picture."""
    media = PayloadMedia(sha256="", media_type="image/png", alt_text=alt_text, content=picture())
    with world.store.write() as connection:
        payload = Payload(
            network="x", handle="ico-x", server=None, text="With a picture.", language="en",
            media=(media,),
        )  # fmt: skip
        save_payloads(connection, [payload], at("2026-09-01 09:00"))
        change = DELIVERY.update().where(DELIVERY.c.id == delivery)
        connection.execute(change.values(content_hash=payload.content_hash))
