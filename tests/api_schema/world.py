"""A campaign in which every kind of decision is to be made, for what tests the API."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from rehearsal.server import Call, Fault
from tests.campaign.office import DUE, ENTRY
from tests.web.api.programs import program
from tests.web.people import WebOffice, open_web_office

MORE = """\
  - {post: second, at: 2027-01-21 09:00, send_to: [network:x, network:mastodon]}
  - {post: third, at: 2027-01-22 09:00, send_to: [network:x]}
  - queue: weekly
    posts: [second, third]
    slot: morning
    from: 2027-01-25
    send_to: [ico-bluesky]
"""


@contextmanager
def open_busy_office(folder: Path) -> Iterator[WebOffice]:
    """Open an office where posts are live, unknown and refused, some wait, and a report does."""
    with open_web_office(folder) as office:
        office.approve()
        office.rehearsal.inject("x", Fault.DROP_BEFORE_STORING, on=Call.PUBLISH)
        office.rehearsal.inject("bluesky", Fault.REFUSE, on=Call.PUBLISH)
        office.publish_at(DUE)
        office.clock.move_to(datetime(2027, 1, 19, 8, 0, tzinfo=UTC))
        for name in ("second", "third"):
            office.write_post(name, f"---\ntitle: {name}\n---\nThe {name} post.\n")
        office.write_schedule(ENTRY + MORE)
        office.apply()
        office.browser("ama").submit("/reports/2027-W02/prepare")
        stopped = {"scope": "network", "target": "bluesky", "reason": "To be looked at"}
        assert program(office, "cat").write("/stops", stopped).status_code == 201
        yield office
