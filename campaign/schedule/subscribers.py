"""Other systems that are told, by a signed message, when something has happened."""

from typing import Annotated, Literal, get_args
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, StringConstraints

from campaign.schedule.parts import Strict
from campaign.schedule.values import LOCAL_HOSTS, refuse

Event = Literal[
    "delivery.published",
    "delivery.unknown",
    "delivery.refused",
    "delivery.missed",
    "report.ready",
    "report.released",
]
EVENTS: tuple[Event, ...] = get_args(Event)


def _endpoint(url: str) -> str:
    try:
        parts = urlsplit(url)
        is_whole = bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_whole = False
    if not is_whole or parts.scheme not in {"http", "https"}:
        refuse(f"“{url}” is no address; write for example https://intranet.ico.example/told")
    if parts.username is not None or parts.fragment:
        refuse("an address in the schedule holds no password and no #; messages are signed instead")
    if parts.scheme == "http" and parts.hostname not in LOCAL_HOSTS:
        refuse(f"“{url}” is not encrypted; write https://")
    return url


class Subscriber(Strict):
    """One system that is told."""

    url: Annotated[
        str,
        StringConstraints(strip_whitespace=True, max_length=2_000),
        AfterValidator(_endpoint),
        Field(
            description="Where its messages are posted; `campaign subscriber secret` signs them."
        ),
    ]
    events: tuple[Event, ...] = Field(
        default=EVENTS, min_length=1, description="What it is told of; everything if left out."
    )
