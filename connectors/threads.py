"""Threads, through Meta's Threads API; text and a link for now.

`prepare` makes a container, which nobody sees; `publish` publishes it, which works once. After a
lost answer the container itself tells whether it was published. It does not tell the post's id,
which is then looked for among the account's own posts.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from connectors.checking import insist_on_offered
from connectors.contract import (
    Absent,
    Access,
    Account,
    AccountReading,
    CannotSay,
    Capabilities,
    Connector,
    ConnectorError,
    Finding,
    Found,
    Limits,
    MetricReading,
    Network,
    NotSent,
    OutcomeUnknown,
    OutgoingPost,
    PostRefused,
    Prepared,
    Problem,
    PublishedPost,
    RemoteId,
    Sought,
)
from connectors.graph_errors import graph_error, instant_in, is_gone
from connectors.http import Answer, Purpose
from connectors.pack import choose_key
from connectors.threads_facts import (
    CAPABILITIES,
    CREDENTIAL_FIELDS,
    DOCUMENTED,
    NAME,
    NO_PICTURES,
    check,
    read_permalink,
)
from connectors.threads_reading import TITLE, ThreadsReading
from connectors.threads_sign_in import ThreadsSignIn
from connectors.threads_wire import ThreadsWire

PROCESSING = " processing"
"""Stands behind the id of a container that Threads has not finished."""

_LASTS_FOR = timedelta(hours=23)
"""A container that is not published expires after 24 hours."""
_AGAIN_AFTER = timedelta(seconds=15)
_SKEW = timedelta(minutes=2)
_SHOWN = "id,text,timestamp,permalink"


class ThreadsConnector:
    """One account."""

    def __init__(self, access: Access) -> None:
        self._now = access.now
        self._handle = access.handle.lstrip("@")
        self._wire = ThreadsWire(access)
        self._reading = ThreadsReading(self._wire)

    @property
    def capabilities(self) -> Capabilities:
        """What Threads can do."""
        return CAPABILITIES

    def limits(self) -> Limits:
        """Return the documented limits; Threads announces none."""
        return DOCUMENTED

    def check(self, post: OutgoingPost, limits: Limits) -> list[Problem]:
        """List what Threads would refuse."""
        return check(post, limits)

    def prepare(self, post: OutgoingPost, resume: Prepared | None) -> Prepared:
        """Make the container; what `resume` holds is kept while it lasts.

        It may still be in the works when this returns; asked again, or by `publish`, while that
        is so, `NotSent` says when to come back. A post with pictures is refused.
        """
        insist_on_offered(post, CAPABILITIES, NAME)
        if post.media:
            raise PostRefused(NO_PICTURES, network=NAME)
        if resume is not None and self._lasts(resume):
            kept = self._ready(resume.tokens[0])
            if kept is not None:
                return Prepared(tokens=(kept,), expires_at=resume.expires_at)
        started_at = self._now()
        container = self._make(post)
        finished = self._status(container) == "FINISHED"
        token = container if finished else container + PROCESSING
        return Prepared(tokens=(token,), expires_at=started_at + _LASTS_FOR)

    def publish(self, post: OutgoingPost, prepared: Prepared) -> PublishedPost:
        """Publish the container, which can be done once."""
        if post.media:
            raise PostRefused(NO_PICTURES, network=NAME)
        container = self._ready(prepared.tokens[0]) if self._lasts(prepared) else None
        if container is None:
            message = "The post has to be prepared (again) before it is published."
            raise NotSent(message, network=NAME, uploads_gone=True)
        answer = self._wire.publish(container)
        if not answer.ok:
            raise self._refused(answer, container)
        post_id = answer.mapping().get("id")
        if not isinstance(post_id, str) or not post_id.isdigit():
            message = "Threads answered without the id of the post."
            raise self._wire.http.unclear(message, Purpose.CREATE)
        return self._published(post_id)

    def find(self, sought: Sought) -> Finding:
        """Ask the container; without one, nothing was ever published."""
        if sought.prepared is None or len(sought.prepared.tokens) != 1:
            return Absent()  # its id is kept before anything is published
        answer = self._wire.read(_container(sought.prepared.tokens[0]), "status")
        status = answer.mapping().get("status")
        if not answer.ok and not is_gone(answer):
            raise graph_error(self._wire.http, answer, Purpose.READ, title=TITLE)
        if status in {"FINISHED", "ERROR"}:
            return Absent()
        if status == "IN_PROGRESS":
            return CannotSay(why="Threads is still working on it")
        return self._among_own(sought)

    def read_metrics(self, remote_ids: Sequence[RemoteId]) -> list[MetricReading]:
        """Read counts, one post a call."""
        return self._reading.posts(remote_ids)

    def read_account(self) -> AccountReading:
        """Read the followers."""
        return self._reading.followers()

    def whoami(self) -> Account:
        """Say whose token it is."""
        answer = self._wire.read("me", "id,username")
        number, name = answer.mapping().get("id"), answer.mapping().get("username")
        if not answer.ok or not isinstance(number, str) or not isinstance(name, str):
            raise graph_error(self._wire.http, answer, Purpose.READ, title=TITLE)
        return Account(remote_id=RemoteId(number), handle=name, url=_profile(name))

    def close(self) -> None:
        """Give the connections back."""
        self._wire.http.close()

    def _make(self, post: OutgoingPost) -> str:
        fields = {"media_type": "TEXT", "text": post.text}
        if post.link is not None:
            fields["link_attachment"] = post.link.url
        if post.answers is not None:
            fields["reply_to_id"] = self._reading.id_of(post.answers.parent)
        answer = self._wire.make(fields)
        container = answer.mapping().get("id")
        if not answer.ok:
            raise graph_error(self._wire.http, answer, Purpose.PREPARE, title=TITLE)
        if not isinstance(container, str) or not container.isdigit():
            message = "Threads made a container without naming it."
            raise self._wire.http.unclear(message, Purpose.PREPARE)
        return container

    def _lasts(self, prepared: Prepared) -> bool:
        """Whether what was prepared is complete and Threads still has it."""
        ends_at = prepared.expires_at
        return len(prepared.tokens) == 1 and (ends_at is None or self._now() < ends_at)

    def _ready(self, token: str) -> str | None:
        """Return the id of a container that can be published; None where it is gone."""
        container = _container(token)
        status = self._status(container) if token.endswith(PROCESSING) else "FINISHED"
        if status == "ERROR":
            message = "Threads could not make anything of the post."
            raise PostRefused(message, network=NAME, code=status)
        if status == "IN_PROGRESS":
            message = "Threads is still working on the post."
            raise NotSent(message, network=NAME, retry_at=self._now() + _AGAIN_AFTER)
        return container if status in {"FINISHED", "PUBLISHED"} else None

    def _status(self, container: str) -> str:
        answer = self._wire.read(container, "status,error_message")
        status = answer.mapping().get("status")
        if is_gone(answer):
            return "EXPIRED"
        if not answer.ok or not isinstance(status, str):
            raise graph_error(self._wire.http, answer, Purpose.READ, title=TITLE)
        return status

    def _refused(self, answer: Answer, container: str) -> ConnectorError:
        """Say what a refusal means: a container that is out already is refused, too."""
        error = graph_error(self._wire.http, answer, Purpose.CREATE, title=TITLE)
        if not isinstance(error, PostRefused):
            return error
        try:
            status = self._status(container)
        except ConnectorError:
            status = ""
        if status == "EXPIRED":
            message = "The container is no longer at Threads; it will be made again."
            return NotSent(message, network=NAME, uploads_gone=True)
        if status in {"FINISHED", "ERROR"}:
            return error
        message = "Threads refuses to publish it and does not say that it is not out already."
        return OutcomeUnknown(message, network=NAME, code="published")

    def _published(self, post_id: str) -> PublishedPost:
        try:
            url = self._wire.read(post_id, "permalink").mapping().get("permalink")
        except ConnectorError:
            url = None
        known = isinstance(url, str) and url.startswith("https://")
        return PublishedPost(
            remote_id=RemoteId(post_id),
            url=str(url) if known else _profile(self._handle),
            published_at=self._now(),
            warnings=() if known else ("Threads did not name the post's own address.",),
        )

    def _among_own(self, sought: Sought) -> Finding:
        since = sought.since - _SKEW
        answers = sought.post.answers is not None
        listed = self._wire.own_replies if answers else self._wire.own_posts
        answer = listed(_SHOWN + (",replied_to" if answers else ""), since=int(since.timestamp()))
        posts = answer.mapping().get("data")
        if not answer.ok or not isinstance(posts, list):
            raise graph_error(self._wire.http, answer, Purpose.READ, title=TITLE)
        alike = [one for one in posts if isinstance(one, dict) and _is_it(one, sought, since)]
        if len(alike) == 1:
            at = instant_in(alike[0], "timestamp") or self._now()
            url = str(alike[0].get("permalink") or _profile(self._handle))
            post_id = RemoteId(str(alike[0]["id"]))
            return Found(post=PublishedPost(remote_id=post_id, url=url, published_at=at))
        why = f"Threads has published it or let it expire, and lists {len(alike)} posts like it"
        return CannotSay(why=why)


def connect(access: Access) -> Connector:
    """Return a connector for one account; nothing is sent yet."""
    return ThreadsConnector(access)


def _is_it(post: dict[str, Any], sought: Sought, since: datetime) -> bool:
    at = instant_in(post, "timestamp")
    return (
        isinstance(post.get("id"), str)
        and post["id"] not in sought.taken
        and at is not None
        and at >= since
        and str(post.get("text") or "").split() == sought.post.text.split()
        and (sought.post.answers is None or _answers(post, sought.post.answers.parent))
    )


def _answers(post: dict[str, Any], parent: RemoteId) -> bool:
    """Whether a post answers another, as far as Threads says; an address names no id."""
    replied_to = post.get("replied_to")
    named = replied_to.get("id") if isinstance(replied_to, dict) else None
    return named is None or not parent.isdigit() or named == parent


def _container(token: str) -> str:
    return token.removesuffix(PROCESSING)


def _profile(name: str) -> str:
    return f"https://www.threads.net/@{name}"


NETWORK = Network(
    name=NAME,
    title="Threads",
    credentials=CREDENTIAL_FIELDS,
    capabilities=CAPABILITIES,
    documented=DOCUMENTED,
    check=check,
    show_link=str,
    choose_key=choose_key,
    read_permalink=read_permalink,
    announced_limits=None,
    sign_in=ThreadsSignIn(),
    connect=connect,
)
