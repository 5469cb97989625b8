"""An empty database for a test, of either kind."""

from pathlib import Path

import pytest

from tests.postgres_server import Server, postgres_server

__all__ = ["KINDS", "Server", "fresh_database", "postgres_server"]

KINDS = ["sqlite", "postgres"]


def fresh_database(request: pytest.FixtureRequest, folder: Path) -> str:
    """Return the address of an empty database of the kind that the fixture's parameter names."""
    if request.param == "sqlite":
        return f"sqlite:///{folder}/campaign.db"
    server: Server = request.getfixturevalue("postgres")
    return server.new_database()
