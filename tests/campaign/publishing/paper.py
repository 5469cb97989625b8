"""A network that is a sheet of paper: every process writes down when it was called, by whom.

Fast enough for a thousand posts, and its list is what any quota is held against.
"""

import os
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from connectors.contract import (
    Access,
    Account,
    Network,
    NetworkName,
    OutgoingPost,
    Prepared,
    PublishedPost,
    RemoteId,
)
from connectors.quota import Quota
from tests.campaign.networks import NETWORKS


@dataclass(frozen=True)
class Pen:
    """One account: writes a line for every post, then answers."""

    access: Access
    sheet: Path
    holds_for: float

    def prepare(self, post: OutgoingPost, resume: Prepared | None) -> Prepared:
        """Need nothing."""
        return Prepared()

    def publish(self, post: OutgoingPost, prepared: Prepared) -> PublishedPost:
        """Write down the hour, the account and the key; answer after a while."""
        line = f"{time.time():.6f} {self.access.handle} {post.delivery_key}\n"
        descriptor = os.open(self.sheet, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        os.write(descriptor, line.encode())
        os.close(descriptor)
        time.sleep(self.holds_for)
        return PublishedPost(
            remote_id=RemoteId(post.delivery_key),
            url="https://paper.example/1",
            published_at=self.access.now(),
        )

    def whoami(self) -> Account:
        """Say who writes."""
        return Account(remote_id=RemoteId("1"), handle=self.access.handle, url="")

    def close(self) -> None:
        """Put the pen away."""


def paper(name: str, sheet: Path, *quotas: Quota, holds_for: float = 0.0) -> Network:
    """Return a network of this name that writes on the sheet and documents these quotas."""
    known = NETWORKS[NetworkName(name)]

    def connect(access: Access) -> Any:
        return Pen(access, sheet, holds_for)

    capabilities = replace(known.capabilities, quotas=quotas)
    return replace(known, capabilities=capabilities, connect=connect)


def lines(sheet: Path) -> list[tuple[float, str, str]]:
    """Return what was written, by the hour: when, account, key."""
    written = sheet.read_text().splitlines() if sheet.exists() else []
    parts = [line.split(" ", 2) for line in written]
    return sorted((float(at), handle, key) for at, handle, key in parts)


def most_within(instants: list[float], seconds: float) -> int:
    """Return how many instants lie in the fullest stretch of this length."""
    ordered = sorted(instants)
    return max(
        (sum(one <= other < one + seconds for other in ordered) for one in ordered), default=0
    )
