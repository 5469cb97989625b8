"""The real Bluesky server for the tests in this folder, which run only when asked for by name."""

from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest

from tests.networks.node import Node, ServerMissingError, find_node, install_packages
from tests.networks.server import serving
from tests.networks.xrpc import Account, make_account

HERE = Path(__file__).parent
NOT_ASKED = "needs the real Bluesky server from npm: run `make test-networks`"

_numbers = count(1)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what is in this folder unless `-m networks` asks for it.

    Whoever does ask wants an answer: a server that cannot be had is then a failure, no skip.
    """
    ours = [item for item in items if HERE in item.path.parents]
    for item in ours:
        if item.get_closest_marker("networks") is None:
            message = f"{item.nodeid} lacks the mark `networks`, so nothing would ever run it"
            raise pytest.UsageError(message)
    if "networks" not in config.option.markexpr:
        for item in ours:
            item.add_marker(pytest.mark.skip(reason=NOT_ASKED))


@pytest.fixture(scope="session")
def node() -> Node:
    why = ""
    try:
        found = find_node()
        install_packages(found)
    except ServerMissingError as error:
        why = str(error)
    if why:
        pytest.fail(why, pytrace=False)
    return found


@pytest.fixture(scope="session")
def server(node: Node, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving(node, tmp_path_factory.mktemp("pds")) as origin:
        yield origin


@pytest.fixture(scope="session")
def new_account(server: str) -> Callable[[], Account]:
    def make() -> Account:
        return make_account(server, f"desk{next(_numbers)}")

    return make


@pytest.fixture
def account(new_account: Callable[[], Account]) -> Account:
    return new_account()


@pytest.fixture
def another_account(new_account: Callable[[], Account]) -> Account:
    return new_account()
