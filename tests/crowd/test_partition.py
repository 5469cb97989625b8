"""Workers on machines of their own, which lose the database in the middle of their work.

What they can still reach are the social networks, so nothing but the rows keeps them from sending.
"""

import io
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from PIL import Image
from sqlalchemy import select

from campaign.store.tables import ATTEMPT, DELIVERY
from rehearsal.server import Call, Fault, Rehearsal
from tests.crowd.hosts import Host, Lan, lan, why_there_are_none
from tests.crowd.stage import Stage
from tests.crowd.verdict import faults
from tests.postgres import Server, postgres_server

LEASE_S = 5.0
PATIENCE_S = 60.0
IMPATIENT = "&tcp_user_timeout=2000&keepalives_idle=1&keepalives_interval=1&keepalives_count=2"
"""Gives a connection up within seconds, where the default takes 15."""

PUBLISHING = {
    "mastodon": "POST /api/v1/statuses",
    "bluesky": "POST /xrpc/com.atproto.repo.putRecord",
    "x": "POST /2/tweets",
}
EVERY_NETWORK = [({"mastodon": 1}, ""), ({"bluesky": 1}, IMPATIENT), ({"x": 1}, "")]
"""One account each; the second gives its connections up while it is cut off, the others keep
theirs and go on with them afterwards."""
MANY = {"mastodon": 3, "bluesky": 3, "x": 1}

pytestmark = pytest.mark.crowd

each_network = pytest.mark.parametrize(
    ("stage", "extra"), EVERY_NETWORK, indirect=["stage"], ids=list(PUBLISHING)
)


@pytest.fixture(scope="module")
def network() -> Iterator[Lan]:
    why = why_there_are_none()
    if why is not None and os.environ.get("CI") == "true" and os.geteuid() == 0:
        pytest.fail(why)
    if why is not None:
        pytest.skip(why)
    with lan() as made:
        yield made


@pytest.fixture(scope="module")
def server(network: Lan) -> Iterator[Server]:
    with postgres_server(network.address) as made:
        yield made


@pytest.fixture
def stage(tmp_path: Path, server: Server, request: pytest.FixtureRequest) -> Iterator[Stage]:
    with Rehearsal(now=lambda: datetime.now(UTC)) as rehearsal:
        made = Stage(tmp_path, rehearsal, server.new_database(), request.param)
        yield made
        made.close()


def machine(stage: Stage, network: Lan, extra: str = "") -> tuple[Host, tuple[str, ...]]:
    """Return a new machine, and the words that start a worker on it."""
    ports = [urlsplit(stage.rehearsal.server_of(name)).port or 0 for name in stage.accounts]
    host = network.new_host(*ports)
    database = stage.database_url.partition("@/")[2].partition("?")[0]
    url = f"postgresql://postgres@{network.address}/{database}?application_name=x{extra}"
    return host, (*host.within, "env", f"CAMPAIGN_DATABASE_URL={url}")


def wait_for_call(host: Host, line: str) -> None:
    """Wait until a request has left a machine."""
    deadline = time.monotonic() + PATIENCE_S
    while not any(one.line.startswith(line) for one in host.asked):
        assert time.monotonic() < deadline, host.asked
        time.sleep(0.01)


def sent(stage: Stage, host: Host) -> list[float]:
    """Return when a machine made calls that were to make a post visible."""
    lines = {PUBLISHING[name] for name in stage.accounts}
    return [one.at for one in host.asked if one.line in lines]


def wait_for(stage: Stage, state: str) -> None:
    """Wait until the one delivery stands there."""
    deadline = time.monotonic() + PATIENCE_S
    while [one for _, one in stage.states()] != [state]:
        assert time.monotonic() < deadline, stage.states()
        time.sleep(0.1)


def evidence(stage: Stage) -> tuple[str | None, list[str | None]]:
    """Return how we know that the one delivery is out, and what its attempts came to."""
    with stage.store.read() as connection:
        known = connection.execute(select(DELIVERY.c.evidence)).scalar()
        query = select(ATTEMPT.c.outcome).order_by(ATTEMPT.c.number)
        return known, list(connection.execute(query).scalars())


@contextmanager
def one_worker_cut_off(stage: Stage, network: Lan, extra: str, at_call: str) -> Iterator[Host]:
    """Let one worker take the one delivery, and cut it off at a call; another takes over.

    Heals the cable at the end, and lets the worker go on until it has been at work again.
    """
    host, within = machine(stage, network, extra)
    stage.crew.start("worker-cut", within=within)
    stage.crew.start("run-0")
    stage.crew.wait_until_ready()
    wait_for_call(host, at_call)
    host.cut()
    stage.crew.start("worker-1")
    yield host
    host.heal()
    time.sleep(LEASE_S)
    stage.crew.start_again()
    codes = stage.crew.stop_all()
    assert set(codes.values()) == {0}, codes


@each_network
def test_an_outcome_that_could_not_be_written_is_looked_up_and_nothing_is_sent_again(
    stage: Stage, network: Lan, extra: str
) -> None:
    (name,) = stage.accounts
    (channel,) = stage.channels
    stage.plan(1, timedelta(seconds=4))
    stage.rehearsal.inject(name, Fault.SLOW, on=Call.PUBLISH, seconds=1.0)
    with one_worker_cut_off(stage, network, extra, PUBLISHING[name]) as host:
        wait_for(stage, "published")
        assert evidence(stage) == ("found", ["published"])
    assert len(sent(stage, host)) == 1
    assert stage.texts(channel) == stage.wanted[channel]
    assert evidence(stage) == ("found", ["published"])
    assert faults(stage) == []


@each_network
def test_a_worker_that_loses_the_database_before_its_last_check_sends_nothing(
    stage: Stage, network: Lan, extra: str
) -> None:
    (name,) = stage.accounts
    (channel,) = stage.channels
    picture = io.BytesIO()
    Image.new("RGB", (64, 48), (18, 67, 109)).save(picture, "PNG")
    stage.plan(1, timedelta(seconds=4), picture=picture.getvalue())
    stage.rehearsal.inject(name, Fault.SLOW, on=Call.MEDIA, seconds=1.0)
    # X cannot prove that nothing is out, so there nobody sends a second time but a person.
    state = "published" if stage.provable else "unknown"
    with one_worker_cut_off(stage, network, extra, "POST ") as host:
        wait_for(stage, state)
        assert sent(stage, host) == []
    assert sent(stage, host) == []
    assert stage.texts(channel).total() == len(stage.provable)
    assert [one for _, one in stage.states()] == [state]


@pytest.mark.parametrize("stage", [MANY], indirect=True, ids=["many"])
def test_workers_cut_off_for_longer_than_their_lease_send_nothing_meanwhile_and_all_goes_out_once(
    stage: Stage, network: Lan, server: Server
) -> None:
    machines = [machine(stage, network, extra) for extra in ("", IMPATIENT, "")]
    stage.plan(40, timedelta(seconds=25))
    stage.crew.start("run-0")
    for number, (_, within) in enumerate(machines):
        stage.crew.start(f"worker-{number}", within=within)
    stage.crew.wait_until_ready()
    for number, (host, _) in enumerate(machines):
        wait_for_call(host, "")
        cut = host.cut()
        if number == 1:
            server.stop()
            time.sleep(1.0)
            server.start()
        time.sleep(LEASE_S + 2.0)
        healed = host.heal()
        # Only a call whose last check was answered before may still leave.
        assert [at for at in sent(stage, host) if cut + 1.0 < at < healed] == []
    stage.wait_until_settled(120.0, stage.crew.start_again)
    codes = stage.crew.stop_all()
    for channel in stage.provable:
        assert stage.texts(channel) == stage.wanted[channel]
    assert faults(stage) == []
    assert set(codes.values()) == {0}, codes
