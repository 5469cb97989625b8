# ruff: noqa: E501 - words of a page stand on its lines
"""Makes `docs/reference/json.md`: the keys of every JSON answer, out of answers that were given.

A small campaign is planned, approved, published and counted, and each command asked. So the page
can only say what the program says; its types are those that were seen.
"""

import json
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.docs.stage import Stage, open_stage

HEAD = """\
# JSON for other programs

Made from answers that the program gave on a small campaign. Do not edit this page. Keys may be added; the ones here stay.
Times are in UTC and end in `Z`. A number that is not known is null, never 0, and what stands beside it says why.
`[]` means each of a list. `campaign rehearse --json` is described [in operations](../operations.md#look-into-it), and a
page of its own says what [each command](../commands.md) does.
"""
DELIVERY = "three-words/ico-mastodon/1"
BEFORE = ("check --json", "plan --json", "preview three-words --json")
PREPARED = ("apply --as ama --yes", "approve --all --as ben --yes")
AFTER = (
    *("status --json", f"log {DELIVERY} --json", "board three-words --json", "doctor --json"),
    *("collect --forecast --json", "audit verify --json", "person list --json"),
    *("report --week 2027-W02 --format json", "reach 40000 25000 --json"),
)
_TYPES = {str: "text", int: "number", float: "number", bool: "true or false"}


def json_page() -> str:
    """Return the page; a command that gives no JSON is an error."""
    here = Path.cwd()
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as monkey:
        try:
            with open_stage(Path(folder), monkey, "2027-01-04 09:00") as stage:
                parts = list(_sections(stage))
        finally:
            os.chdir(here)
    return "\n".join([HEAD, *parts])


def _sections(stage: Stage) -> Iterator[str]:
    stage.small_campaign()
    for command in BEFORE:
        yield _section(command, _answer(stage, command))
    for command in PREPARED:
        _answer(stage, command)
    for moment in ("2027-01-11 09:10", "2027-01-13 10:00"):
        stage.clock_to(moment)
        _answer(stage, "publish")
    stage.clock_to("2027-01-17 23:00")
    _answer(stage, "collect")
    stage.clock_to("2027-01-19 09:00")
    for command in AFTER:
        yield _section(command, _answer(stage, command))


def _answer(stage: Stage, command: str) -> str:
    answers = "json" in command
    outcome = stage.run(f"campaign {command}{' > answer.json' if answers else ''}")
    assert outcome.code in (0, 1), (command, outcome.text)
    return Path("answer.json").read_text(encoding="utf-8") if answers else ""


def _section(command: str, answer: str) -> str:
    found: dict[str, set[str]] = {}
    _walk("", json.loads(answer), found)
    rows = [f"| `{key}` | {_in_words(kinds)} |" for key, kinds in found.items() if key]
    return "\n".join([f"## campaign {command}\n", "| key | holds |", "|---|---|", *rows, ""])


def _walk(key: str, value: Any, found: dict[str, set[str]]) -> None:
    if isinstance(value, dict):
        for name, one in value.items():
            _walk(f"{key}.{name}" if key else name, one, found)
    elif isinstance(value, list):
        found.setdefault(f"{key}[]", set())
        for one in value:
            _walk(f"{key}[]", one, found)
    else:
        found.setdefault(key, set()).add(_TYPES.get(type(value), "null"))


def _in_words(kinds: set[str]) -> str:
    if kinds == {"null"}:
        return "null in these answers"
    return " or ".join(sorted(kinds, key=lambda one: (one == "null", one))) or "a list"
