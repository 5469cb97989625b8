"""X, through API v2 with OAuth 1.0a keys.

Publishing: pictures and their alt text go up in `prepare`, then one `POST /2/tweets`. X takes no
key, so a post whose outcome is unknown is looked for on the account's timeline, which may find it
but never proves that it is not there. Facts: X developer documentation (docs.x.com), API
specification 2.167, August 2026.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from connectors.contract import (
    Access,
    Account,
    AccountReading,
    CannotSay,
    Capabilities,
    Connector,
    Correction,
    Finding,
    Found,
    Gone,
    Limits,
    MetricReading,
    Missing,
    Network,
    NotSent,
    Original,
    OutgoingPost,
    Prepared,
    Problem,
    PublishedPost,
    RemoteId,
    Removal,
    Sought,
    Stands,
)
from connectors.http import Answer, Purpose
from connectors.readings import account_reading
from connectors.x_errors import x_error
from connectors.x_facts import (
    ACCOUNT_METRICS,
    CAPABILITIES,
    CREDENTIAL_FIELDS,
    DOCUMENTED,
    check,
    choose_key,
    read_permalink,
)
from connectors.x_finding import SKEW, created_at, left_out, matching
from connectors.x_readings import GROUPS, posts_in, readings, refused_for_a_field, unread
from connectors.x_sign_in import XSignIn
from connectors.x_uploads import finished, upload
from connectors.x_wire import NAME, Wire

# An upload that is about to be thrown away is not worth a failed post.
_SPARE = timedelta(minutes=10)
_MOST_PAGES = 8
_ID = re.compile(r"[0-9]{1,19}")
_REPOST = "repost:"
"""Stands before the id of what was passed on: X gives a repost none that can be taken back by."""


class XConnector:
    """One account."""

    def __init__(self, access: Access) -> None:
        self._now = access.now
        self._handle = access.handle.lstrip("@")
        self._wire = Wire(access)
        self._user_id: str | None = None

    @property
    def capabilities(self) -> Capabilities:
        """What X can do."""
        return CAPABILITIES

    def limits(self) -> Limits:
        """Return the documented limits; X announces none."""
        return DOCUMENTED

    def check(self, post: OutgoingPost, limits: Limits) -> list[Problem]:
        """List what X would refuse."""
        return check(post, limits)

    def prepare(self, post: OutgoingPost, resume: Prepared | None) -> Prepared:
        """Upload pictures with their alt text, or a video; what `resume` still holds is kept.

        X throws an upload away after a day, and `resume` is not used when that is near.
        """
        if resume is not None and self._holds(resume, post):
            return replace(resume, tokens=self._finished(resume))
        if not post.media:
            return Prepared()
        started_at = self._now()
        uploads = [upload(self._wire, media, post.language) for media in post.media]
        return Prepared(
            tokens=tuple(token for token, _ in uploads),
            expires_at=started_at + min(lasts_for for _, lasts_for in uploads),
        )

    def publish(self, post: OutgoingPost, prepared: Prepared) -> PublishedPost:
        """Make the post; raise `NotSent` with `uploads_gone` where uploads must be repeated."""
        if not self._holds(prepared, post):
            message = "The pictures have to be uploaded (again) before the post is sent."
            raise NotSent(message, network=NAME, uploads_gone=True)
        if post.reposts is not None:
            return self._repost(post.reposts)
        parent = post.answers.parent if post.answers else None
        answer = self._wire.create(post.text, self._finished(prepared), answers=parent)
        if not answer.ok:
            raise x_error(self._wire.http, answer, Purpose.CREATE)
        remote_id = _id_in(_object(answer.mapping().get("data")))
        if remote_id is None:
            message = "X answered without the id of the post."
            raise self._wire.http.unclear(message, Purpose.CREATE)
        return PublishedPost(
            remote_id=remote_id, url=self._url(remote_id), published_at=self._now()
        )

    def find(self, sought: Sought) -> Finding:
        """Look through the timeline since the first attempt; exactly one match is ours."""
        timeline, is_whole = self._timeline(sought)
        matches = matching(timeline, sought)
        if not matches:
            why = "The timeline does not show it, and X does not say how late a post may appear."
            return CannotSay(why=why, unseen=is_whole)
        remote_id, made_at = _id_in(matches[0]), created_at(matches[0])
        if len(matches) > 1 or remote_id is None or made_at is None:
            return CannotSay(why=f"{len(matches)} posts on the timeline say the same.")
        original = sought.post.reposts
        url = original.url if original else self._url(remote_id)
        remote_id = _repost_of(original) if original else remote_id
        return Found(post=PublishedPost(remote_id=remote_id, url=url, published_at=made_at))

    def withdraw(self, remote_id: RemoteId) -> Removal:
        """Delete the post; one that X does not have is looked for once more.

        An app's plan without the address answers 404 as well, so a 404 alone proves nothing.
        """
        if remote_id.startswith(_REPOST):
            return self._take_back(remote_id.removeprefix(_REPOST))
        if not _ID.fullmatch(remote_id):
            return Stands(why=f"“{remote_id}” is no id of X: delete the post in X itself.")
        answer = self._wire.delete(remote_id)
        if answer.ok and _object(answer.mapping().get("data")).get("deleted") is True:
            return Gone(was_there=True)
        if answer.ok:
            message = "X's answer to the deletion cannot be read."
            raise self._wire.http.unclear(message, Purpose.CHANGE)
        if answer.status == 404 and self._is_gone(remote_id):
            return Gone(was_there=False)
        raise x_error(self._wire.http, answer, Purpose.CHANGE)

    def correct(self, remote_id: RemoteId, post: OutgoingPost) -> Correction:
        """Leave it: X edits for paying accounts only, within an hour, and under a new id."""
        del remote_id, post
        return Stands(why="X does not let a program edit a post.")

    def read_metrics(self, remote_ids: Sequence[RemoteId]) -> list[MetricReading]:
        """Read counts, 100 posts a call; X charges once per post and UTC day.

        What was promoted for money is told apart from what was not, where X does so.
        """
        # One malformed id would make X refuse the whole batch.
        asked = [one for one in dict.fromkeys(remote_ids) if _ID.fullmatch(one)]
        size = CAPABILITIES.read_batch
        read: dict[RemoteId, MetricReading] = {}
        for start in range(0, len(asked), size):
            batch = asked[start : start + size]
            read |= {one.remote_id: one for one in self._read_batch(batch)}
        now = self._now()
        return [
            read.get(one) or unread(one, Missing.NETWORK_ERROR, observed_at=now)
            for one in remote_ids
        ]

    def read_account(self) -> AccountReading:
        """Read the followers."""
        counts = _object(self._me().get("public_metrics"))
        return account_reading(counts, ACCOUNT_METRICS, observed_at=self._now())

    def whoami(self) -> Account:
        """Say whose keys these are."""
        me = self._me()
        name = str(me.get("username", ""))
        return Account(
            remote_id=RemoteId(str(me["id"])), handle=f"@{name}", url=f"https://x.com/{name}"
        )

    def close(self) -> None:
        """Give the connections back."""
        self._wire.http.close()

    def _repost(self, original: Original) -> PublishedPost:
        """Pass a post on; X names nothing of it but the post itself, which stands for it."""
        user_id = self._account_id()
        answer = self._wire.repost(user_id, original.remote_id)
        if not answer.ok:
            raise x_error(self._wire.http, answer, Purpose.CREATE)
        if _object(answer.mapping().get("data")).get("retweeted") is not True:
            message = "X answered without saying that the post was passed on."
            raise self._wire.http.unclear(message, Purpose.CREATE)
        return PublishedPost(
            remote_id=_repost_of(original), url=original.url, published_at=self._now()
        )

    def _take_back(self, original: str) -> Removal:
        """Pass a post on no longer; X answers alike where it was not passed on."""
        answer = self._wire.take_back(self._account_id(), original)
        if not answer.ok:
            raise x_error(self._wire.http, answer, Purpose.CHANGE)
        if _object(answer.mapping().get("data")).get("retweeted") is not False:
            message = "X's answer to the repost's taking back cannot be read."
            raise self._wire.http.unclear(message, Purpose.CHANGE)
        return Gone(was_there=True)

    def _holds(self, prepared: Prepared, post: OutgoingPost) -> bool:
        """Whether what was prepared is complete and X still has it."""
        if len(prepared.tokens) != len(post.media):
            return False
        return prepared.expires_at is None or self._now() < prepared.expires_at - _SPARE

    def _finished(self, prepared: Prepared) -> tuple[str, ...]:
        """Return the ids of uploads; raise `NotSent` while X is at work on one."""
        return tuple(finished(self._wire, one) for one in prepared.tokens)

    def _timeline(self, sought: Sought) -> tuple[list[Mapping[str, Any]], bool]:
        """Return the account's posts since then, and whether that is all of them."""
        posts: list[Mapping[str, Any]] = []
        page: str | None = None
        since, leave_out = sought.since - SKEW, left_out(sought.post)
        for _ in range(_MOST_PAGES):
            answer = self._wire.timeline(
                self._account_id(), since=since, page=page, leave_out=leave_out
            )
            found = self._ask(answer, Purpose.READ)
            posts += posts_in(answer).values()
            page = _object(found.get("meta")).get("next_token")
            if not page:
                return posts, True
        return posts, False

    def _read_batch(self, batch: Sequence[RemoteId]) -> list[MetricReading]:
        answer = self._wire.posts(batch, GROUPS)
        self._ask(answer, Purpose.READ)
        # A field that X does not tell comes as a problem beside the post. Should the post itself
        # be left out for it, what everybody may see can still be had.
        left_out = refused_for_a_field(answer, batch)
        found = readings(answer, batch, observed_at=self._now())
        if not left_out:
            return found
        public = self._wire.posts(left_out, GROUPS[:1])
        self._ask(public, Purpose.READ)
        kept = [one for one in found if one.remote_id not in left_out]
        return [*kept, *readings(public, left_out, observed_at=self._now())]

    def _is_gone(self, remote_id: RemoteId) -> bool:
        (read,) = self._read_batch([remote_id])
        if Missing.NETWORK_ERROR in read.missing.values():
            message = "X does not say whether it still has the post."
            raise self._wire.http.unclear(message, Purpose.CHANGE)
        return Missing.POST_GONE in read.missing.values()

    def _account_id(self) -> str:
        if self._user_id is None:
            self._user_id = str(self._me()["id"])
        return self._user_id

    def _me(self) -> Mapping[str, Any]:
        me = _object(self._ask(self._wire.me(), Purpose.READ).get("data"))
        if _id_in(me) is None:
            raise self._wire.http.unclear("X did not say whose keys these are.", Purpose.READ)
        return me

    def _ask(self, answer: Answer, purpose: Purpose) -> Mapping[str, Any]:
        """Return the answer's object, or raise what its being none means."""
        if not answer.ok:
            raise x_error(self._wire.http, answer, purpose)
        found = answer.mapping()
        if not found:
            raise self._wire.http.unclear("X answered in a shape nobody documents.", purpose)
        return found

    def _url(self, remote_id: RemoteId) -> str:
        return f"https://x.com/{self._handle}/status/{remote_id}"


def connect(access: Access) -> Connector:
    """Return a connector for one account; nothing is sent yet."""
    return XConnector(access)


def _repost_of(original: Original) -> RemoteId:
    return RemoteId(_REPOST + original.remote_id)


def _object(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _id_in(found: Mapping[str, Any]) -> RemoteId | None:
    value = found.get("id")
    return RemoteId(value) if isinstance(value, str) and _ID.fullmatch(value) else None


NETWORK = Network(
    name=NAME,
    title="X",
    credentials=CREDENTIAL_FIELDS,
    capabilities=CAPABILITIES,
    documented=DOCUMENTED,
    check=check,
    show_link=str,
    choose_key=choose_key,
    read_permalink=read_permalink,
    announced_limits=None,
    sign_in=XSignIn(),
    connect=connect,
)
