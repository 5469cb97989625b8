"""Writes the zip: the same files give the same bytes, on every machine and at every hour."""

import zipfile
from collections.abc import Mapping
from datetime import datetime
from typing import BinaryIO

from connectors.content import Content, digest, pieces

SUMS = "SHA256SUMS"
_READABLE = 0o100644 << 16
_UNIX = 3


def write_zip(files: Mapping[str, Content], at: datetime, target: BinaryIO) -> None:
    """Write a zip of files by name, in the order of their names, all dated `at` (local time).

    Its checksums are a file of their own, as `sha256sum --check` reads it. No file is held whole.
    """
    every: dict[str, Content] = {**files, SUMS: sums(files).encode()}
    with zipfile.ZipFile(target, "w") as archive:
        for name in sorted(every):
            entry = zipfile.ZipInfo(name, date_time=_dated(at))
            # Stored as it is: compressed bytes would hang on the machine's own zlib, and nearly
            # all of a pack is pictures, which are compressed already.
            entry.compress_type = zipfile.ZIP_STORED
            entry.external_attr = _READABLE
            entry.create_system = _UNIX
            entry.file_size = len(every[name])
            with archive.open(entry, "w") as member:
                for piece in pieces(every[name]):
                    member.write(piece)


def sums(files: Mapping[str, Content]) -> str:
    """Return a line per file: its SHA-256, two spaces, its name."""
    lines = (f"{digest(files[name])}  {name}\n" for name in sorted(files))
    return "".join(lines)


def _dated(at: datetime) -> tuple[int, int, int, int, int, int]:
    return (at.year, at.month, at.day, at.hour, at.minute, at.second)
