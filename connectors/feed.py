"""A feed: the campaign's published posts as Atom and RSS files, for partners who fetch them.

The Atom file is what stands. An entry is named before its first attempt and never twice, so a
repeat is the same entry for ever, and whether one went out is seen by reading the file. RSS is
made from it, and made again whenever somebody looks, so that it never lags behind for long.
"""

import errno
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from connectors.checking import insist_on_offered
from connectors.contract import (
    Absent,
    Access,
    AccessRefused,
    Account,
    AccountReading,
    Capabilities,
    Connector,
    ConnectorError,
    Correction,
    Edited,
    Finding,
    Found,
    Gone,
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
    Removal,
    ShownFolder,
    Sought,
)
from connectors.feed_document import About, Feed, file_name
from connectors.feed_facts import (
    ATOM_FILE,
    CAPABILITIES,
    DOCUMENTED,
    FIELDS,
    NAME,
    RSS_FILE,
    TITLE,
    check,
    choose_key,
    read_permalink,
)
from connectors.feed_reading import NotOursError

_AGAIN_AFTER = timedelta(minutes=1)
_CLOSED = frozenset({errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOENT, errno.ENOTDIR})


class FeedConnector:
    """One feed."""

    capabilities: Capabilities = CAPABILITIES

    def __init__(self, access: Access) -> None:
        self._handle, self._now, self._forbidden = access.handle, access.now, access.forbidden
        self._about = About(title=access.handle, address=_address(access))
        self._folder = _folder(access)

    def limits(self) -> Limits:
        """Return our own."""
        return DOCUMENTED

    def check(self, post: OutgoingPost, limits: Limits) -> list[Problem]:
        """List what goes over the limits or cannot stand in XML."""
        return check(post, limits)

    def prepare(self, post: OutgoingPost, resume: Prepared | None) -> Prepared:
        """Put the pictures into the folder, under names that nobody has been told."""
        names = tuple(
            file_name(post.delivery_key, number, one.media_type)
            for number, one in enumerate(post.media, start=1)
        )
        if resume is not None and resume.tokens == names:
            return resume
        self._ask_leave()
        with self._told():
            for name, one in zip(names, post.media, strict=True):
                self._folder.put(name, one.content)
        return Prepared(tokens=names)

    def publish(self, post: OutgoingPost, prepared: Prepared) -> PublishedPost:
        """Write the feed with the post in it."""
        insist_on_offered(post, CAPABILITIES, NAME)
        if len(prepared.tokens) != len(post.media):
            message = "The pictures have to be in the folder before the feed shows them."
            raise NotSent(message, network=NAME)
        for problem in check(post, DOCUMENTED):
            raise PostRefused(problem.message, network=NAME)
        with self._told(unclear="It is not known whether the feed has the post."), self._alone():
            return self._publish(post, prepared)

    def find(self, sought: Sought) -> Finding:
        """Read the feed: whoever is in it is out, whoever is not is not."""
        with self._told(), self._folder.alone():
            feed = self._read()
            published_at = feed.published_at(sought.post.delivery_key)
            if published_at is None:
                return Absent()
            self._write_rss(feed)
        return Found(post=self._published(sought.post.delivery_key, published_at))

    def withdraw(self, remote_id: RemoteId) -> Removal:
        """Take the entry out, leave word that it is gone (RFC 6721), and remove its pictures."""
        unclear = "It is not known whether the feed still has the post."
        with self._told(unclear=unclear), self._alone():
            feed = self._read()
            files = feed.take_out(remote_id, self._now())
            for name in files or ():  # first, since nobody else would remember their names
                self._folder.drop(name)
            if files is not None:
                self._folder.put(ATOM_FILE, feed.as_atom())
            self._write_rss(feed)
        return Gone(was_there=files is not None)

    def correct(self, remote_id: RemoteId, post: OutgoingPost) -> Correction:
        """Give the entry other words; its id, its time and its pictures stay."""
        for problem in check(post, DOCUMENTED):
            raise PostRefused(problem.message, network=NAME)
        with self._told(unclear="It is not known which words the feed has."), self._alone():
            feed = self._read()
            if not feed.reword(remote_id, post.text, self._now()):
                raise PostRefused("The post is no longer in the feed.", network=NAME)
            self._folder.put(ATOM_FILE, feed.as_atom())
            self._write_rss(feed)
        return Edited()

    def read_metrics(self, remote_ids: Sequence[RemoteId]) -> list[MetricReading]:
        """Return no values: a fetched file says nothing of people."""
        now = self._now()
        return [MetricReading(remote_id=one, observed_at=now, values={}) for one in remote_ids]

    def read_account(self) -> AccountReading:
        """Return no values, likewise."""
        return AccountReading(observed_at=self._now(), values={})

    def whoami(self) -> Account:
        """Give back the feed's own name and address."""
        return Account(
            remote_id=RemoteId(self._handle), handle=self._handle, url=self._about.address
        )

    def close(self) -> None:
        """Do nothing: no file stays open."""

    def _publish(self, post: OutgoingPost, prepared: Prepared) -> PublishedPost:
        feed, key, now = self._read(), post.delivery_key, self._now()
        published_at = feed.published_at(key)
        if published_at is None:
            feed.add(post, prepared.tokens, now)
            self._folder.put(ATOM_FILE, feed.as_atom())
            published_at = now
        return replace(self._published(key, published_at), warnings=self._write_rss(feed))

    def _write_rss(self, feed: Feed) -> tuple[str, ...]:
        """Let RSS say what Atom says; where it cannot, the next look does it."""
        wanted = feed.as_rss()
        try:
            if self._folder.read(RSS_FILE) != wanted:
                self._folder.put(RSS_FILE, wanted)
        except OSError as error:
            return (f"{RSS_FILE} could not be written ({_words(error)}); {ATOM_FILE} has the post",)
        return ()

    def _read(self) -> Feed:
        try:
            return Feed(self._about, self._folder.read(ATOM_FILE), self._now())
        except NotOursError as error:
            message = f"{ATOM_FILE} in the folder is no feed of ours ({error}); move it away."
            raise AccessRefused(message, network=NAME) from error

    def _published(self, key: str, published_at: datetime) -> PublishedPost:
        return PublishedPost(
            remote_id=RemoteId(key),
            url=f"{self._about.address}{ATOM_FILE}#{key}",
            published_at=published_at,
        )

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Keep others from writing, and ask once one's turn has come whether it still may be."""
        with self._folder.alone():
            self._ask_leave()
            yield

    def _ask_leave(self) -> None:
        why = self._forbidden()
        if why:
            raise NotSent(why, network=NAME)

    @contextmanager
    def _told(self, unclear: str = "") -> Iterator[None]:
        """Turn what a folder does into our errors; nothing is unclear but what is written last."""
        try:
            yield
        except TimeoutError as error:
            if unclear:
                raise OutcomeUnknown(unclear, network=NAME) from error
            raise self._later(error) from error
        except OSError as error:
            raise self._error(error) from error

    def _error(self, error: OSError) -> ConnectorError:
        if error.errno in _CLOSED:
            message = f"The feed's folder cannot be written to ({_words(error)})."
            return AccessRefused(message, network=NAME)
        if error.errno == errno.EFBIG:
            message = "The folder does not take a file as large as that."
            return PostRefused(message, network=NAME)
        return self._later(error)

    def _later(self, error: OSError) -> NotSent:
        message = f"The feed's folder could not be used ({_words(error)})."
        return NotSent(message, network=NAME, retry_at=self._now() + _AGAIN_AFTER)


def connect(access: Access) -> Connector:
    """Use a folder; raise `AccessRefused` where it is not there or has no address."""
    return FeedConnector(access)


def _address(access: Access) -> str:
    text = access.credentials.get("ADDRESS", "").strip()
    try:
        parts = urlsplit(text)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
        message = "ADDRESS is missing or no address; it is where everybody finds the folder"
        raise AccessRefused(message, network=NAME)
    return text.rstrip("/") + "/"


def _folder(access: Access) -> ShownFolder:
    name = access.credentials.get("FOLDER", "").strip()
    if not name or access.open_folder is None:
        message = "FOLDER is missing; it is the folder that the feed's files are written to"
        raise AccessRefused(message, network=NAME)
    try:
        return access.open_folder(name)
    except OSError as error:
        message = f"FOLDER cannot be used ({_words(error)}); make it, and let us write there"
        raise AccessRefused(message, network=NAME) from error


def _words(error: OSError) -> str:
    return error.strerror or type(error).__name__


NETWORK = Network(
    name=NAME,
    title=TITLE,
    credentials=FIELDS,
    capabilities=CAPABILITIES,
    documented=DOCUMENTED,
    check=check,
    show_link=str,
    choose_key=choose_key,
    read_permalink=read_permalink,
    has_mentions=False,
    announced_limits=None,
    connect=connect,
)
