"""An OpenID Connect server that we did not write; what needs it runs only when asked for."""

import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.networks.node import ServerMissingError, find_node, install_packages
from tests.sign_in.person import DESK

HERE = Path(__file__).parent
SERVER = HERE / "server"
NOT_ASKED = "needs the OpenID Connect server from npm: run `make test-sign-in`"


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what is in this folder unless `-m sign_in` asks for it."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.sign_in)
            if "sign_in" not in config.option.markexpr:
                item.add_marker(pytest.mark.skip(reason=NOT_ASKED))


@pytest.fixture(scope="session")
def issuer() -> Iterator[str]:
    """The server's address."""
    try:
        node = find_node()
        install_packages(node, into=SERVER)
    except ServerMissingError as error:
        pytest.fail(str(error), pytrace=False)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [str(node.program), "server.mjs", str(port), f"{DESK}/sign-in/organisation/back"]
    with subprocess.Popen(command, cwd=SERVER, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            while "listening" not in process.stdout.readline():
                assert process.poll() is None, "the server ended"
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
