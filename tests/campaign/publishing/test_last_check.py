"""A last check that the database does not answer: asked again, and nothing leaves without it."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import Connection, event
from sqlalchemy.exc import OperationalError

from campaign.publishing.publisher import publish
from campaign.store.database import Store
from tests.campaign.office import DUE, Office

MASTODON = "law-helps/ico-mastodon/1"


@pytest.fixture
def due(office: Office) -> Office:
    office.apply()
    office.approve()
    office.clock.move_to(DUE)
    return office


@contextmanager
def reads_fail_after_the_claim(store: Store, times: int) -> Iterator[None]:
    """Let the database fail to be read so often, once something has been committed."""
    claimed, left = [False], [times]

    def note(_connection: Connection) -> None:
        claimed[0] = True

    def fail(connection: Connection) -> None:
        reads = connection.get_execution_options().get("reads_only", False)
        if reads and claimed[0] and left[0]:
            left[0] -= 1
            raise OperationalError("BEGIN", None, OSError("disk I/O error"))

    for moment, listener in (("commit", note), ("begin", fail)):
        event.listen(store.engine, moment, listener)
    try:
        yield
    finally:
        for moment, listener in (("commit", note), ("begin", fail)):
            event.remove(store.engine, moment, listener)
    assert left == [0], "the database was asked less often than it was to fail"


def test_a_last_check_that_cannot_be_read_is_made_again_before_the_call(due: Office) -> None:
    rig = due.desk.rig("worker")
    with reads_fail_after_the_claim(rig.store, 1):
        assert publish(rig, MASTODON) == "published"
    assert len(due.texts("mastodon")) == 1


def test_where_no_last_check_can_be_made_nothing_leaves(due: Office) -> None:
    rig = due.desk.rig("worker")
    with reads_fail_after_the_claim(rig.store, 2), pytest.raises(OperationalError):
        publish(rig, MASTODON)
    assert due.texts("mastodon") == []
    assert due.state(MASTODON) == "sending"
