"""A partner's posts, what waits for it first; and its results."""

from fastapi import APIRouter, Depends
from starlette.responses import Response

from campaign.partner_links.posts import PartnerPost, posts_of
from campaign.partner_links.results import results_of
from campaign.partner_links.words import GROUPS, OUT, words_of
from campaign.web.partner.guests import Guest, Invited
from campaign.web.partner.looks import guest_page
from campaign.web.visitors import anyone

router = APIRouter(prefix="/partner/{token}", dependencies=[Depends(anyone)])


MOST_SHOWN = 40
"""Posts under one heading, unless all are asked for: a long campaign has thousands."""


@router.get("")
def posts(guest: Invited, show: str = "") -> Response:
    """Show the partner's posts; of long lists the next ones, and the latest that are out."""
    with guest.store.read() as connection:
        found = posts_of(connection, guest.visit.partner, guest.now)
    groups = _grouped(guest, found)
    has_pack = any(one.is_to_be_posted for one in found)
    most = len(found) if show == "all" else MOST_SHOWN
    return guest_page(guest, "partner/posts.html", groups=groups, has_pack=has_pack, most=most)


@router.get("/results")
def results(guest: Invited) -> Response:
    """Show what the partner took up, how punctually, and what its posts were counted."""
    with guest.store.read() as connection:
        found = results_of(connection, guest.schedule, guest.visit.partner, guest.now)
    return guest_page(guest, "partner/results.html", results=found, titles=_titles(guest))


def _grouped(
    guest: Guest, posts: list[PartnerPost]
) -> list[tuple[str, list[tuple[PartnerPost, str]]]]:
    """Return headings with their posts and the titles of their networks; the latest out first."""
    titles = _titles(guest)
    by_group: dict[str, list[tuple[PartnerPost, str]]] = {group: [] for group in GROUPS}
    for one in posts:
        by_group[words_of(one).group].append((one, titles[one.delivery.network]))
    by_group[OUT].reverse()
    return [(heading, by_group[group]) for group, heading in GROUPS.items() if by_group[group]]


def _titles(guest: Guest) -> dict[str, str]:
    return {name: one.title for name, one in guest.visitor.desk.networks_by_name.items()}
