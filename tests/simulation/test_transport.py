"""What carries requests in a simulation has to break as sockets break, or it proves nothing."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import requests

from connectors.answers import Purpose
from connectors.contract import Access, NetworkName, NotSent, OutcomeUnknown
from connectors.http import Call, Http
from rehearsal import server
from rehearsal.server import Fault, Rehearsal
from simulation.transport import Wire, unreachable

NOW = datetime(2027, 1, 12, 8, 30, tzinfo=UTC)
ORIGIN = "https://mastodon.example"


@pytest.fixture
def rehearsal() -> Rehearsal:
    return Rehearsal(now=lambda: NOW, seed=1)


def http(
    rehearsal: Rehearsal, seen: list[datetime] | None = None, *, reachable: bool = True
) -> Http:
    def carry(network: str, call: Callable[[], requests.Response]) -> requests.Response:
        if not reachable:
            raise unreachable(network)
        return call()

    wire = Wire(
        {"mastodon": rehearsal.application_of("mastodon")},
        date_of=rehearsal.date_of,
        carry=carry,
    )
    saw_date = ([] if seen is None else seen).append
    access = Access(handle="ico", server=ORIGIN, now=lambda: NOW, transport=wire, saw_date=saw_date)
    return Http(NetworkName("mastodon"), access)


def status(token: str) -> Call:
    return Call(
        purpose=Purpose.CREATE,
        method="POST",
        url=f"{ORIGIN}/api/v1/statuses",
        headers={"Authorization": f"Bearer {token}", "Idempotency-Key": "k"},
        json={"status": "The law helps — ça va.", "language": "en"},
    )


def test_a_request_arrives_as_it_would_over_a_socket(rehearsal: Rehearsal) -> None:
    token = rehearsal.add_account("mastodon", "ico")["ACCESS_TOKEN"]
    answer = http(rehearsal).send(status(token))
    assert answer.status == 200
    assert json.loads(answer.body)["language"] == "en"
    assert [post.text for post in rehearsal.posts("mastodon")] == ["The law helps — ça va."]


def test_the_networks_clock_is_told_with_every_answer(rehearsal: Rehearsal) -> None:
    rehearsal.skew_dates("mastodon", timedelta(minutes=5))
    seen: list[datetime] = []
    http(rehearsal, seen).send(status("wrong"))
    assert seen == [NOW + timedelta(minutes=5)]


@pytest.mark.parametrize(
    ("fault", "posts"), [(Fault.STORE_THEN_DROP, 1), (Fault.DROP_BEFORE_STORING, 0)]
)
def test_a_dropped_connection_leaves_the_outcome_of_a_create_open(
    rehearsal: Rehearsal, fault: Fault, posts: int
) -> None:
    token = rehearsal.add_account("mastodon", "ico")["ACCESS_TOKEN"]
    rehearsal.inject("mastodon", fault, on=server.Call.PUBLISH)
    with pytest.raises(OutcomeUnknown):
        http(rehearsal).send(status(token))
    assert len(rehearsal.posts("mastodon")) == posts


def test_a_refused_connection_proves_that_nothing_was_sent(rehearsal: Rehearsal) -> None:
    token = rehearsal.add_account("mastodon", "ico")["ACCESS_TOKEN"]
    with pytest.raises(NotSent, match="could not be reached"):
        http(rehearsal, reachable=False).send(status(token))
    assert rehearsal.requests("mastodon") == []
