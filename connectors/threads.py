"""Threads, through Meta's Threads API: text with a link, or up to twenty pictures and videos.

`prepare` makes a container, which nobody sees; `publish` publishes it, which works once. After a
lost answer the container itself tells whether it was published. It does not tell the post's id,
which is then looked for among the account's own posts.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from connectors.checking import insist_on_offered
from connectors.containers import Containers, Draft, Manner
from connectors.contract import (
    Access,
    Account,
    AccountReading,
    Capabilities,
    Connector,
    Correction,
    Finding,
    Gone,
    Limits,
    Media,
    MetricReading,
    Network,
    OutgoingPost,
    PostRefused,
    Prepared,
    Problem,
    PublishedPost,
    RemoteId,
    Removal,
    Sought,
    Stands,
)
from connectors.graph_errors import graph_error, is_gone
from connectors.http import Purpose
from connectors.own_posts import OwnPosts
from connectors.pack import choose_key
from connectors.threads_facts import (
    CAPABILITIES,
    CREDENTIAL_FIELDS,
    DOCUMENTED,
    NAME,
    check,
    read_permalink,
)
from connectors.threads_reading import TITLE, ThreadsReading
from connectors.threads_sign_in import ThreadsSignIn
from connectors.threads_wire import ThreadsWire
from connectors.video import MP4

_MANNER = Manner(
    title=TITLE,
    status_field="status",
    again_after=timedelta(seconds=15),
    # Of the words in Meta's "Threads API Troubleshooting"; the others are about the file itself.
    passing=frozenset({"FAILED_DOWNLOADING_VIDEO", "UNKNOWN"}),
)


class ThreadsConnector:
    """One account."""

    def __init__(self, access: Access) -> None:
        self._wire = ThreadsWire(access)
        self._containers = Containers(self._wire, _MANNER)
        self._own = OwnPosts(
            wire=self._wire,
            title=TITLE,
            text_field="text",
            profile=_profile(access.handle.lstrip("@")),
            replies=self._wire.own_replies,
        )
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
        """Make the container, and one for each of several pictures; `resume` is kept.

        It may still be in the works when this returns; asked again, or by `publish`, while that
        is so, `NotSent` says when to come back.
        """
        insist_on_offered(post, CAPABILITIES, NAME)
        return self._containers.prepare(self._draft(post), resume)

    def publish(self, post: OutgoingPost, prepared: Prepared) -> PublishedPost:
        """Publish the container, which can be done once; it holds the whole post."""
        del post
        return self._own.published(self._containers.publish(prepared))

    def find(self, sought: Sought) -> Finding:
        """Ask the container; without one, nothing was ever published."""
        if sought.key_at is not None:
            return self._own.find(sought)
        return self._containers.verdict(sought.prepared) or self._own.find(sought)

    def withdraw(self, remote_id: RemoteId) -> Removal:
        """Delete the post; where Threads knows none, it is asked for it once more."""
        post_id = self._reading.known_id(remote_id)
        if post_id is None:
            why = "It is not among the account's latest posts on Threads: delete it there by hand."
            return Stands(why=why)
        answer = self._wire.delete(post_id)
        if answer.ok and answer.mapping().get("success") is True:
            return Gone(was_there=True)
        if answer.ok:
            message = "Threads' answer to the deletion cannot be read."
            raise self._wire.http.unclear(message, Purpose.CHANGE)
        if not is_gone(answer):
            raise graph_error(self._wire.http, answer, Purpose.CHANGE, title=TITLE)
        found = self._wire.read(post_id, "id")
        if is_gone(found):
            return Gone(was_there=False)
        if not found.ok:
            raise graph_error(self._wire.http, found, Purpose.READ, title=TITLE)
        message = "Threads shows the post and does not let this token delete it."
        raise PostRefused(message, network=NAME)

    def correct(self, remote_id: RemoteId, post: OutgoingPost) -> Correction:
        """Leave it: Threads has no editing."""
        del remote_id, post
        return Stands(why="Threads does not let a program edit a post.")

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

    def _draft(self, post: OutgoingPost) -> Draft:
        draft = _draft(post)
        if post.answers is None:
            return draft
        parent = self._reading.id_of(post.answers.parent)
        return replace(draft, whole={**draft.whole, "reply_to_id": parent})


def connect(access: Access) -> Connector:
    """Return a connector for one account; nothing is sent yet."""
    return ThreadsConnector(access)


def _draft(post: OutgoingPost) -> Draft:
    """Lay out the containers: text alone, one picture or video, or several held together."""
    text = {"text": post.text} if post.text else {}
    if not post.media:
        link = {"link_attachment": post.link.url} if post.link is not None else {}
        return Draft(whole={"media_type": "TEXT", **text, **link})
    parts = [_shown(one) for one in post.media]
    if len(parts) == 1:
        return Draft(whole={**parts[0], **text})
    several = [{**one, "is_carousel_item": "true"} for one in parts]
    return Draft(whole={"media_type": "CAROUSEL", **text}, parts=several)


def _shown(media: Media) -> dict[str, str]:
    """Say where Threads fetches a picture or video, and what it shows."""
    alt_text = {"alt_text": media.alt_text} if media.alt_text else {}
    if media.media_type == MP4:
        return {"media_type": "VIDEO", "video_url": media.address, **alt_text}
    return {"media_type": "IMAGE", "image_url": media.address, **alt_text}


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
