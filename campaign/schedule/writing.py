"""Puts a file in the place of another, whole or not at all, and one writer at a time."""

import fcntl
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from difflib import SequenceMatcher
from pathlib import Path

BOM = "\ufeff"


def write_whole(file: Path, content: bytes) -> None:
    """Write a file beside its place, let the disk confirm it, and put it there in one step.

    Whoever reads the place finds the old content or the new one, also after a crash. Raises
    `OSError`, and then the old content is there.
    """
    mode = file.stat().st_mode if file.exists() else 0o666 & ~_umask()
    descriptor, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.stem}-")
    try:
        with os.fdopen(descriptor, "wb") as written:
            written.write(content)
            written.flush()
            os.fsync(written.fileno())
        Path(name).chmod(mode)
        Path(name).replace(file)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise
    _sync_folder(file.parent)


@contextmanager
def rewritten(file: Path, text: str) -> Iterator[None]:
    """Put an edited text in a file's place; where what follows fails, the old content comes back.

    Raises `OSError`, and then the old content is there.
    """
    before = file.read_bytes()
    after = as_bytes(text, before)
    if after != before:
        write_whole(file, after)
    try:
        yield
    except Exception:
        if after != before:
            write_whole(file, before)
        raise


@contextmanager
def only_writer(folder: Path) -> Iterator[None]:
    """Let nobody else on this machine who asks as well write in a folder meanwhile."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def as_bytes(text: str, before: bytes) -> bytes:
    """Return an edited text as a file has it: lines that stayed keep their ends, and its mark.

    Texts are edited with LF alone; a file may have CRLF, and some begin with a byte order mark.
    """
    old = before.decode("utf-8-sig")
    lines = old.splitlines(keepends=True) if "\r" in old else []
    if lines:
        text = _with_ends(text, [one.rstrip("\r\n") for one in lines], lines)
    return ((BOM if before.startswith(BOM.encode()) else "") + text).encode()


def _with_ends(text: str, old: list[str], with_ends: list[str]) -> str:
    new = text.split("\n")
    usual = "\r\n" if sum(one.endswith("\r\n") for one in with_ends) * 2 > len(old) else "\n"
    ended = [f"{one}{usual}" for one in new[:-1]] + new[-1:]
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            ended[c:d] = with_ends[a:b]
    return "".join(ended)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _umask() -> int:
    now = os.umask(0)
    os.umask(now)
    return now
