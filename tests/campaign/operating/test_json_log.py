"""The JSON log: ids and no words, whatever a network says back and whatever breaks."""

import ast
import io
import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from campaign.decisions.stops import stop
from campaign.decisions.withdrawing import withdraw
from campaign.log_words import Said
from campaign.operating.exposing import exposition
from campaign.operating.json_log import JsonFormatter
from campaign.states import State
from campaign.store.deliveries import Change
from campaign.web.probes import make_probe_app
from connectors.contract import NetworkName, NotSent
from tests.campaign.office import DUE, Office
from tests.campaign.operating.echoes import echoing

ROOT = Path(__file__).parents[3]
WORDS, SECRET = "Zwordzq", "Zsecretzq"
POST = f"""\
---
title: {WORDS} title
theme: {WORDS}-theme
sectors: [all]
link: https://ico.example/{WORDS}-link
---
{WORDS} text to protect a child.
"""
ENTRIES = """\
  - {post: law-helps, at: 2027-01-12 08:30, send_to: [ico-x, ico-mastodon, ico-bluesky]}
  - {post: law-helps, id: again, at: 2027-01-12 09:30, send_to: [ico-x, ico-mastodon]}
  - {post: law-helps, id: third, at: 2027-01-12 10:30, send_to: [ico-x, ico-mastodon]}
"""
MARKED = {
    "CAMPAIGN__ICO_X__API_KEY": f"{SECRET}-1",
    "CAMPAIGN__ICO_X__API_SECRET": f"{SECRET}-2",
    "CAMPAIGN__ICO_X__ACCESS_TOKEN": f"{SECRET}-3",
    "CAMPAIGN__ICO_X__ACCESS_TOKEN_SECRET": f"{SECRET}-4",
    "CAMPAIGN__ICO_MASTODON__ACCESS_TOKEN": f"{SECRET}-5",
}


@contextmanager
def logged(as_json: bool = True) -> Iterator[io.StringIO]:  # noqa: FBT001, FBT002 - a switch
    """Take down what a process would write on stderr."""
    text = io.StringIO()
    handler = logging.StreamHandler(text)
    handler.setFormatter(
        JsonFormatter("machine:7") if as_json else logging.Formatter("%(name)s %(message)s")
    )
    root = logging.getLogger()
    root.addHandler(handler)
    before = root.level
    root.setLevel(logging.INFO)
    try:
        yield text
    finally:
        root.setLevel(before)
        root.removeHandler(handler)


def lines(text: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.getvalue().splitlines()]


def live_through_a_bad_day(office: Office, server: str) -> None:
    """Publish, look up, read, take down and stop, where two networks say back what they hear."""
    office.write_post("law-helps", POST)
    office.write_schedule(entries=ENTRIES)
    file = office.folder / "schedule.yaml"
    text = file.read_text(encoding="utf-8")
    for name in ("x", "mastodon"):
        text = text.replace(office.rehearsal.server_of(name), server)
    file.write_text(text, encoding="utf-8")
    office.apply()
    office.approve()
    for minutes in (0, 3, 60, 63, 70, 120, 125, 180):
        office.clock.move_to(DUE + timedelta(minutes=minutes))
        office.desk.watch.saw(office.clock.now())
        office.publish()
        office.collect()
    change = Change(who="ben", at=office.clock.now(), why=f"{WORDS} reason")
    with office.desk.store.write() as connection:
        withdraw(connection, "law-helps/ico-bluesky/1", change, office.schedule())
        stop(connection, "all", "", change)
    office.publish()


@pytest.fixture
def marked(office: Office) -> Office:
    office.environment |= MARKED
    return office


def test_no_line_no_metric_and_no_answer_holds_wording_or_a_token(marked: Office) -> None:
    with echoing() as server, logged() as text:
        live_through_a_bad_day(marked, server)
    written = lines(text)
    assert len(written) > 8
    assert {"published", "not published: PostRefused 422"} <= {one["message"] for one in written}
    prober = TestClient(make_probe_app(marked.desk))
    shown = exposition(marked.desk.watched) + prober.get("/readyz").text
    for said in (text.getvalue(), shown, prober.get("/healthz").text):
        assert WORDS not in said
        assert SECRET not in said


def test_the_log_for_people_still_says_why_and_holds_no_token(marked: Office) -> None:
    with echoing() as server, logged(as_json=False) as text:
        live_through_a_bad_day(marked, server)
    assert "not published: " in text.getvalue()
    assert "The server asks us to wait" in text.getvalue()
    assert SECRET not in text.getvalue()


def test_a_line_names_post_delivery_attempt_and_run(office: Office) -> None:
    office.apply()
    office.approve("law-helps/ico-bluesky/1")
    with logged() as text:
        office.publish_at(DUE)
    (line,) = [one for one in lines(text) if one["message"] == "published"]
    assert {name: one for name, one in line.items() if name != "at"} == {
        "level": "info",
        "logger": "campaign.publishing.publisher",
        "process": "machine:7",
        "message": "published",
        "delivery": "law-helps/ico-bluesky/1",
        "entry": "law-helps",
        "channel": "ico-bluesky",
        "run": "1",
        "action": "publish",
        "network": "bluesky",
        "post": "law-helps",
        "attempt": 1,
    }
    assert line["at"].endswith("Z")


def record(message: str, *given: object, error: BaseException | None = None) -> dict[str, Any]:
    happened = (type(error), error, error.__traceback__) if error else None
    made = logging.LogRecord("campaign", logging.ERROR, "", 0, message, given, happened)
    found = json.loads(JsonFormatter("p").format(made))
    assert isinstance(found, dict)
    return found


def test_only_what_is_known_to_be_harmless_is_let_in() -> None:
    refused = NotSent(f"{WORDS}", network=NetworkName("x"), code="429")
    given = (3, State.HELD, Said("ours"), "anybody's", refused, {"a": WORDS}, None)
    message = record("%s %s %s %s %s %s %s", *given)["message"]
    assert message == "3 held ours [left out] NotSent 429 [left out] None"
    assert record("%d of %s", WORDS, 2)["message"] == "%d of %s"


def test_an_error_is_told_by_its_kinds_and_its_way(office: Office) -> None:
    try:
        try:
            office.delivery(f"{WORDS}/x/1")
        except AssertionError as error:
            raise NotSent(WORDS, network=NetworkName("x")) from error
    except NotSent as error:
        told = record("failed", error=error)["error"]
    assert told["kinds"] == ["NotSent", "AssertionError"]
    assert told["way"][0].startswith("tests/campaign/operating/test_json_log.py:")
    assert WORDS not in json.dumps(told)


def test_every_message_stands_in_the_code_so_that_nothing_is_written_into_it() -> None:
    """A sentence made elsewhere is put in by `%s`, where the JSON log judges it."""
    guilty = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for part in ("campaign", "analytics")
        for path in (ROOT / part).rglob("*.py")
        if "log." in path.read_text(encoding="utf-8")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in {"info", "warning", "error", "exception"}
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == "log"
        and not _is_ours(node.args[0])
    ]
    assert guilty == []


def _is_ours(message: ast.expr) -> bool:
    if isinstance(message, ast.Call) and isinstance(message.func, ast.Name):
        return message.func.id == "explain"  # the database's own, which names no value
    return isinstance(message, ast.Constant)
