"""What the clock does about posts that partners put out by hand: looks, and tells what it found."""

import logging
from dataclasses import replace
from datetime import datetime

from campaign.cli.session import Session
from campaign.partner_links.finding import Finding, look_around
from connectors.contract import NetworkName, PublicPost

log = logging.getLogger("campaign")


def look_now(session: Session) -> Finding:
    """Look at every account on which something is waited for; under a stop no call leaves."""
    desk = session.desk

    def look(channel: str, since: datetime) -> list[PublicPost]:
        account = desk.account(channel)
        read = desk.networks[NetworkName(account.network)].public_posts
        if read is None:
            return []
        reach = replace(desk.means.reach(account), forbidden=lambda: desk.means.stopped(account))
        return read(reach, since)

    return look_around(desk.store, desk.networks_by_name, look, session.now)


def tell_found(finding: Finding) -> None:
    """Write into the log what a round came to."""
    for one in finding.attached:
        log.info("found on its partner's account: %s", one)
    if finding.offered:
        log.info("posts to look at: %s; `campaign found` lists them", finding.offered)
    for one in finding.failures:
        log.warning("not looked at: %s", one)
