"""Bluesky over plain HTTP: the one network on which a repeat can never be a second post.

A post's name (a TID) is chosen before the first attempt and the record written only where nothing
stands under it, so the same attempt may be made any number of times. Sessions, records, the
account's store and the counts each have a module beside this one; here they become a connector.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from connectors.bluesky_facts import CAPABILITIES, COLLECTION, DOCUMENTED, NAME
from connectors.bluesky_key import choose_key
from connectors.bluesky_limits import check, read_limits
from connectors.bluesky_public import public_posts
from connectors.bluesky_reading import read_followers, read_posts
from connectors.bluesky_record import (
    blob_token,
    blobs_in,
    mention_token,
    mentioned,
    reference_token,
    references_in,
    referred_to,
    show_link,
    uploads,
)
from connectors.bluesky_references import foreign_reference, own_reference
from connectors.bluesky_repository import delete, get, look, place_of, put, resolve, upload
from connectors.bluesky_session import OWN_SERVER, BlueskySession
from connectors.bluesky_sign_in import SIGN_IN
from connectors.bluesky_unnoted import look_through
from connectors.contract import (
    Access,
    Account,
    AccountReading,
    Capabilities,
    Connector,
    Correction,
    CredentialField,
    Finding,
    Found,
    Gone,
    Limits,
    MetricReading,
    Network,
    NotSent,
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
from connectors.http import Http

# The lexicon of `uploadBlob` says that what no record uses is deleted within minutes.
_UPLOADS_LAST_FOR = timedelta(minutes=10)
_LIMITS_LAST_FOR = timedelta(days=1)
_PERMALINK = re.compile(
    r"https://bsky\.app/profile/(?P<account>[^/?#]+)/post/(?P<key>[^/?#]+)/?(?:[?#].*)?"
)


def read_permalink(url: str, handle: str, server: str | None) -> RemoteId | None:
    """Take the id from a post's address on bsky.app, where it is the account's own.

    An address may name the account by its DID; whose that is cannot be seen, so it is not taken.
    """
    del server  # addresses are the same whichever server keeps the account
    found = _PERMALINK.fullmatch(url.strip())
    account = handle.strip().lstrip("@").casefold()
    if found is None or found["account"].casefold() != account:
        return None
    return RemoteId(f"at://{account}/{COLLECTION}/{found['key']}")


def announced_limits(access: Access) -> Limits:
    """Ask the server for its limits, without signing in."""
    http = Http(NAME, access)
    try:
        return read_limits(http, access.server.rstrip("/") if access.server else OWN_SERVER)
    finally:
        http.close()


def connect(access: Access) -> Connector:
    """Return a connector for one account; it signs in at its first call and keeps the session."""
    return BlueskyConnector(access)


class BlueskyConnector:
    """One account. Keep it: every new one signs in again, and sign-ins are few."""

    def __init__(self, access: Access) -> None:
        self._session = BlueskySession(access)
        self._now = access.now
        self._limits: tuple[datetime, Limits] | None = None

    @property
    def capabilities(self) -> Capabilities:
        """What this network can do."""
        return CAPABILITIES

    def limits(self) -> Limits:
        """Return the limits, asked for once a day."""
        now = self._now()
        if self._limits is None or now - self._limits[0] >= _LIMITS_LAST_FOR:
            self._limits = (now, read_limits(self._session.http, self._session.origin))
        return self._limits[1]

    def check(self, post: OutgoingPost, limits: Limits) -> list[Problem]:
        """List what the server would refuse, and pictures that carry metadata."""
        return check(post, limits)

    def prepare(self, post: OutgoingPost, resume: Prepared | None) -> Prepared:
        """Upload the pictures or the card's, and find out whom the text mentions.

        Given `resume`, nothing is done again unless the server may have cleared it away.
        """
        now = self._now()
        if resume and _is_whole(post, resume) and not _is_over(resume, now):
            return resume
        blobs = [blob_token(upload(self._session, one)) for one in uploads(post)]
        named = {one: resolve(self._session, one) for one in mentioned(post)}
        mentions = [mention_token(handle, did) for handle, did in named.items() if did]
        references = self._references(post)
        expires_at = now + _UPLOADS_LAST_FOR if blobs else None
        return Prepared(tokens=(*blobs, *mentions, *references), expires_at=expires_at)

    def publish(self, post: OutgoingPost, prepared: Prepared) -> PublishedPost:
        """Write the record under the post's own name."""
        if not _is_whole(post, prepared):
            message = "The post has to be prepared before it is sent."
            raise NotSent(message, network=NAME)
        return put(self._session, post, prepared)

    def find(self, sought: Sought) -> Finding:
        """Look under the post's name on the account's own server, which is proof either way."""
        finding = look(self._session, sought.post)
        if sought.key_at is not None and not isinstance(finding, Found):
            return look_through(self._session, sought)
        return finding

    def withdraw(self, remote_id: RemoteId) -> Removal:
        """Delete the record from the account's own server; the index follows by itself."""
        place, who = place_of(remote_id, or_repost=True), self._session.who()
        if place is None or place.account.casefold() not in {who.did, who.handle.casefold()}:
            message = f"{remote_id} is no post of {who.handle}."
            raise PostRefused(message, network=NAME)
        own = replace(place, account=who.did)
        if get(self._session, own) is None:
            return Gone(was_there=False)
        delete(self._session, own)
        return Gone(was_there=True)

    def correct(self, remote_id: RemoteId, post: OutgoingPost) -> Correction:
        """Leave it: nobody documents what readers see of a replaced record, or its likes."""
        del remote_id, post
        return Stands(why="Bluesky does not show an edited post for certain.")

    def _references(self, post: OutgoingPost) -> list[str]:
        """Ask how the posts stand that the record is to name: own ones here, others in the index.

        The account's own server knows its posts at once; the index sees them a little later.
        """
        look_up = foreign_reference if post.reposts is not None else own_reference
        return [reference_token(one, look_up(self._session, one)) for one in referred_to(post)]

    def read_metrics(self, remote_ids: Sequence[RemoteId]) -> list[MetricReading]:
        """Read counts from the public index."""
        return read_posts(self._session, remote_ids, now=self._now)

    def read_account(self) -> AccountReading:
        """Read the followers."""
        return read_followers(self._session, now=self._now)

    def whoami(self) -> Account:
        """Ask the server who is signed in."""
        who = self._session.confirm()
        url = f"https://bsky.app/profile/{who.handle}"
        return Account(remote_id=RemoteId(who.did), handle=who.handle, url=url)

    def close(self) -> None:
        """Give the connections back; the session is forgotten with the connector."""
        self._session.http.close()


def _is_whole(post: OutgoingPost, prepared: Prepared) -> bool:
    named = references_in(prepared.tokens)
    whole = len(blobs_in(prepared.tokens)) == len(uploads(post))
    return whole and all(one in named for one in referred_to(post))


def _is_over(prepared: Prepared, now: datetime) -> bool:
    return prepared.expires_at is not None and prepared.expires_at <= now


NETWORK = Network(
    name=NAME,
    title="Bluesky",
    credentials=(
        CredentialField(
            name="IDENTIFIER", words="The account's handle, or its DID", life=timedelta.max
        ),
        CredentialField(
            name="APP_PASSWORD",
            words="An app password made in the account's settings, not the account's own",
            # It stays until it is revoked; the sessions made with it end and are made anew.
            life=timedelta.max,
        ),
    ),
    capabilities=CAPABILITIES,
    documented=DOCUMENTED,
    check=check,
    show_link=show_link,
    choose_key=choose_key,
    read_permalink=read_permalink,
    public_posts=public_posts,
    announced_limits=announced_limits,
    sign_in=SIGN_IN,
    connect=connect,
)
