"""How many people follow the made-up accounts of a demo or a rehearsal."""

import random

from campaign.schedule.model import Schedule

OWNER_FOLLOWERS = {"x": 30_000, "linkedin": 60_000, "facebook": 15_000}
"""Made up, of the size of a public body's accounts; partners draw theirs from the seed."""
FEWEST = 500


def draw_followers(schedule: Schedule, seed: int) -> dict[str, int]:
    """Return the followers of each channel's account, by channel."""
    draw = random.Random(seed)  # noqa: S311 - made-up followers, not a secret
    found = {}
    for name, channel in schedule.channels.items():
        drawn = round(draw.lognormvariate(8.99, 0.9))
        owned = channel.partner == schedule.owner
        followers = OWNER_FOLLOWERS.get(channel.network, drawn) if owned else drawn
        found[name] = max(FEWEST, followers)
    return found
