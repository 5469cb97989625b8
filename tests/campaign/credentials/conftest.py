from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.campaign.credentials.scene import Scene, open_scene


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    with open_scene(tmp_path) as opened:
        yield opened
