"""What needs schemathesis runs only when it is asked for."""

from pathlib import Path

import pytest

HERE = Path(__file__).parent
NOT_ASKED = "needs schemathesis: run `make test-api`"


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what is in this folder unless `-m api` asks for it."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.api)
            if "api" not in config.option.markexpr:
                item.add_marker(pytest.mark.skip(reason=NOT_ASKED))
