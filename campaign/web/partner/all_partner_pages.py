"""The partners' pages: their routers, and what answers a link that opens nothing.

A partner comes by its link and sees no navigation of the desk's. The order counts: `/partner/lost`
is no link's secret.
"""

from fastapi import APIRouter, FastAPI

from campaign.web.page import NavigationLink
from campaign.web.partner import (
    answer_pages,
    calendar_page,
    list_page,
    lost_pages,
    number_pages,
    outside_pages,
    pack_page,
    post_page,
)
from campaign.web.partner.guests import LinkGoneError

ROUTERS: tuple[APIRouter, ...] = (
    lost_pages.router,
    list_page.router,
    post_page.router,
    answer_pages.router,
    number_pages.router,
    pack_page.router,
    calendar_page.router,
    outside_pages.router,
)
NAVIGATION: tuple[NavigationLink, ...] = ()


def handle_lost_links(app: FastAPI) -> None:
    """Let an app answer a link that opens nothing with a page that says what to do."""
    app.add_exception_handler(LinkGoneError, lost_pages.tell_link_gone)
    app.add_exception_handler(outside_pages.OutsideGoneError, outside_pages.tell_gone)
