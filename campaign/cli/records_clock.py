"""What the clock does for records: lets go what is past its time, every hour a look."""

import logging

from campaign.cli.on_retention import rules_of
from campaign.cli.session import Session
from campaign.records.keeping import let_go
from campaign.store.deliveries import Change

log = logging.getLogger("campaign")


def tick(session: Session) -> None:
    """Let go what is past its time."""
    change = Change(who="campaign", at=session.now, why="")
    for kind, number in let_go(session.desk.store, rules_of(session), change).items():
        if number:
            log.info("past their time and deleted: %s %s", number, kind)
