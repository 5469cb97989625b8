"""Makes the API of one desk: an application of its own under `/api/v1`, beside the pages.

It has its own answers to failures (problems in place of pages) and its own way in (tokens in place
of cookies); the desk, the schedule and the decisions are the same.
"""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from starlette.middleware import Middleware

from campaign.composing.limits import KeptLimits
from campaign.web.api import (
    approvals,
    decisions,
    deliveries,
    desk,
    files,
    moving,
    posts,
    releasing,
    reports,
    stops,
    taking_out,
    writing_posts,
)
from campaign.web.api.document import finish
from campaign.web.api.failing import handle_failures, unforeseen
from campaign.web.api.pace import Pace
from campaign.web.api.problems import documented
from campaign.web.desk_facts import DeskFacts
from campaign.web.unforeseen import Unforeseen
from campaign.wiring import Desk

ROOT = "/api/v1"
VERSION = "1.0"
LARGEST_BODY = 256 * 1024
ROUTERS = tuple(
    one.router
    for one in (
        *(desk, deliveries, decisions, approvals, stops),
        *(posts, writing_posts, files, moving, taking_out, reports, releasing),
    )
)
TAGS = [
    {"name": "desk", "description": "Who calls, and how the campaign, its channels and its "
     "partners stand."},
    {"name": "deliveries", "description": "A delivery is one post for one channel at one time."},
    {"name": "decisions", "description": "A person's word on one delivery. Each needs an "
     "`Idempotency-Key`, and the `ETag` of the delivery in `If-Match`."},
    {"name": "approvals", "description": "What waits for a yes. Nobody approves what they "
     "applied."},
    {"name": "stops", "description": "Thrown by one person, lifted by another."},
    {"name": "posts", "description": "Posts by their deliveries."},
    {"name": "writing", "description": "Posts as they are written. They stand in the files; what "
     "is written is a draft until it is sent for approval, and somebody else approves it. What is "
     "taken out of the schedule is shown first."},
    {"name": "reports", "description": "The weekly reports. Missing is null, never 0."},
    {"name": "releasing", "description": "A report is released by whom the schedule names, or the "
     "deputy of the day."},
]  # fmt: skip
ABOUT = """\
What the desk's pages show and do, for programs. Send an access token with every request; a token
never allows more than its person, and what it does stands in the record under their name.

Every write carries an `Idempotency-Key`: the same request under the same key is done once, and is
answered the same again for seven days. Long lists are read page by page: send `next` as `cursor`.
A token may send 120 requests at once and two a second after that; `Retry-After` says how long to
wait. Failures are problems as RFC 9457 has them. Times are in UTC with a `Z`; what is missing is
null, never 0.
"""


def make_api(desk_of_pages: Desk, facts: DeskFacts, limits: KeptLimits) -> FastAPI:
    """Return the API; it uses the desk and does not close it."""
    api = bare_api()
    api.state.desk = desk_of_pages
    api.state.facts = facts
    api.state.limits = limits
    api.state.pace = Pace()
    return api


def bare_api() -> FastAPI:
    """Return the API without a desk: enough for its document."""
    api = FastAPI(
        title="Campaign Desk",
        version=VERSION,
        openapi_url="/openapi.json",
        docs_url=None,
        redoc_url=None,
        telemetry={"tracing": False},
        max_body_size=LARGEST_BODY,
        redirect_slashes=False,
        generate_unique_id_function=lambda route: route.name,
        middleware=[Middleware(Unforeseen, answer=unforeseen)],
    )
    handle_failures(api, ROUTERS)
    everywhere = documented("no-token", "not-allowed", "too-often", "fault", "database")
    for router in ROUTERS:
        api.include_router(router, responses=everywhere)
    api.openapi = lambda: api_document(api)  # type: ignore[method-assign]  # the documented way
    return api


def api_document(api: FastAPI) -> dict[str, Any]:
    """Return the OpenAPI document, made at the first call."""
    if api.openapi_schema is None:
        made = get_openapi(
            title=api.title,
            version=api.version,
            summary="Posts, deliveries, approvals, stops and reports of one campaign.",
            description=ABOUT,
            routes=api.routes,
            tags=TAGS,
            servers=[{"url": ROOT}],
        )
        api.openapi_schema = finish(made)
    return api.openapi_schema
