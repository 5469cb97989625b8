"""Keeps what a stand-in answers to a connector, to be held against what the network describes."""

import json
from dataclasses import dataclass, replace
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import BaseAdapter
from urllib3 import HTTPResponse

from connectors.contract import Connector, RemoteId
from connectors.transport import way_out
from tests.connectors.bench import Bench, send, under


@dataclass(frozen=True, kw_only=True)
class Heard:
    """One answer and what it was to."""

    method: str
    path: str
    status: int
    content: Any
    """None where it was no JSON."""


class Overheard(BaseAdapter):
    """A way out that keeps every answer."""

    def __init__(self, way: BaseAdapter) -> None:
        super().__init__()
        self._way = way
        self.answers: list[Heard] = []

    def send(self, request: requests.PreparedRequest, *args: Any, **more: Any) -> requests.Response:
        """Send as the way does, and keep what comes."""
        response = self._way.send(request, *args, **more)
        try:
            content = json.loads(response.content)
        except ValueError:
            content = None
        # The connector reads what arrives itself, and this has been read.
        response.raw = HTTPResponse(BytesIO(response.content), preload_content=False)
        path = urlsplit(str(request.url)).path
        self.answers.append(
            Heard(
                method=str(request.method),
                path=path,
                status=response.status_code,
                content=content,
            )
        )
        return response

    def close(self) -> None:
        """Close the way."""
        self._way.close()


def everything_heard(bench: Bench) -> list[Heard]:
    """Let a connector do all that it can do, and return every answer."""
    heard = Overheard(way_out(bench.timeout))
    connector = bench.connect(replace(bench.access(), transport=heard))
    bench.opened.append(connector)
    _do_everything(bench, connector)
    heard.close()
    return heard.answers


def _do_everything(bench: Bench, connector: Connector) -> None:
    post = bench.post("Look at this.", pictures=1)
    published = send(connector, post)
    connector.find(bench.sought(bench.post("What never was.", pictures=1)))
    if bench.can.comments:
        send(connector, under(bench.post("And then: tell."), published))
    missing = RemoteId(bench.sample.unknown_id(published.remote_id, 7))
    connector.read_metrics([published.remote_id, missing])
    connector.read_account()
    connector.whoami()
    connector.limits()
    if bench.can.edits:
        connector.correct(published.remote_id, replace(post, text="Other words."))
    if bench.can.deletes:
        connector.withdraw(published.remote_id)
