"""Pages and PDF files before judges that we did not write; they run only when asked for."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Playwright, sync_playwright

from tests.networks.node import ServerMissingError, find_node, install_packages
from tests.pages.browser import AXE, Browser, BrowserMissingError, find_browser

pytest.register_assert_rewrite("tests.web.chromium")
HERE = Path(__file__).parent
NOT_ASKED = "needs Chromium, and axe-core from npm: run `make test-pages`"


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what is in this folder unless `-m pages` asks for it; then it may not be absent."""
    ours = [item for item in items if HERE in item.path.parents]
    for item in ours:
        item.add_marker(pytest.mark.pages)
        if "pages" not in config.option.markexpr:
            item.add_marker(pytest.mark.skip(reason=NOT_ASKED))


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Browser:
    why = ""
    try:
        install_packages(find_node(), into=AXE)
        found = find_browser(tmp_path_factory.mktemp("profile"))
    except (ServerMissingError, BrowserMissingError) as error:
        why = str(error)
    if why:
        pytest.fail(why, pytrace=False)
    return found


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """What drives the browser; there can be but one in a process."""
    with sync_playwright() as running:
        yield running
