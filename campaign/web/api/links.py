"""How one answer of the API leads to the next request, as OpenAPI's link objects say it.

A program reads there where a delivery, a tag or a plan goes; and what tests the API goes these
ways: <https://spec.openapis.org/oas/v3.1.1#link-object>, read on 2026-11-30.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, kw_only=True, slots=True)
class Way:
    """From the answer of one operation to a request of another."""

    start: str
    to: str
    takes: Mapping[str, str] = field(default_factory=dict)
    """Parameters of the request, from places of the answer."""
    body: Any = None
    """Of the request; `$…` stands for a place of the answer."""


def _here(name: str) -> str:
    return f"$response.body#/{name}"


_TAG = {"header.If-Match": "$response.header.ETag"}
_POST = {"post": _here("post")}
_ENTRY = {"post": _here("post"), "entry": _here("entry")}
_PLAN = {"plan": _here("plan")}
_FIRST_WAITING = {
    "delivery": _here("waiting/0/delivery"),
    "content_hash": _here("waiting/0/content_hash"),
    "wall_time": _here("waiting/0/wall_time"),
}
_DELIVERY = {"delivery_id": _here("id")}
_WEEK = {"week": _here("week")}
_DECISIONS = ("settle", "send_now", "move", "drop", "withdraw")

WAYS = (
    Way(start="list_posts", to="show_board", takes={"post": _here("posts/0/id")}),
    Way(start="list_posts", to="show_manuscript", takes={"post": _here("posts/0/id")}),
    Way(start="show_board", to="show_history", takes={"delivery_id": _here("rows/0/delivery")}),
    Way(start="begin_post", to="show_manuscript", takes=_POST),
    Way(start="show_manuscript", to="write_post", takes=_POST | _TAG, body=_here("manuscript")),
    Way(start="show_manuscript", to="upload_file", takes=_POST),
    Way(start="show_manuscript", to="show_sending", takes=_POST),
    Way(
        start="show_manuscript",
        to="show_taking_out",
        takes=_POST | {"entry": _here("entries/0/name")},
    ),
    Way(start="upload_file", to="show_manuscript", takes=_POST),
    Way(start="write_post", to="show_sending", takes=_POST),
    Way(start="show_sending", to="send_post", takes=_POST, body=_PLAN),
    Way(
        start="send_post", to="show_delivery", takes={"delivery_id": _here("deliveries/0/delivery")}
    ),
    Way(start="show_taking_out", to="take_post_out", takes=_ENTRY, body=_PLAN),
    Way(start="take_post_out", to="show_manuscript", takes=_POST),
    Way(start="show_moving", to="move_entry", takes=_ENTRY, body=_PLAN | {"to": _here("to")}),
    Way(start="move_entry", to="show_manuscript", takes=_POST),
    Way(
        start="list_deliveries", to="show_delivery", takes={"delivery_id": _here("deliveries/0/id")}
    ),
    Way(start="show_delivery", to="show_history", takes=_DELIVERY),
    *(Way(start="show_delivery", to=one, takes=_DELIVERY | _TAG) for one in _DECISIONS),
    *(Way(start=one, to="show_delivery", takes=_DELIVERY) for one in _DECISIONS),
    Way(start="list_waiting", to="approve", body={"deliveries": [_FIRST_WAITING]}),
    Way(
        start="list_waiting",
        to="send_back",
        body={"deliveries": [_FIRST_WAITING], "comment": "Read it again, please"},
    ),
    Way(start="approve", to="show_delivery", takes={"delivery_id": _here("deliveries/0/delivery")}),
    Way(start="stop", to="show_stops"),
    Way(
        start="show_stops",
        to="lift",
        body={
            "scope": _here("standing/0/scope"),
            "target": _here("standing/0/target"),
            "fingerprint": _here("standing/0/fingerprint"),
            "reason": "It was read",
        },
    ),
    Way(start="list_reports", to="show_report", takes={"week": _here("reports/0/week")}),
    Way(start="list_reports", to="show_release", takes={"week": _here("reports/0/week")}),
    Way(start="show_release", to="write_report_sentence", takes=_WEEK | _TAG),
    Way(start="show_release", to="release_report", takes=_WEEK | _TAG),
    Way(start="write_report_sentence", to="show_release", takes=_WEEK),
)


def add_links(document: dict[str, Any]) -> None:
    """Write every way into the answer that it starts from, in place."""
    operations = {
        one["operationId"]: one for path in document["paths"].values() for one in path.values()
    }
    for way in WAYS:
        answers = operations[way.start]["responses"]
        good = answers.get("200") or answers["201"]
        link = {"operationId": operations[way.to]["operationId"], "parameters": dict(way.takes)}
        if way.body is not None:
            link["requestBody"] = way.body
        good.setdefault("links", {})[way.to] = link
