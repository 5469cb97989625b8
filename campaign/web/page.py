"""Answers with a page: the template, what stands around it, and the cookies that go with it."""

from dataclasses import dataclass
from functools import partial
from typing import Any

from jinja2 import Environment
from starlette.responses import RedirectResponse, Response

from campaign.access.rights import Action
from campaign.web.forms import NO_FORM, Faults
from campaign.web.looks import day_and_time, short_time
from campaign.web.visitors import COOKIE, SAID_COOKIE, Visitor


@dataclass(frozen=True, kw_only=True, slots=True)
class NavigationLink:
    """A page that the service navigation leads to, for those who may see it."""

    text: str
    href: str
    action: Action


def page(visitor: Visitor, template: str, *, status: int = 200, **values: Any) -> Response:
    """Return a page made of a template and values.

    Every template has `visitor`, `frame`, `navigation`, `said`, `form` and `faults`, and the
    filters `day_and_time` and `short_time` for instants.
    """
    text = render(visitor, template, **values)
    response = Response(text, status_code=status, media_type="text/html")
    _give_id(visitor, response)
    if SAID_COOKIE in visitor.request.cookies:
        response.delete_cookie(SAID_COOKIE, path="/", secure=True, httponly=True)
    return response


def render(visitor: Visitor, template: str, **values: Any) -> str:
    """Return a template as text, for a page or for a part of one that a script asks for."""
    state = visitor.request.app.state
    environment: Environment = state.templates
    zone = visitor.facts.zone()
    here = visitor.request.url.path
    given: dict[str, Any] = {
        "visitor": visitor,
        "frame": visitor.facts.frame(),
        "navigation": _navigation(visitor, state.navigation, here),
        "said": visitor.said,
        "form": NO_FORM,
        "faults": Faults(),
        "here": here,
        "day_and_time": partial(day_and_time, zone=zone),
        "short_time": partial(short_time, zone=zone),
    }
    return environment.get_template(template).render(given | values)


def go(visitor: Visitor, address: str, *, said: str = "") -> Response:
    """Send the browser on after a change; the page it comes to says a sentence, once."""
    response = RedirectResponse(address, status_code=303)
    _give_id(visitor, response)
    if said:
        response.set_cookie(
            SAID_COOKIE,
            visitor.signing.sign_said(said),
            max_age=300,
            path="/",
            secure=True,
            httponly=True,
            samesite="lax",
        )
    return response


def hold(response: Response, cookie: str) -> None:
    """Let the browser hold its id until it is closed."""
    response.set_cookie(COOKIE, cookie, path="/", secure=True, httponly=True, samesite="lax")


def _give_id(visitor: Visitor, response: Response) -> None:
    if visitor.is_new:
        hold(response, visitor.signing.sign_visit(visitor.visit_id))


def _navigation(visitor: Visitor, items: tuple[NavigationLink, ...], here: str) -> list[Any]:
    return [
        {"text": one.text, "href": one.href, "current": here == one.href,
         "active": here.startswith(f"{one.href}/")}
        for one in items
        if visitor.can(one.action)
    ]  # fmt: skip
