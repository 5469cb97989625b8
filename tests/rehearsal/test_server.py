"""The rehearsal starts and stops cleanly, is the same every time, and writes down what came."""

import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests

from campaign.clock import SteppedClock
from rehearsal.server import Call, Fault, Rehearsal
from tests.rehearsal.clients import TIMEOUT, BlueskyClient, MastodonClient, XClient, record
from tests.rehearsal.conftest import START

ROOT = Path(__file__).parents[2]


def port_of(server: str) -> int:
    port = urlsplit(server).port
    assert port is not None
    return port


def test_every_network_has_a_loopback_port_of_its_own(rehearsal: Rehearsal) -> None:
    servers = [rehearsal.server_of(network) for network in ("x", "mastodon", "bluesky")]
    assert len(set(servers)) == 3
    assert all(server.startswith("http://127.0.0.1:") for server in servers)


def test_starting_and_stopping_is_quick_and_leaves_no_port_open(clock: SteppedClock) -> None:
    started = time.monotonic()
    rehearsal = Rehearsal(now=clock.now)
    rehearsal.start()
    ports = [port_of(rehearsal.server_of(network)) for network in ("x", "mastodon", "bluesky")]
    rehearsal.stop()
    assert time.monotonic() - started < 1
    for port in ports:
        with socket.socket() as free:
            assert free.connect_ex(("127.0.0.1", port)) != 0
    assert not [one for one in threading.enumerate() if one.name.startswith("rehearsal")]


def test_stopping_does_not_wait_for_a_slow_answer(clock: SteppedClock) -> None:
    with Rehearsal(now=clock.now) as rehearsal:
        x = XClient(rehearsal.server_of("x"), rehearsal.add_account("x", "@ico.example"))
        rehearsal.inject("x", Fault.SLOW, seconds=30)
        with pytest.raises(requests.ReadTimeout):
            x.call("POST", "/2/tweets", timeout=0.1, json={"text": "Hello"})
        started = time.monotonic()
    assert time.monotonic() - started < 1


def test_a_taken_port_is_an_error_and_nothing_is_served(clock: SteppedClock) -> None:
    rehearsal = Rehearsal(now=clock.now)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        first = taken.getsockname()[1] - 1
        with pytest.raises(OSError, match="already in use"):
            rehearsal.start(first)
        with pytest.raises(RuntimeError, match="not started"):
            rehearsal.server_of("x")


def test_what_was_stored_is_still_there_after_stopping(clock: SteppedClock) -> None:
    with Rehearsal(now=clock.now) as rehearsal:
        x = XClient(rehearsal.server_of("x"), rehearsal.add_account("x", "@ico.example"))
        x.post("Hello")
    assert [post.text for post in rehearsal.posts("x")] == ["Hello"]


def test_two_rehearsals_are_the_same_to_the_last_letter() -> None:
    def played() -> list[object]:
        clock = SteppedClock(START)
        with Rehearsal(now=clock.now, seed=3) as rehearsal:
            keys = rehearsal.add_account("x", "@ico.example")
            x = XClient(rehearsal.server_of("x"), keys)
            posted = x.post("Hello").json()
            clock.advance(timedelta(hours=6))
            path = f"/2/tweets?ids={posted['data']['id']}&tweet.fields=public_metrics"
            return [keys, posted, x.call("GET", path).json()]

    assert played() == played()


@pytest.fixture
def crowded() -> Iterator[Rehearsal]:
    """A rehearsal whose clock now and then lets other threads go first: a missing lock shows."""
    drawn = random.Random(1)

    def now() -> datetime:
        time.sleep(drawn.choice((0, 0, 0.04)))
        return START

    with Rehearsal(now=now) as running:
        yield running


def test_many_threads_lose_and_double_nothing(crowded: Rehearsal) -> None:
    server = crowded.server_of("x")
    clients = [
        XClient(server, crowded.add_account("x", f"@partner{number}.example"))
        for number in range(4)
    ]
    jobs = [(client, f"Post {number}") for client in clients for number in range(4)]
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda job: job[0].post(job[1]), jobs))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["data"]["id"] for answer in answers}) == 16
    assert len(crowded.posts("x")) == len(crowded.requests("x")) == 16


def test_the_same_text_in_many_threads_is_one_post(crowded: Rehearsal) -> None:
    x = XClient(crowded.server_of("x"), crowded.add_account("x", "@ico.example"))
    with ThreadPoolExecutor(8) as pool:
        statuses = [one.status_code for one in pool.map(lambda _: x.post("Once"), range(16))]
    assert sorted(statuses) == [201] + [403] * 15


def test_one_key_in_many_threads_is_one_post(crowded: Rehearsal) -> None:
    credentials = crowded.add_account("mastodon", "@ico@social.example")
    mastodon = MastodonClient(crowded.server_of("mastodon"), credentials)
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: mastodon.post("Once", "one-key"), range(16)))
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert len(crowded.posts("mastodon")) == 1


def test_a_request_is_written_down_without_its_secrets(rehearsal: Rehearsal, x: XClient) -> None:
    x.post("Hello")
    (seen,) = rehearsal.requests("x")
    assert (seen.method, seen.path, seen.status) == ("POST", "/2/tweets", 201)
    assert (seen.call, seen.handle, seen.fault) == (Call.PUBLISH, "@ico.example", None)
    assert seen.body == b'{"text": "Hello"}'
    assert seen.headers["authorization"] == "OAuth [removed]"
    assert seen.headers["content-type"] == "application/json"
    assert seen.at == START


def test_a_password_in_a_body_is_not_written_down(
    rehearsal: Rehearsal, bluesky: BlueskyClient
) -> None:
    bluesky.sign_in()
    (seen,) = rehearsal.requests("bluesky")
    assert bluesky.credentials["APP_PASSWORD"].encode() not in seen.body
    assert seen.body == b'{"identifier": "ico.example", "password": "[removed]"}'


def test_the_date_header_is_the_rehearsals_clock(rehearsal: Rehearsal, x: XClient) -> None:
    answer = x.post("Hello")
    assert answer.raw.headers.getlist("Date") == ["Tue, 12 Jan 2027 08:30:00 GMT"]
    rehearsal.skew_dates("x", timedelta(minutes=2))
    said = parsedate_to_datetime(x.post("Again").headers["Date"])
    assert said == START + timedelta(minutes=2)


def test_nothing_is_logged(
    rehearsal: Rehearsal, x: XClient, capfd: pytest.CaptureFixture[str]
) -> None:
    x.post("Hello")
    rehearsal.inject("x", Fault.STORE_THEN_DROP)
    with pytest.raises(requests.ConnectionError):
        x.post("Dropped")
    requests.get(x.server + "/nothing", timeout=TIMEOUT)
    assert capfd.readouterr() == ("", "")


def test_posts_of_one_account_can_be_asked_for(rehearsal: Rehearsal) -> None:
    server = rehearsal.server_of("bluesky")
    for handle in ("ico.example", "ndna.example"):
        client = BlueskyClient(server, rehearsal.add_account("bluesky", handle))
        client.put("3lfkqx2pz2k2a", record(handle))
    assert [post.text for post in rehearsal.posts("bluesky", "@NDNA.example")] == ["ndna.example"]
    assert len(rehearsal.posts("bluesky")) == 2


def test_an_unknown_account_is_named(rehearsal: Rehearsal) -> None:
    with pytest.raises(ValueError, match=r"no account @nobody on x; add_account opens one"):
        rehearsal.posts("x", "@nobody")


def test_an_account_can_be_opened_once(rehearsal: Rehearsal, x: XClient) -> None:
    with pytest.raises(ValueError, match="already has an account"):
        rehearsal.add_account("x", "@ICO.example")


def test_the_networks_run_by_themselves_until_told_to_stop() -> None:
    command = [sys.executable, "-m", "rehearsal", "--seed", "3"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        lines: list[str] = []
        while not lines or not lines[-1].startswith("CAMPAIGN__NDNA_BLUESKY__APP_PASSWORD="):
            lines.append(running.stdout.readline().strip())
            assert lines[-1], lines
        (server,) = [line.split('"')[3] for line in lines if "ico-mastodon:" in line]
        answer = requests.get(server + "/api/v2/instance", timeout=TIMEOUT)
        os.kill(running.pid, signal.SIGTERM)
        assert running.wait(TIMEOUT) == 0
    assert answer.json()["domain"] == "social.example"
    assert any(line.startswith("CAMPAIGN__ICO_X__ACCESS_TOKEN_SECRET=") for line in lines)


def test_a_taken_port_is_said_in_one_sentence() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        command = [sys.executable, "-m", "rehearsal", "--port", port]
        ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ended.returncode == 1
    assert ended.stderr.startswith(f"Cannot serve on port {port} and the next seven")
    assert "Traceback" not in ended.stderr
