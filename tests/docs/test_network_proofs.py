"""The page on what proves the networks names tests that exist; no network's row has a gap."""

import re
from importlib.metadata import version
from pathlib import Path

import pytest

from connectors.contract import NetworkName
from connectors.registry import NETWORKS
from tests.connectors.contract_correcting import CorrectingLaws
from tests.connectors.contract_withdrawing import WithdrawingLaws
from tests.connectors.test_youtube_requests import DOCUMENT
from tests.faults.cells import Point
from tests.faults.test_pages import EXPECTED

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "network-proofs.md").read_text(encoding="utf-8")
TABLE = (ROOT / "docs" / "networks.md").read_text(encoding="utf-8")
NAMED = re.compile(r"`([a-z_/]+\.py)(?:::(test_\w+))?`")
WORDS = {5: "five", 7: "seven"}
FEWEST = 90
"""Tests that the page names; fewer would mean that they are written in a way nobody reads."""


def missing(page: str) -> list[str]:
    """Return the tests that a page names and that are not there."""
    found = []
    for file, name in NAMED.findall(page):
        path = ROOT / "tests" / file
        text = path.read_text(encoding="utf-8") if path.is_file() else ""
        if not text or (name and f"def {name}(" not in text):
            found.append(f"{file}::{name}")
    return found


def test_every_test_that_is_named_is_there() -> None:
    assert missing(PAGE) == []
    assert len(NAMED.findall(PAGE)) >= FEWEST


@pytest.mark.parametrize("named", ["connectors/test_z.py", "connectors/test_x.py::test_nothing"])
def test_one_that_is_not_there_is_noticed(named: str) -> None:
    assert missing(f"| a | `{named}` |") != []


def test_every_row_names_a_test() -> None:
    rows = [one for one in PAGE.splitlines() if one.startswith("| ")]
    headings = {"promise", "what"}
    silent = [one for one in rows if not NAMED.search(one)]
    assert [one for one in silent if one.split("|")[1].strip() not in headings] == []


def proved() -> dict[str, list[str]]:
    """Return the cells of the table of proofs, by network."""
    table = TABLE.partition("## What is proved, and by what")[2].partition("\n- **")[0]
    rows = [[cell.strip() for cell in row.split("|")[1:-1]] for row in table.splitlines()]
    return {row[0]: row[1:] for row in rows if len(row) == 6}


def test_every_network_says_what_of_it_is_proved_and_what_is_only_documented() -> None:
    cells = proved()
    titles = {one.title for one in NETWORKS.values()}
    assert titles <= set(cells)
    assert [name for name in titles if len([cell for cell in cells[name] if cell]) != 5] == []


@pytest.mark.parametrize("name", NETWORKS)
def test_the_table_counts_the_points_at_which_processes_are_killed(name: str) -> None:
    points = {point for page, point in EXPECTED if page == name}
    # The whole matrix is played on the networks that are no pages.
    number = len(points) or len(Point) - 1
    assert f"SIGKILL at {WORDS[number]} points" in proved()[NETWORKS[NetworkName(name)].title][3]


@pytest.mark.parametrize(
    ("title", "package"),
    [
        ("LinkedIn", "linkedin-api-client"),
        ("Webhook", "standardwebhooks"),
        ("Feed", "feedparser"),
    ],
)
def test_the_table_names_the_versions_that_the_proofs_are_made_with(
    title: str, package: str
) -> None:
    [said] = re.findall(r"\((\d+(?:\.\d+)+)\)", proved()[title][0])
    assert f"{version(package)}.".startswith(f"{said}.")


def test_the_revision_of_googles_document_is_the_one_in_use() -> None:
    assert f"(revision {DOCUMENT['revision']})" in proved()["YouTube"][0]


def test_the_laws_of_taking_down_and_editing_are_counted() -> None:
    laws = {name for one in (WithdrawingLaws, CorrectingLaws) for name in vars(one)}
    assert len([name for name in laws if name.startswith("test_")]) == 18
    assert "are eighteen laws of the suite" in TABLE
