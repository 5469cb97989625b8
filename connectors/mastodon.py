"""Mastodon, and servers that speak its API, over plain HTTP.

Publishing: pictures are uploaded in `prepare`, then one `POST /api/v1/statuses` with an
`Idempotency-Key` makes the post visible. A post whose outcome is unknown is looked up among the
account's own statuses. The calls stand in `mastodon_api`, the comparing in `mastodon_finding`.
"""

import re
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from connectors.checking import check_limits
from connectors.contract import (
    Access,
    Account,
    AccountReading,
    CannotSay,
    Capabilities,
    Connector,
    Correction,
    CredentialField,
    DeliveryKey,
    Edited,
    Finding,
    Gone,
    Limits,
    MetricReading,
    Missing,
    Network,
    NotSent,
    Original,
    OutgoingPost,
    PostRefused,
    Prepared,
    Problem,
    PublishedPost,
    RemoteId,
    Removal,
    Sought,
)
from connectors.http import Answer, Http, Purpose
from connectors.mastodon_api import PROCESSING, MastodonApi, server_of
from connectors.mastodon_facts import ACCOUNT_METRICS, CAPABILITIES, METRICS, NAME
from connectors.mastodon_finding import SKEW, boost_from, differences, judge, published_from
from connectors.mastodon_instance import DOCUMENTED, Instance, read_instance
from connectors.mastodon_public import public_posts
from connectors.mastodon_sign_in import MastodonSignIn
from connectors.readings import account_reading, post_reading, unread_post

_KEYS = uuid.UUID("5d0bd9a2-4c8e-5f0e-9d6c-0f6f3f2c7b61")
# Uploads that no status uses are cleared away after a day.
_UPLOADS_LAST_FOR = timedelta(hours=20)
_SEARCH_AGAIN_AFTER = timedelta(minutes=1)
_INSTANCE_LASTS_FOR = timedelta(days=1)
_PERMALINK = re.compile(r"/(?:@(?P<short>[^/@]+)|users/(?P<long>[^/]+)/statuses)/(?P<id>[\w-]+)/?")


def choose_key(delivery_id: str, content_hash: str, first_attempt_at: datetime) -> DeliveryKey:
    """Name the delivery and its content, so that a retry is known and an edit is a new post."""
    del first_attempt_at  # a server forgets the key by itself
    return DeliveryKey(str(uuid.uuid5(_KEYS, f"{delivery_id}\n{content_hash}")))


def read_permalink(url: str, handle: str, server: str | None) -> RemoteId | None:
    """Take the id from a status's address, where it is the account's own on its own server.

    The id in an address on another server is that server's and says nothing here.
    """
    try:
        address = urlsplit(url.strip())
    except ValueError:
        return None
    user, _, domain = handle.strip().lstrip("@").partition("@")
    own_hosts = {domain.casefold(), urlsplit(server or "").hostname} - {"", None}
    found = _PERMALINK.fullmatch(address.path)
    if found is None or address.hostname not in own_hosts:
        return None
    named = found["short"] or found["long"]
    return RemoteId(found["id"]) if named.casefold() == user.casefold() else None


def announced_limits(access: Access) -> Limits:
    """Ask the server for its limits, without signing in."""
    http = Http(NAME, access)
    try:
        return read_instance(http, server_of(access)).limits
    finally:
        http.close()


def connect(access: Access) -> Connector:
    """Return a connector for one account; nothing is sent yet."""
    return MastodonConnector(access)


class MastodonConnector:
    """One account on one server."""

    def __init__(self, access: Access) -> None:
        self._api = MastodonApi(access)
        self._now = access.now
        self._instance: tuple[datetime, Instance] | None = None

    @property
    def capabilities(self) -> Capabilities:
        """What this network can do; without keys once the server has shown not to be Mastodon."""
        if self._instance and not self._instance[1].honours_key:
            return replace(CAPABILITIES, key_life=None)
        return CAPABILITIES

    def limits(self) -> Limits:
        """Return the limits the server announces, asked for once a day."""
        now = self._now()
        if self._instance is None or now - self._instance[0] >= _INSTANCE_LASTS_FOR:
            self._instance = (now, read_instance(self._api.http, self._api.server))
        return self._instance[1].limits

    def check(self, post: OutgoingPost, limits: Limits) -> list[Problem]:
        """List what the server would refuse."""
        return check_limits(post, limits)

    def prepare(self, post: OutgoingPost, resume: Prepared | None) -> Prepared:
        """Upload the pictures with their alt text; given `resume`, only those that are gone.

        A picture may still be in the server's works when this returns; asked again, or by
        `publish`, while that is so, `NotSent` says when to come back. For a boost, find out under
        which id this server knows the original.
        """
        if post.reposts is not None:
            return resume if resume and resume.tokens else self._look_up(post.reposts)
        if resume is None or len(resume.tokens) != len(post.media):
            tokens = tuple(self._api.upload(media) for media in post.media)
            expires_at = self._now() + _UPLOADS_LAST_FOR if tokens else None
            return Prepared(tokens=tokens, expires_at=expires_at)
        kept = tuple(
            self._api.finished(token, media) or self._api.upload(media)
            for token, media in zip(resume.tokens, post.media, strict=True)
        )
        return Prepared(tokens=kept, expires_at=resume.expires_at)

    def publish(self, post: OutgoingPost, prepared: Prepared) -> PublishedPost:
        """Post it, publicly, with the key that makes a repeat harmless for an hour."""
        if post.reposts is not None:
            return self._boost(post.reposts, prepared)
        if len(prepared.tokens) != len(post.media):
            message = "The pictures have to be uploaded before the post is sent."
            raise NotSent(message, network=NAME)
        for token, media in zip(prepared.tokens, post.media, strict=True):
            if token.endswith(PROCESSING) and self._api.finished(token, media) is None:
                message = "A picture is no longer on the server; it will be uploaded again."
                raise NotSent(message, network=NAME, uploads_gone=True)
        return self._published(self._api.create(_body(post, prepared), post.delivery_key), post)

    def find(self, sought: Sought) -> Finding:
        """Look among the account's statuses since the first attempt, boosts only for a boost."""
        boosts = sought.post.reposts is not None
        statuses = self._api.own_statuses_since(sought.since - SKEW, with_boosts=boosts)
        if statuses is None:
            return CannotSay(why="the account's statuses could not be read back far enough")
        return judge(statuses, sought)

    def withdraw(self, remote_id: RemoteId) -> Removal:
        """Delete the status; servers that had copied it are asked to do the same, and may not.

        The server says "not found" of another account's status, too, so it is looked for then.
        """
        answer = self._api.delete(remote_id)
        if answer.ok and str(answer.mapping().get("id", "")).casefold() == remote_id.casefold():
            return Gone(was_there=True)
        if answer.ok:
            message = "The server's answer to the deletion cannot be read."
            raise self._api.http.unclear(message, Purpose.CHANGE)
        if answer.status not in {404, 410}:
            raise self._api.error(answer, Purpose.CHANGE)
        if self._api.has(remote_id):
            message = "The server has the post, but not as one of this account's."
            raise PostRefused(message, network=NAME, code=str(answer.status))
        return Gone(was_there=False)

    def correct(self, remote_id: RemoteId, post: OutgoingPost) -> Correction:
        """Edit the status; pictures that are not named again would be dropped, so they are."""
        status = self._api.status(remote_id)
        if status is None:
            raise PostRefused("The post is no longer on the server.", network=NAME, code="404")
        answer = self._api.edit(remote_id, _edited(status, post))
        if not answer.ok:
            raise self._api.error(answer, Purpose.CHANGE)
        if str(answer.mapping().get("id", "")).casefold() != remote_id.casefold():
            message = "The server's answer to the edit cannot be read."
            raise self._api.http.unclear(message, Purpose.CHANGE)
        return Edited(warnings=differences(answer.mapping(), post))

    def read_metrics(self, remote_ids: Sequence[RemoteId]) -> list[MetricReading]:
        """Read counts; an id the server no longer gives is a post that is gone."""
        readings = []
        for start in range(0, len(remote_ids), CAPABILITIES.read_batch):
            readings += self._read_batch(remote_ids[start : start + CAPABILITIES.read_batch])
        return readings

    def read_account(self) -> AccountReading:
        """Read the followers."""
        return account_reading(self._api.me(), ACCOUNT_METRICS, observed_at=self._now())

    def whoami(self) -> Account:
        """Say whose token it is."""
        me = self._api.me()
        url = str(me.get("url") or "")
        host = urlsplit(url).hostname or urlsplit(self._api.server).hostname
        return Account(
            remote_id=RemoteId(str(me["id"])), handle=f"@{me.get('acct')}@{host}", url=url
        )

    def close(self) -> None:
        """Give the connections back."""
        self._api.http.close()

    def _look_up(self, original: Original) -> Prepared:
        status_id = self._api.local_id(original.url)
        if status_id is None:
            message = f"The server does not find {original.url}, which is to be boosted."
            later = self._now() + _SEARCH_AGAIN_AFTER
            raise NotSent(message, network=NAME, retry_at=later)
        return Prepared(tokens=(status_id,))

    def _boost(self, original: Original, prepared: Prepared) -> PublishedPost:
        if len(prepared.tokens) != 1:
            message = "The post has to be looked up before it is boosted."
            raise NotSent(message, network=NAME)
        answer = self._api.reblog(prepared.tokens[0])
        if not answer.ok:
            raise self._api.error(answer, Purpose.CREATE)
        try:
            return boost_from(answer.mapping(), original)
        except ValueError as error:
            message = "The server's answer to the boost cannot be read."
            code = str(answer.status)
            raise self._api.http.unclear(message, Purpose.CREATE, code=code) from error

    def _published(self, answer: Answer, post: OutgoingPost) -> PublishedPost:
        status = answer.mapping()
        if not answer.ok:
            raise self._api.error(answer, Purpose.CREATE)
        try:
            return published_from(status, differences(status, post))
        except ValueError as error:
            message = "The server's answer to the post cannot be read."
            code = str(answer.status)
            raise self._api.http.unclear(message, Purpose.CREATE, code=code) from error

    def _read_batch(self, remote_ids: Sequence[RemoteId]) -> list[MetricReading]:
        statuses = self._api.statuses(tuple(remote_ids))
        observed_at = self._now()
        # Some servers give ids back in other letter case.
        by_id = {str(one.get("id")).casefold(): one for one in statuses}
        return [
            post_reading(one, by_id[one.casefold()], METRICS, observed_at=observed_at)
            if one.casefold() in by_id
            else unread_post(one, Missing.POST_GONE, METRICS, observed_at=observed_at)
            for one in remote_ids
        ]


def _body(post: OutgoingPost, prepared: Prepared) -> Mapping[str, Any]:
    # JSON, because some servers drop `media_ids[]` from a form without an error; public by word,
    # because the account's own default may be anything.
    body: dict[str, Any] = {
        "status": post.text,
        "language": post.language,
        "visibility": "public",
    }
    if post.answers is not None:
        # Unlisted: the public timelines need show a thread only once, by its first part.
        body |= {"in_reply_to_id": post.answers.parent, "visibility": "unlisted"}
    if prepared.tokens:
        body["media_ids"] = [one.removesuffix(PROCESSING) for one in prepared.tokens]
    return body


def _edited(status: Mapping[str, Any], post: OutgoingPost) -> Mapping[str, Any]:
    listed = status.get("media_attachments")
    media = listed if isinstance(listed, list) else []
    body: dict[str, Any] = {
        "status": post.text,
        "language": post.language,
        "sensitive": status.get("sensitive") is True,
        "spoiler_text": str(status.get("spoiler_text") or ""),
    }
    if media:
        body["media_ids"] = [str(one["id"]) for one in media if isinstance(one, dict)]
    return body


NETWORK = Network(
    name=NAME,
    title="Mastodon",
    credentials=(
        CredentialField(
            name="ACCESS_TOKEN",
            words="An access token with read:accounts, read:statuses, read:search (for boosts), "
            "write:media, write:statuses",
            # "OAuth" in Mastodon's documentation: access tokens do not expire, they are revoked.
            life=timedelta.max,
        ),
    ),
    capabilities=CAPABILITIES,
    documented=DOCUMENTED,
    check=check_limits,
    show_link=str,
    choose_key=choose_key,
    read_permalink=read_permalink,
    public_posts=public_posts,
    needs_server=True,
    announced_limits=announced_limits,
    sign_in=MastodonSignIn(),
    connect=connect,
)
