"""Bluesky counts sign-ins, so processes leave their session on a shelf for each other."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from connectors.bluesky_session import BlueskySession
from connectors.contract import AccessRefused, Connector
from rehearsal.server import Call
from tests.connectors.bench import Bench, open_bench, send
from tests.connectors.test_bluesky import SAMPLE


@dataclass
class Plank:
    """A shelf in memory."""

    text: str | None = None
    puts: list[str] = field(default_factory=list)

    def read(self) -> str | None:
        return self.text

    def put(self, text: str) -> None:
        self.text = text
        self.puts.append(text)


@pytest.fixture(name="bench")
def _bench() -> Iterator[Bench]:
    with open_bench(SAMPLE) as bench:
        yield bench


def process(bench: Bench, plank: Plank, **changes: str) -> Connector:
    """Sign in as another process of the campaign would."""
    connector = bench.connect(replace(bench.access(**changes), shelf=plank))
    bench.opened.append(connector)
    return connector


def sign_ins(bench: Bench) -> list[str]:
    return [one.path.rpartition(".")[2] for one in bench.calls(Call.SIGN_IN)]


def test_forty_processes_one_after_the_other_sign_in_once(bench: Bench) -> None:
    plank = Plank()
    for number in range(40):
        send(process(bench, plank), bench.post(f"Number {number}"))
    assert sign_ins(bench) == ["createSession"]
    assert len(bench.stored()) == 40


def test_without_a_shelf_every_process_signs_in(bench: Bench) -> None:
    for number in range(3):
        send(bench.connector(), bench.post(f"Number {number}"))
    assert sign_ins(bench) == ["createSession"] * 3


def test_an_expired_session_from_the_shelf_is_refreshed_and_put_back(bench: Bench) -> None:
    plank = Plank()
    send(process(bench, plank), bench.post("one"))
    bench.clock.advance(timedelta(hours=3))
    send(process(bench, plank), bench.post("two"))
    send(process(bench, plank), bench.post("three"))
    assert sign_ins(bench) == ["createSession", "refreshSession"]
    assert len(plank.puts) == 2


def test_who_finds_its_session_expired_takes_what_another_has_refreshed(bench: Bench) -> None:
    plank = Plank()
    first, second = process(bench, plank), process(bench, plank)
    send(first, bench.post("one"))
    send(second, bench.post("two"))
    bench.clock.advance(timedelta(hours=3))
    send(second, bench.post("three"))
    send(first, bench.post("four"))
    assert sign_ins(bench) == ["createSession", "refreshSession"]
    assert [one.text for one in bench.stored()] == ["one", "two", "three", "four"]


def test_a_session_that_another_password_opened_is_not_used(bench: Bench) -> None:
    plank = Plank()
    send(process(bench, plank), bench.post("one"))
    with pytest.raises(AccessRefused):
        process(bench, plank, APP_PASSWORD="aaaa-bbbb-cccc-dddd").whoami()
    assert sign_ins(bench) == ["createSession", "createSession"]


@pytest.mark.parametrize("text", ["", "no JSON", "[]", "{}", '{"opened_with": 3}'])
def test_what_is_no_session_is_passed_over(bench: Bench, text: str) -> None:
    plank = Plank(text)
    send(process(bench, plank), bench.post("one"))
    assert sign_ins(bench) == ["createSession"]


def test_asked_who_it_is_the_server_answers_and_not_the_shelf(bench: Bench) -> None:
    plank = Plank()
    process(bench, plank).whoami()
    process(bench, plank).whoami()
    assert sign_ins(bench) == ["createSession", "getSession"]


def test_a_token_from_the_shelf_is_in_no_message(bench: Bench) -> None:
    plank = Plank()
    send(process(bench, plank), bench.post("one"))
    session = BlueskySession(replace(bench.access(), shelf=plank))
    kept = session.who()
    said = f"{kept.access_token} and {kept.refresh_token}"
    assert session.http.redact(said) == "[hidden] and [hidden]"
    session.http.close()
