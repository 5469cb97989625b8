"""The stand-in for a feed's folder and for whoever reads it, in memory.

What is written is read again by a reader of its own, from the Atom file alone, so a post counts as
published where a reader would show it. Faults are those of a disk: it is full, it is not ours, or
it breaks while it writes.
"""

import errno
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import PurePosixPath
from typing import Protocol
from xml.etree import ElementTree as ET

from rehearsal.accounts import Account
from rehearsal.faults import DONE_FIRST, Call, Fault
from rehearsal.pictures import look_at
from rehearsal.records import RecordedRequest, StoredMedia, StoredPost
from rehearsal.world import World

ATOM = {"a": "http://www.w3.org/2005/Atom"}
LANG = "{http://www.w3.org/XML/1998/namespace}lang"
FILE = "atom.xml"

_ERRORS = {
    Fault.REFUSE: errno.EFBIG,
    Fault.RATE_LIMIT: errno.ENOSPC,
    Fault.EXPIRED_TOKEN: errno.EACCES,
}


class FeedStandIn:
    """All folders of one rehearsal."""

    name = "feed"
    origin = "https://feed.example"

    def __init__(self, world: World) -> None:
        self._world = world
        self._store = world.stores["feed"]
        self._files: dict[str, dict[str, bytes]] = {}
        self._recorded: list[RecordedRequest] = []
        self.turn = world.locks["feed"]
        """Held by whoever writes."""

    def start(self, port: int = 0) -> None:
        """Do nothing: there is nothing to listen to."""

    def stop(self) -> None:
        """Do nothing, likewise; a stopped rehearsal's disk is gone."""

    def recorded(self) -> list[RecordedRequest]:
        """List what was read and written, in order."""
        return list(self._recorded)

    def take_recorded(self) -> list[RecordedRequest]:
        """Return it and begin anew."""
        taken, self._recorded = self._recorded, []
        return taken

    def open(self, name: str) -> "MemoryFolder":
        """Open an account's folder; raise `FileNotFoundError` for one that nobody has."""
        for account in self._world.accounts.on(self.name):
            if account.credentials["FOLDER"] == name:
                return MemoryFolder(self, account, self._files.setdefault(name, {}))
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))

    def do(self, account: Account, call: Call, name: str, act: Callable[[], None]) -> None:
        """Let one thing be done to a file, or let an ordered fault happen."""
        if self._world.stopping.is_set():
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        taken = self._world.faults.take(self.name, call, handle=account.handle)
        fault = taken.fault if taken else None
        with self._world.locks[self.name]:
            if fault is None or fault in DONE_FIRST:
                act()
            self._write_down(account, call, name, fault)
            if name == FILE:
                self._read_again(account)
        if fault in _ERRORS:
            raise OSError(_ERRORS[fault], os.strerror(_ERRORS[fault]))
        if fault is not None:
            raise TimeoutError(errno.EIO, os.strerror(errno.EIO))

    def call_of(self, account: Account, name: str, content: bytes) -> Call:
        """Say what writing a file is for."""
        if name != FILE:
            return Call.MEDIA
        old = {one.remote_id: one.text for one in self._store.of(account)}
        new = {post.remote_id: post.text for post in self._posts(account, content)}
        if old.keys() == new.keys():
            return Call.EDIT
        return Call.PUBLISH if new.keys() - old.keys() else Call.WITHDRAW

    def _write_down(self, account: Account, call: Call, name: str, fault: Fault | None) -> None:
        self._recorded.append(
            RecordedRequest(
                method="GET" if call is Call.FIND else "PUT",
                path=f"/{name}",
                query="",
                headers={},
                body=b"",
                status=200 if fault is None else 500,
                at=self._world.now(),
                call=call,
                handle=account.handle,
                fault=fault,
            )
        )

    def _read_again(self, account: Account) -> None:
        content = self._files[account.credentials["FOLDER"]].get(FILE)
        shown = self._posts(account, content) if content else []
        for post in shown:
            self._store.keep(post)
        for one in list(self._store.of(account)):
            if one.remote_id not in {post.remote_id for post in shown}:
                self._store.delete(one.remote_id)

    def _posts(self, account: Account, content: bytes) -> list[StoredPost]:
        """Return what a reader shows, the oldest first."""
        root = ET.fromstring(content)  # noqa: S314 - a file of the rehearsal's own
        return [self._post(account, one) for one in reversed(root.findall("a:entry", ATOM))]

    def _post(self, account: Account, entry: ET.Element) -> StoredPost:
        key = (entry.findtext("a:id", "", ATOM)).removeprefix("urn:uuid:")
        return StoredPost(
            handle=account.handle,
            remote_id=key,
            text=entry.findtext("a:summary", "", ATOM),
            language=entry.get(LANG),
            created_at=datetime.fromisoformat(entry.findtext("a:published", "", ATOM)),
            media=tuple(self._media(account, entry)),
            raw={"title": entry.findtext("a:title", "", ATOM)},
            url=f"{account.credentials['ADDRESS']}{FILE}#{key}",
        )

    def _media(self, account: Account, entry: ET.Element) -> Iterator[StoredMedia]:
        files = self._files[account.credentials["FOLDER"]]
        for link in entry.findall("a:link[@rel='enclosure']", ATOM):
            content = files[PurePosixPath(link.get("href", "")).name]
            picture = look_at(content)
            yield StoredMedia(
                content=content,
                media_type=link.get("type", ""),
                alt_text=link.get("title", ""),
                width=picture.width if picture else 0,
                height=picture.height if picture else 0,
            )


class Sliced(Protocol):
    """A file's bytes as they are handed over: all that is asked for is a slice."""

    def __len__(self) -> int:
        """Return the number of bytes."""

    def __getitem__(self, part: slice, /) -> bytes:
        """Return some of them."""


class MemoryFolder:
    """One account's folder."""

    def __init__(self, stand_in: FeedStandIn, account: Account, files: dict[str, bytes]) -> None:
        self._stand_in, self._account, self._files = stand_in, account, files

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Let the others wait."""
        with self._stand_in.turn:
            yield

    def read(self, name: str) -> bytes | None:
        """Return a file as it stands, None where there is none."""
        if name == FILE:
            self._stand_in.do(self._account, Call.FIND, "", lambda: None)
        return self._files.get(name)

    def put(self, name: str, content: Sliced) -> None:
        """Put a whole file in the place of what stood there."""
        self._put(name, content[: len(content)])

    def _put(self, name: str, content: bytes) -> None:
        if name.endswith(".xml") and name != FILE:
            self._files[name] = content
            return
        call = self._stand_in.call_of(self._account, name, content)
        self._stand_in.do(self._account, call, name, lambda: self._files.__setitem__(name, content))

    def drop(self, name: str) -> None:
        """Take a file away, if it is there."""
        self._files.pop(name, None)
