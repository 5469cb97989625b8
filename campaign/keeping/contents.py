"""Which files of a campaign's folder are kept in a backup: the campaign's own, and no secrets."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from campaign.keeping.faults import KeepingError

KEPT = ("schedule.yaml", "posts", "partners", "reports")
"""What a campaign's folder holds that the database does not; all else stays where it is."""

SECRETS_LOOKED_FOR_IN = 1_000_000
"""Bytes: in larger files, which are pictures and films, nobody keeps a key."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """One file to be kept."""

    name: str
    """Its path in the folder, with `/` between the parts."""
    path: Path


@dataclass(frozen=True, kw_only=True, slots=True)
class Listing:
    """The files to be kept, and those that are not although they lie among them."""

    files: Sequence[Found]
    left_out: Sequence[str]
    """Each with the reason: hidden, or a link."""


def kept_files(folder: Path, secrets: Sequence[str]) -> Listing:
    """List what is kept of a folder, in the order of names.

    Raises `KeepingError` where a file holds one of `secrets`, which are keys and passwords.
    """
    files, left_out = [], []
    for one in _all(folder):
        why = _why_not(folder, one)
        name = one.relative_to(folder).as_posix()
        if not why and _holds_secret(one, secrets):
            raise KeepingError(
                f"{one} holds a key or password that is set on this machine, and no backup may; "
                f"take it out of there, and change it if others could read it"
            )
        if why:
            left_out.append(f"{name}: {why}")
        else:
            files.append(Found(name=name, path=one))
    return Listing(files=files, left_out=left_out)


def _all(folder: Path) -> Iterator[Path]:
    for name in KEPT:
        top = folder / name
        if top.is_symlink() or top.is_file():
            yield top
        elif top.is_dir():
            yield from sorted(one for one in top.rglob("*") if one.is_symlink() or one.is_file())


def _why_not(folder: Path, file: Path) -> str | None:
    parts = file.relative_to(folder).parts
    if any(part.startswith(".") for part in parts):
        return "it is hidden"
    if any((folder.joinpath(*parts[: n + 1])).is_symlink() for n in range(len(parts))):
        return "it is a link to another place"
    return None


def _holds_secret(file: Path, secrets: Sequence[str]) -> bool:
    if not secrets or file.stat().st_size > SECRETS_LOOKED_FOR_IN:
        return False
    content = file.read_bytes()
    return any(one.encode() in content for one in secrets)
