"""The whole API under schemathesis: no answer above 499, and none that its document does not have.

What schemathesis makes up is sent over real sockets to the pages as they are served, by an
approver, an author and a reader: operation by operation, and on the ways that the document's links
lead from one answer to the next request. Everything is drawn from one seed.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from campaign.web.api.app import ROOT
from campaign.web.api.pace import Pace
from campaign.web.serving import Serving
from tests.api_schema.heard import Heard
from tests.api_schema.world import open_busy_office
from tests.web.api.programs import token_for
from tests.web.people import WebOffice

ONE_BY_ONE = ("--phases", "examples,coverage,fuzzing", "--max-examples", "40")
# What is wrong is sent one by one; here it would end nearly every way at its first step.
ON_WAYS = ("--phases", "stateful", "--mode", "positive", "--max-examples", "150")
HERE, KEYS = str(Path(__file__).parents[2]), "tests.api_schema.keys"
PARTS = [
    ("ben", ("approvals", "deliveries"), {"approve", "show_delivery"}),
    ("ben", ("decisions", "deliveries"), {"drop", "show_delivery"}),
    ("ama", ("posts", "writing"), {"begin_post", "upload_file", "write_post", "show_taking_out"}),
    ("ama", ("reports", "releasing"), {"show_release", "write_report_sentence"}),
]
"""Who goes the ways of which part, and what has to have been done for them to be worth going."""
# Whoever lacks a right is refused with data that is fine, and so with all data.
LEFT_OUT = ("--exclude-checks", "positive_data_acceptance,unsupported_method")


@pytest.fixture
def office(tmp_path: Path) -> Iterator[WebOffice]:
    with open_busy_office(tmp_path) as opened:
        yield opened


@pytest.fixture
def heard(office: WebOffice) -> Heard:
    return Heard(office.app)


@pytest.fixture
def address(office: WebOffice, heard: Heard) -> Iterator[str]:
    office.app.state.api.state.pace = Pace(most=10_000_000)  # it asks as fast as it can
    serving = Serving(heard, "127.0.0.1", 0)
    yield f"http://127.0.0.1:{serving.port}{ROOT}"
    serving.close()


def ask(address: str, token: str, folder: Path, *settings: str, hooks: str) -> None:
    """Let schemathesis ask everything; fail where it finds anything."""
    config = ["--config-file", str(Path(__file__).parent / "schemathesis.toml")]
    program = [sys.executable, "-m", "schemathesis.cli", *config]
    command = [*program, "run", f"{address}/openapi.json"]
    header = f"Authorization: Bearer {token}"
    always = ["--header", header, "--checks", "all", "--seed", "20270112", "--no-color"]
    done = subprocess.run(
        [*command, *always, *LEFT_OUT, *settings],
        capture_output=True,
        text=True,
        check=False,
        cwd=folder,
        env=os.environ | {"SCHEMATHESIS_HOOKS": hooks, "PYTHONPATH": HERE},
        timeout=1_200,
    )
    assert done.returncode == 0, done.stdout[-20_000:] + done.stderr[-2_000:]


@pytest.mark.parametrize("person", ["ben", "ama", "frank"])
def test_no_answer_is_a_fault_or_unlike_its_document(
    office: WebOffice, address: str, person: str, tmp_path: Path
) -> None:
    ask(address, token_for(office, person), tmp_path, *ONE_BY_ONE, hooks="")


@pytest.mark.parametrize("part", PARTS, ids=lambda part: f"{part[0]} {part[1][0]}")
def test_nor_on_the_ways_from_one_answer_to_the_next(
    office: WebOffice,
    address: str,
    heard: Heard,
    part: tuple[str, tuple[str, ...], set[str]],
    tmp_path: Path,
) -> None:
    person, tags, done = part
    of_part = [word for tag in tags for word in ("--include-tag", tag)]
    ask(address, token_for(office, person), tmp_path, *ON_WAYS, *of_part, hooks=KEYS)
    assert heard.done.keys() >= done, heard.done
