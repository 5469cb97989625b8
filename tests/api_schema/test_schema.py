"""The whole API under schemathesis: no answer above 499, and none that its document does not have.

What schemathesis makes up is sent over real sockets to the pages as they are served, by somebody
who may do almost everything.
"""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from campaign.web.api.app import ROOT
from campaign.web.api.pace import Pace
from campaign.web.serving import Serving
from tests.campaign.office import DUE
from tests.web.api.programs import token_for
from tests.web.people import WebOffice, open_web_office


@pytest.fixture
def office(tmp_path: Path) -> Iterator[WebOffice]:
    with open_web_office(tmp_path) as opened:
        opened.approve()
        opened.publish_at(DUE)
        yield opened


@pytest.fixture
def address(office: WebOffice) -> Iterator[str]:
    office.app.state.api.state.pace = Pace(most=10_000_000)  # it asks as fast as it can
    serving = Serving(office.app, "127.0.0.1", 0)
    yield f"http://127.0.0.1:{serving.port}{ROOT}"
    serving.close()


@pytest.mark.parametrize("person", ["ben", "frank"])
def test_no_answer_is_a_fault_or_unlike_its_document(
    office: WebOffice, address: str, person: str, tmp_path: Path
) -> None:
    config = ["--config-file", str(Path(__file__).parent / "schemathesis.toml")]
    program = [sys.executable, "-m", "schemathesis.cli", *config]
    command = [*program, "run", f"{address}/openapi.json"]
    header = f"Authorization: Bearer {token_for(office, person)}"
    settings = ["--header", header, "--checks", "all", "--seed", "20270112", "--no-color"]
    amount = ["--max-examples", "40", "--phases", "examples,coverage,fuzzing"]
    # Whoever lacks a right is refused with data that is fine, and so with all data.
    left_out = ["--exclude-checks", "positive_data_acceptance,unsupported_method"]
    done = subprocess.run(
        [*command, *settings, *amount, *left_out],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
        timeout=1_200,
    )
    assert done.returncode == 0, done.stdout[-20_000:] + done.stderr[-2_000:]
