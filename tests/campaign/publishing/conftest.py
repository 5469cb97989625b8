import pytest


@pytest.fixture
def database_url(either_database: str) -> str:
    """Let every test of publishing run on both kinds of database."""
    return either_database
