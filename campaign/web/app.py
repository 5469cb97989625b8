"""Makes the web application of one desk: its pages, and what every request goes through."""

import re

from fastapi import FastAPI
from starlette.middleware import Middleware
from starlette.middleware.body_limit import RequestBodyLimitMiddleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.routing import Mount

from campaign.composing.limits import KeptLimits
from campaign.web import (
    api_page,
    assets,
    connect,
    deputy_pages,
    letter_choices,
    link_sign_in,
    organisation_sign_in,
    people_pages,
    pictures,
    probes,
    sign_in,
    start,
    subscriber_pages,
    token_pages,
)
from campaign.web.addresses import AddressesOfOurs
from campaign.web.api.app import ROOT, make_api
from campaign.web.desk_facts import DeskFacts
from campaign.web.faults import TooLarge, handle_faults, nowhere, unforeseen
from campaign.web.head import HeadAsGet
from campaign.web.headers import OwnPagesOnly, SecurityHeaders
from campaign.web.looks import make_environment
from campaign.web.pages import all_pages
from campaign.web.partner import all_partner_pages
from campaign.web.signing import Signing
from campaign.web.unforeseen import Traced, Unforeseen
from campaign.wiring import Desk

LARGEST_FORM = 1024 * 1024
"""Bytes of a request; a page that takes files says more, with `max_body_size` at its route."""
ROUTERS = (
    start.router,
    sign_in.router,
    link_sign_in.router,
    organisation_sign_in.router,
    people_pages.router,
    deputy_pages.router,
    letter_choices.router,
    token_pages.router,
    subscriber_pages.router,
    api_page.router,
    *all_pages.ROUTERS,
    *all_partner_pages.ROUTERS,
)
NAVIGATION = (
    *all_pages.NAVIGATION,
    *all_partner_pages.NAVIGATION,
    *people_pages.NAVIGATION,
    *subscriber_pages.NAVIGATION,
)


def make_app(desk: Desk) -> FastAPI:
    """Return the application; it uses the desk and does not close it."""
    app = FastAPI(
        title="Campaign Desk",
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        telemetry={"tracing": False},
        middleware=[
            Middleware(Traced),
            Middleware(HeadAsGet),
            Middleware(SecurityHeaders),
            Middleware(Unforeseen, answer=unforeseen),
            Middleware(AddressesOfOurs, answer=nowhere),
            Middleware(TooLarge),
            Middleware(RequestBodyLimitMiddleware, max_body_size=LARGEST_FORM),
            Middleware(GZipMiddleware, minimum_size=500, compresslevel=6),
            Middleware(OwnPagesOnly, tokens_under=("/partner/",)),
        ],
    )
    app.state.desk = desk
    app.state.facts = DeskFacts(desk)
    app.state.connect = connect.ConnectPages(desk, app.state.facts)
    app.state.limits = KeptLimits(desk.networks, desk.clock)
    app.state.signing = Signing(desk.settings.secret_keys)
    app.state.templates = make_environment()
    app.state.navigation = NAVIGATION
    handle_faults(app)
    all_partner_pages.handle_lost_links(app)
    app.router.routes += [assets.ROUTE, connect.ROUTE, *probes.ROUTES]
    for router in ROUTERS:
        app.include_router(router)
    app.state.api = make_api(desk, app.state.facts, app.state.limits)
    app.router.routes.append(_under(ROOT, app.state.api))
    app.router.routes.append(pictures.ROUTE)  # last: it is asked what no other address is
    return app


def _under(root: str, api: FastAPI) -> Mount:
    """Hand everything below an address on, also what no address should hold, such as a new line."""
    mount = Mount(root, api)
    mount.path_regex = re.compile(mount.path_regex.pattern, re.DOTALL)
    return mount
