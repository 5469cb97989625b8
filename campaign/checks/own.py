"""What stands in the way of one post's part of the plan; nothing is asked of other posts' files.

A text that another post says already is found by a check of the whole folder alone.
"""

from collections.abc import Mapping, Sequence

from campaign.checks import lengths, pictures, repeats, wordings
from campaign.checks.report import AskLimits
from campaign.content.post import Post
from campaign.planning.delivery import PlannedDelivery
from campaign.schedule.faults import Fault
from campaign.schedule.reading import PlacedSchedule
from connectors.contract import Network, NetworkName


def faults_of_part(
    placed: PlacedSchedule,
    post: Post,
    networks: Mapping[NetworkName, Network],
    deliveries: Sequence[PlannedDelivery],
    ask: AskLimits,
) -> list[Fault]:
    """Return what has to be mended in a post before these deliveries of it can be applied."""
    problems, _remarks = wordings.check_wordings(post, placed.schedule)
    limits_of = ask(placed.schedule)
    return [
        *pictures.check_alt_texts(post),
        *problems,
        *lengths.check_deliveries(
            deliveries, {post.id: post}, placed.schedule, networks, limits_of
        ),
        *repeats.check_repeats(deliveries, placed, networks),
    ]
