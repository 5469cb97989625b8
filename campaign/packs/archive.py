"""Writes the zip: the same files give the same bytes, on every machine and at every hour."""

import hashlib
import io
import zipfile
from collections.abc import Mapping
from datetime import datetime

SUMS = "SHA256SUMS"
_READABLE = 0o100644 << 16
_UNIX = 3


def zipped(files: Mapping[str, bytes], at: datetime) -> bytes:
    """Return a zip of files by name, in the order of their names, all dated `at` (local time).

    Its checksums are a file of their own, as `sha256sum --check` reads it.
    """
    target = io.BytesIO()
    every = {**files, SUMS: sums(files).encode()}
    with zipfile.ZipFile(target, "w") as archive:
        for name in sorted(every):
            entry = zipfile.ZipInfo(name, date_time=_dated(at))
            # Stored as it is: compressed bytes would hang on the machine's own zlib, and nearly
            # all of a pack is pictures, which are compressed already.
            entry.compress_type = zipfile.ZIP_STORED
            entry.external_attr = _READABLE
            entry.create_system = _UNIX
            archive.writestr(entry, every[name])
    return target.getvalue()


def sums(files: Mapping[str, bytes]) -> str:
    """Return a line per file: its SHA-256, two spaces, its name."""
    lines = (f"{hashlib.sha256(files[name]).hexdigest()}  {name}\n" for name in sorted(files))
    return "".join(lines)


def _dated(at: datetime) -> tuple[int, int, int, int, int, int]:
    return (at.year, at.month, at.day, at.hour, at.minute, at.second)
