"""Connectors for the two networks of `small_server`, as any other network is connected.

A schedule may name five networks; these two take the places of LinkedIn and Facebook.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from connectors import facebook, linkedin
from connectors.contract import (
    Absent,
    Access,
    Account,
    AccountReading,
    CannotSay,
    Capabilities,
    Correction,
    DeliveryKey,
    Finding,
    Found,
    Limits,
    MetricReading,
    Network,
    NetworkName,
    NotSent,
    OutgoingPost,
    Prepared,
    Problem,
    PublishedPost,
    RemoteId,
    Removal,
    Sought,
    Stands,
)
from connectors.http import Call, Http, Purpose
from tests.faults.small_server import SITE


class SmallConnector:
    """What both have in common."""

    network: Network

    def __init__(self, access: Access) -> None:
        self._http = Http(self.network.name, access)
        self._server = access.server

    @property
    def capabilities(self) -> Capabilities:
        return self.network.capabilities

    def limits(self) -> Limits:
        return self.network.documented

    def check(self, post: OutgoingPost, limits: Limits) -> list[Problem]:
        return self.network.check(post, limits)

    def whoami(self) -> Account:
        fields = self._ask(Purpose.READ, "GET", "/me")
        return Account(remote_id=RemoteId(fields["id"]), handle=fields["handle"], url=SITE)

    def read_metrics(self, remote_ids: Sequence[RemoteId]) -> list[MetricReading]:
        raise NotSent(f"no counts of {remote_ids} are kept here", network=self.network.name)

    def read_account(self) -> AccountReading:
        raise NotSent("no counts are kept here", network=self.network.name)

    def withdraw(self, remote_id: RemoteId) -> Removal:
        return Stands(why=f"this network does not delete {remote_id}")

    def correct(self, remote_id: RemoteId, post: OutgoingPost) -> Correction:
        return Stands(why=f"this network does not edit {remote_id}")

    def close(self) -> None:
        self._http.close()

    def _ask(self, purpose: Purpose, method: str, path: str, text: str | None = None) -> Any:
        fields = None if text is None else {"text": text}
        call = Call(purpose=purpose, method=method, url=f"{self._server}{path}", json=fields)
        answer = self._http.send(call)
        if not answer.ok:
            raise self._http.plain_error(answer, purpose)
        return answer.parsed()


class ContainerConnector(SmallConnector):
    """Creates a container that nobody sees, and publishes it, which works once."""

    def prepare(self, post: OutgoingPost, resume: Prepared | None) -> Prepared:
        if resume and resume.tokens:
            return resume
        return Prepared(
            tokens=(self._ask(Purpose.PREPARE, "POST", "/containers", post.text)["id"],)
        )

    def publish(self, post: OutgoingPost, prepared: Prepared) -> PublishedPost:
        path = f"/containers/{prepared.tokens[0]}/publish"
        return published(self._ask(Purpose.CREATE, "POST", path)["published"])

    def find(self, sought: Sought) -> Finding:
        if sought.prepared is None:
            return Absent()  # its token is kept before it is published
        fields = self._ask(Purpose.READ, "GET", f"/containers/{sought.prepared.tokens[0]}")
        found = fields["published"]
        return Found(post=published(found)) if found else Absent()


class NothingConnector(SmallConnector):
    """Posts, and can say nothing of it afterwards."""

    def prepare(self, post: OutgoingPost, resume: Prepared | None) -> Prepared:
        return Prepared()

    def publish(self, post: OutgoingPost, prepared: Prepared) -> PublishedPost:
        return published(self._ask(Purpose.CREATE, "POST", "/posts", post.text))

    def find(self, sought: Sought) -> Finding:
        return CannotSay(why="this network does not say what it has")


def published(fields: Mapping[str, str]) -> PublishedPost:
    at = datetime.fromisoformat(fields["published_at"])
    return PublishedPost(remote_id=RemoteId(fields["id"]), url=fields["url"], published_at=at)


def choose_key(delivery: str, content: str, at: datetime) -> DeliveryKey:
    return DeliveryKey(hashlib.sha256(f"{delivery}\n{content}".encode()).hexdigest())


def read_permalink(url: str, handle: str, server: str | None) -> RemoteId | None:
    return RemoteId(url.removeprefix(SITE)) if url.startswith(SITE) else None


CONTAINER = replace(
    linkedin.NETWORK,
    connect=ContainerConnector,
    credentials=(),
    capabilities=replace(linkedin.NETWORK.capabilities, proves_absence=True, finds_unnoted=False),
    choose_key=choose_key,
    read_permalink=read_permalink,
)
NOTHING = replace(
    facebook.NETWORK,
    connect=NothingConnector,
    credentials=(),
    capabilities=replace(facebook.NETWORK.capabilities, proves_absence=False),
    choose_key=choose_key,
    read_permalink=read_permalink,
)
ContainerConnector.network = CONTAINER
NothingConnector.network = NOTHING
SMALL_NETWORKS: Mapping[NetworkName, Network] = {one.name: one for one in (CONTAINER, NOTHING)}
