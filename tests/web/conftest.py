from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.web.people import WebOffice, open_web_office


@pytest.fixture
def office(tmp_path: Path) -> Iterator[WebOffice]:
    """A campaign with pages; `office.browser("ben")` is a browser in which Ben is signed in."""
    with open_web_office(tmp_path) as opened:
        yield opened
