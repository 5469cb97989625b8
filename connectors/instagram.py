"""Instagram, for accounts that belong to a Facebook page: up to ten pictures, or one video.

`prepare` makes a container, and one for each of several pictures, which Instagram fetches from an
address of ours; nobody sees them. `publish` publishes the container, which works once. After a
lost answer the container itself tells whether it was published. It does not tell the post's id,
which is then looked for among the account's own posts.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from connectors.checking import insist_on_offered
from connectors.containers import Containers, Draft, Manner
from connectors.contract import (
    Access,
    AccessRefused,
    Account,
    AccountReading,
    Capabilities,
    Connector,
    Correction,
    Finding,
    Limits,
    Media,
    MetricReading,
    Network,
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
from connectors.graph_errors import graph_error, number
from connectors.http import Purpose
from connectors.instagram_comments import find_comment, publish_comment
from connectors.instagram_facts import (
    API_ENDS_ON,
    CAPABILITIES,
    CREDENTIAL_FIELDS,
    DOCUMENTED,
    NAME,
    check,
    read_permalink,
)
from connectors.instagram_reading import TITLE, InstagramReading
from connectors.instagram_sign_in import InstagramSignIn
from connectors.instagram_wire import InstagramWire
from connectors.own_posts import OwnPosts
from connectors.pack import choose_key
from connectors.video import MP4

_QUOTA_WAIT = timedelta(hours=1)
_MANNER = Manner(
    title=TITLE,
    status_field="status_code",
    # Meta asks that a container is asked after once a minute at most.
    again_after=timedelta(minutes=1),
    # Of Meta's "Instagram Platform: error codes", those of the container step to try anew.
    passing=frozenset({"2207001", "2207003", "2207020", "2207032", "2207052", "2207053"}),
)


class InstagramConnector:
    """One account."""

    def __init__(self, access: Access) -> None:
        self._now = access.now
        self._wire = InstagramWire(access)
        self._containers = Containers(self._wire, _MANNER)
        self._own = OwnPosts(
            wire=self._wire,
            title=TITLE,
            text_field="caption",
            profile=_profile(access.handle.lstrip("@")),
        )
        self._reading = InstagramReading(self._wire)

    @property
    def capabilities(self) -> Capabilities:
        """What Instagram can do."""
        return CAPABILITIES

    def limits(self) -> Limits:
        """Return the documented limits; Instagram announces none."""
        return DOCUMENTED

    def check(self, post: OutgoingPost, limits: Limits) -> list[Problem]:
        """List what Instagram would refuse."""
        return check(post, limits)

    def prepare(self, post: OutgoingPost, resume: Prepared | None) -> Prepared:
        """Make the container, and one for each of several pictures; `resume` is kept.

        It may still be in the works when this returns; asked again, or by `publish`, while that
        is so, `NotSent` says when to come back.
        """
        insist_on_offered(post, CAPABILITIES, NAME)
        if post.answers is not None:
            return Prepared()
        if resume is None:
            self._insist_on_room()
        return self._containers.prepare(_draft(post), resume)

    def publish(self, post: OutgoingPost, prepared: Prepared) -> PublishedPost:
        """Publish the container, which can be done once; it holds the whole post."""
        if post.answers is not None:
            return publish_comment(self._wire, post, post.answers.parent)
        return self._own.published(self._containers.publish(prepared))

    def find(self, sought: Sought) -> Finding:
        """Ask the container; without one, nothing was ever published."""
        if sought.post.answers is not None:
            return find_comment(self._wire, sought, sought.post.answers.parent)
        if sought.key_at is not None:
            return self._own.find(sought)
        return self._containers.verdict(sought.prepared) or self._own.find(sought)

    def withdraw(self, remote_id: RemoteId) -> Removal:
        """Leave it: whether Instagram deletes by its API is not documented well enough to try."""
        del remote_id
        return Stands(why="Instagram does not let this program delete a post: delete it there.")

    def correct(self, remote_id: RemoteId, post: OutgoingPost) -> Correction:
        """Leave it: a caption cannot be edited by the API."""
        del remote_id, post
        return Stands(why="Instagram does not let a program edit a caption.")

    def read_metrics(self, remote_ids: Sequence[RemoteId]) -> list[MetricReading]:
        """Read counts and insights; a rejected metric empties nothing but itself."""
        return self._reading.posts(remote_ids)

    def read_account(self) -> AccountReading:
        """Read the followers."""
        return self._reading.followers()

    def whoami(self) -> Account:
        """Say whose account it is; raise `AccessRefused` where the token is for another one."""
        answer = self._wire.read(self._wire.account, "id,username")
        account_id, name = answer.mapping().get("id"), answer.mapping().get("username")
        if not answer.ok or not isinstance(account_id, str) or not isinstance(name, str):
            raise graph_error(self._wire.http, answer, Purpose.READ, title=TITLE)
        if account_id != self._wire.account:
            message = f"Instagram shows the account {name} ({account_id}), not the one named."
            raise AccessRefused(message, network=NAME)
        return Account(remote_id=RemoteId(account_id), handle=name, url=_profile(name))

    def close(self) -> None:
        """Give the connections back."""
        self._wire.http.close()

    def _insist_on_room(self) -> None:
        """Ask how many posts are left of the day; what cannot be read holds nobody back."""
        answer = self._wire.quota()
        if not answer.ok:
            return
        used, most = _quota_in(answer.mapping())
        if used is not None and most is not None and used >= most:
            later = self._now() + _QUOTA_WAIT
            message = f"Instagram takes {most} posts in 24 hours, and {used} are used up."
            raise NotSent(message, network=NAME, code="quota", retry_at=later)


def connect(access: Access) -> Connector:
    """Return a connector for one account; nothing is sent yet."""
    return InstagramConnector(access)


def _draft(post: OutgoingPost) -> Draft:
    """Lay out the containers: one picture, one video as a reel, or pictures held together."""
    caption = {"caption": post.text} if post.text else {}
    parts = [_shown(one) for one in post.media]
    if len(parts) == 1:
        return Draft(whole={**parts[0], **caption})
    several = [{**one, "is_carousel_item": "true"} for one in parts]
    return Draft(whole={"media_type": "CAROUSEL", **caption}, parts=several)


def _shown(media: Media) -> dict[str, str]:
    """Say where Instagram fetches a picture or video; only pictures take words about them."""
    if media.media_type == MP4:
        return {"media_type": "REELS", "video_url": media.address, "share_to_feed": "true"}
    alt_text = {"alt_text": media.alt_text} if media.alt_text else {}
    return {"image_url": media.address, **alt_text}


def _quota_in(body: dict[str, Any]) -> tuple[int | None, int | None]:
    """Return how many posts are used and how many there are; None for what is not said."""
    try:
        said = body["data"][0]
        return number(said["quota_usage"]), number(said["config"]["quota_total"])
    except (KeyError, IndexError, TypeError):
        return None, None


def _profile(name: str) -> str:
    return f"https://www.instagram.com/{name}/"


NETWORK = Network(
    name=NAME,
    title="Instagram",
    credentials=CREDENTIAL_FIELDS,
    capabilities=CAPABILITIES,
    documented=DOCUMENTED,
    check=check,
    show_link=str,
    choose_key=choose_key,
    read_permalink=read_permalink,
    announced_limits=None,
    api_ends_on=API_ENDS_ON,
    sign_in=InstagramSignIn(),
    connect=connect,
)
