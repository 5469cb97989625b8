"""Partner pages as answers: their own frame, no cookie, and no word to other sites."""

from functools import partial
from typing import Any

from jinja2 import Environment
from starlette.responses import RedirectResponse, Response

from analytics.numbers import late_by
from campaign.partner_links.words import why_hidden, words_of
from campaign.web.forms import NO_FORM, Faults
from campaign.web.looks import day_and_time, short_time
from campaign.web.partner.guests import Guest
from campaign.web.visitors import Visitor
from connectors.contract import Metric

HEADERS = {
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "X-Robots-Tag": "noindex, nofollow",
}
SAID = {
    "accepted": "Thank you. Your yes is written down.",
    "declined": "Your no is written down. The post does not go out on your account.",
    "asked": "Your wish is with the campaign's team. You are asked again once they have answered.",
    "reported": "Thank you. The post is recorded as live.",
    "known": "That address is recorded already. Nothing has changed.",
    "counted": "Thank you. Your numbers are taken in.",
    "nothing-new": "These numbers were known already. Nothing has changed.",
    "pictured": "Thank you. One of us types the numbers off your picture, then it is deleted.",
}
"""What a page says after a change, by the word in its address: no cookie carries it."""


LABELS: dict[Metric, str] = {
    Metric.IMPRESSIONS: "Times shown",
    Metric.VIEWS: "Views",
    Metric.REACH: "People reached",
    Metric.REACTIONS: "Reactions",
    Metric.REPLIES: "Comments",
    Metric.RESHARES: "Reposts",
    Metric.LINK_CLICKS: "Clicks on the link",
}
EVIDENCE = {
    "api": "Read by us",
    "upload": "Your file",
    "screenshot": "Your screenshot",
    "stated": "Your word",
}


def guest_page(guest: Guest, template: str, *, status: int = 200, **values: Any) -> Response:
    """Return a page for somebody who came by a link."""
    given = {
        "guest": guest,
        "base": guest.base,
        "partner": guest.schedule.partners[guest.visit.partner],
        "words_of": words_of,
        "why_hidden": why_hidden,
        "until": guest.visit.link.expires_at,
        "zone_name": guest.schedule.timezone,
        "labels": LABELS,
        "evidence": EVIDENCE,
        "late_by": late_by,
        "jumps": False,
    }
    return bare_page(guest.visitor, template, status=status, **(given | values))


def bare_page(visitor: Visitor, template: str, *, status: int = 200, **values: Any) -> Response:
    """Return a page for somebody of whom nothing is known."""
    environment: Environment = visitor.request.app.state.templates
    zone, schedule = visitor.facts.zone(), visitor.facts.schedule()
    given = {
        "title": (schedule.title or schedule.campaign) if schedule else "Campaign Desk",
        "owner": _owner(visitor),
        "said": SAID.get(visitor.request.query_params.get("done", ""), ""),
        "form": NO_FORM,
        "faults": Faults(),
        "day_and_time": partial(day_and_time, zone=zone),
        "short_time": partial(short_time, zone=zone),
    }
    text = environment.get_template(template).render(given | values)
    return Response(text, status_code=status, media_type="text/html", headers=HEADERS)


def go_on(path: str, done: str) -> Response:
    """Send the browser on after a change; the page it comes to says what was done."""
    return RedirectResponse(f"{path}?done={done}", status_code=303, headers=HEADERS)


def _owner(visitor: Visitor) -> str:
    schedule = visitor.facts.schedule()
    if schedule is None or schedule.owner is None:
        return ""
    return schedule.partners[schedule.owner].name
