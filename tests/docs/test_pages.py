import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.docs.blocks import PAGES, ROOT, Block, blocks_of, parts_of
from tests.docs.player import LANGUAGES, Typed, play, prints
from tests.docs.stage import Outcome, Stage, open_stage
from tests.postgres import Server

WEEK_BEFORE = "2027-01-04 09:00"
MOST_UNTESTED = 8

SERVER = "postgresql://campaign:the-password@db.example/campaign"
"""A database of PostgreSQL in the pages; there is one behind it."""

MADE = {"docs/commands.md", "docs/reference/licences.md"}
"""Written by `tests.docs.made`; nothing in it is to be typed."""

ON_A_REAL_SERVER = {"docs/how-to/try-bluesky.md"}
"""Played by `tests/networks/test_the_how_to.py`, which is not run without being asked for."""

ELSEWHERE = MADE | ON_A_REAL_SERVER
PLAYED = [one for one in PAGES if blocks_of(one) and str(one.relative_to(ROOT)) not in ELSEWHERE]


def name_of(page: Path) -> str:
    return str(page.relative_to(ROOT))


@pytest.mark.parametrize("page", PLAYED, ids=name_of)
def test_what_a_page_tells_people_to_type_works(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    with open_stage(tmp_path, monkeypatch, WEEK_BEFORE) as stage:
        if f"$ campaign move-database {SERVER}" in page.read_text(encoding="utf-8"):
            server: Server = request.getfixturevalue("postgres")
            stage.addresses[SERVER] = server.new_database("template1")
        for part in parts_of(page):
            play(part, stage)
        assert stage.rehearsal.pending_faults() == []


def test_every_block_is_in_a_language_that_is_tested() -> None:
    blocks = [one for page in PAGES for one in blocks_of(page)]
    assert [one.place for one in blocks if one.language not in LANGUAGES] == []


def test_blocks_that_no_test_runs_are_few_and_say_why() -> None:
    idle = [one for page in PAGES for one in blocks_of(page) if not one.runs]
    assert [one.place for one in idle if len(one.why_not) < 10] == []
    assert len(idle) <= MOST_UNTESTED, [one.place for one in idle]


def test_every_make_target_that_a_page_names_exists() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z][a-z-]*):", makefile, flags=re.MULTILINE))
    named = {
        target
        for page in PAGES
        for target in re.findall(r"(?:`|\$ )make ([a-z-]+)", page.read_text(encoding="utf-8"))
    }
    assert {"demo", "test"} <= named
    assert named - targets == set()


def console(text: str) -> Block:
    return Block(place="page.md:1", language="console", words="", text=text)


@pytest.fixture
def stage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    with open_stage(tmp_path, monkeypatch, WEEK_BEFORE) as stage:
        yield stage


@pytest.mark.parametrize(
    "text",
    [
        "$ campaign frobnicate\n",
        "$ campaign check\n",
        "$ campaign new here\nand another line\n",
        "$ false\n",
    ],
)
def test_a_block_that_does_not_work_is_noticed(stage: Stage, text: str) -> None:
    with pytest.raises(AssertionError, match=r"page\.md:1"):
        play(console(text), stage)


def test_a_yaml_block_that_check_refuses_is_noticed(stage: Stage) -> None:
    play(console("$ campaign new here\n$ cd here\n"), stage)
    fine = Block(place="page.md:1", language="yaml", words="", text="rules: {late_limit: 2h}\n")
    play(fine, stage)
    wrong = Block(place="page.md:2", language="yaml", words="", text="rules: {late_limit: soon}\n")
    with pytest.raises(AssertionError, match="soon"):
        play(wrong, stage)


@pytest.mark.parametrize(
    ("expected", "printed", "verdict"),
    [
        (["one", "two"], "one\ntwo\n", "the same"),
        (["one", "two"], "one\ntwo\nthree\n", "other"),
        (["one", "..."], "one\ntwo\nthree\n", "the same"),
        (["... of 280"], "97 of 280\n", "the same"),
        (["... of 280"], "97 of 281\n", "other"),
    ],
)
def test_dots_stand_for_anything_and_nothing_else_does(
    expected: list[str], printed: str, verdict: str
) -> None:
    same = prints(expected, Outcome(text=printed, code=0))
    assert ("the same" if same else "other") == verdict


def test_an_announced_exit_code_is_read() -> None:
    assert Typed("campaign check  # leaves with 3").code == 3
    assert Typed("campaign check").code == 0
