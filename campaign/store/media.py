"""Keeps the files of posts by their SHA-256; a large one in parts, so that none is ever held whole.

A file up to one part stands in its own row. What is read of a larger one comes a part at a time,
each in a short transaction of its own: a long upload keeps no transaction open.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, Connection, Engine, delete, insert, select

from campaign.store.database import DamagedError, StoreError
from campaign.store.tables import MEDIA, MEDIA_PART
from connectors.content import Content, digest, whole

PART = 4 * 1024 * 1024
"""Bytes of a part; also what is read at a time from a file that is being stored."""


class ChangedError(StoreError):
    """A file is no longer what it was when it was looked at; nothing of it was kept."""


@dataclass(frozen=True, kw_only=True, slots=True)
class File:
    """A file, to be shown or handed over."""

    content: Content = field(repr=False)
    media_type: str


class StoredContent:
    """A large file as it stands in the database."""

    def __init__(self, engine: Engine, sha256: str, size: int) -> None:
        self._engine = engine.execution_options(reads_only=True)
        self._sha256 = sha256
        self._size = size
        self._last: tuple[int, bytes] = (-1, b"")

    def __len__(self) -> int:
        return self._size

    def __getitem__(self, part: slice, /) -> bytes:
        """Return some of the bytes; raise `DamagedError` where they are not what was stored."""
        start, stop, _ = part.indices(self._size)
        if stop <= start:
            return b""
        first = start // PART
        found = [self._part(number) for number in range(first, (stop - 1) // PART + 1)]
        one = found[0] if len(found) == 1 else b"".join(found)
        return one[start - first * PART : stop - first * PART]

    def _part(self, number: int) -> bytes:
        known, content = self._last  # reads come one after the other, mostly within one part
        if known != number:
            content = self._read(number)
            self._last = (number, content)
        return content

    def _read(self, number: int) -> bytes:
        query = select(MEDIA_PART.c.sha256, MEDIA_PART.c.content).where(
            MEDIA_PART.c.media == self._sha256, MEDIA_PART.c.number == number
        )
        with self._engine.connect() as connection:
            row = connection.execute(query).first()
        if row is None or hashlib.sha256(row.content).hexdigest() != row.sha256:
            raise DamagedError(f"part {number + 1} of a file is no longer what was stored")
        return bytes(row.content)


def keep_file(connection: Connection, sha256: str, media_type: str, content: Content) -> None:
    """Store a file, unless it is there already; of a large one a part is held at a time.

    Raises:
        ChangedError: its bytes are no longer those that the name was worked out from.
    """
    if connection.execute(select(MEDIA.c.sha256).where(MEDIA.c.sha256 == sha256)).first():
        return
    is_small = len(content) <= PART
    values = {"sha256": sha256, "media_type": media_type, "size": len(content)}
    small = whole(content) if is_small else None
    connection.execute(insert(MEDIA).values(**values, content=small))
    if not is_small:
        _keep_parts(connection, sha256, content)


def _keep_parts(connection: Connection, name: str, content: Content) -> None:
    together = hashlib.sha256()
    for number, part in enumerate(_parts(content)):
        together.update(part)
        own = hashlib.sha256(part).hexdigest()
        row = {"media": name, "number": number, "sha256": own, "content": part}
        connection.execute(insert(MEDIA_PART).values(**row))
    if together.hexdigest() != name:
        raise ChangedError("a file was changed while it was read: do it again")


def _parts(content: Content) -> Iterator[bytes]:
    try:
        for start in range(0, len(content), PART):
            yield content[start : start + PART]
    except OSError as error:
        raise ChangedError(f"a file can no longer be read: {error.strerror}") from error


def file_of(connection: Connection, sha256: str) -> File | None:
    """Return a file; None where it is not there, or is not what its name says.

    A large one is looked at part by part, as it is read.
    """
    row = connection.execute(select(MEDIA).where(MEDIA.c.sha256 == sha256)).first()
    if row is None:
        return None
    if row.content is None:
        large = StoredContent(connection.engine, sha256, row.size)
        return File(content=large, media_type=row.media_type)
    is_named = hashlib.sha256(row.content).hexdigest() == sha256
    return File(content=row.content, media_type=row.media_type) if is_named else None


def whole_content(connection: Connection, sha256: str) -> Content | None:
    """Return a file's content, all of it proved to be what its name says; None where it is not."""
    found = file_of(connection, sha256)
    if found is None:
        return None
    if isinstance(found.content, bytes):  # looked at by `file_of`
        return found.content
    try:
        return found.content if digest(found.content) == sha256 else None
    except DamagedError:
        return None


def drop_files(connection: Connection, *which: ColumnElement[bool]) -> None:
    """Delete files, parts and all; `which` are conditions on `MEDIA`."""
    those = select(MEDIA.c.sha256).where(*which)
    connection.execute(delete(MEDIA_PART).where(MEDIA_PART.c.media.in_(those)))
    connection.execute(delete(MEDIA).where(*which))
