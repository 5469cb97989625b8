"""Whether others on this machine can read secrets or put another database in the place of ours."""

import stat
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from campaign.fitness.disks import database_file
from campaign.fitness.finding import Finding, found
from campaign.store.database import Store

SECRET_FILES = (
    "CAMPAIGN_SECRET_KEY_FILE",
    "CAMPAIGN_MAIL_PASSWORD_FILE",
    "CAMPAIGN_METRICS_TOKEN_FILE",
)
"""Variables that name a file with a secret."""


def rights(folder: Path, environment: Mapping[str, str], store: Store) -> Finding:
    """Look at the files with secrets, at the database, and at the folders that both lie in."""
    file = database_file(store)
    wrong = [*_secrets(environment), *_database(file), *_written(file.parent if file else folder)]
    fine = "nobody else can read secrets or change the database"
    return found("permissions", "; ".join(wrong) or None, fine)


def _secrets(environment: Mapping[str, str]) -> Iterator[str]:
    for path in (Path(environment[one]) for one in SECRET_FILES if environment.get(one)):
        if path.stat().st_mode & (stat.S_IWGRP | stat.S_IRWXO):
            yield f"others can read or change {path}: chmod 640 {path}"
        yield from _open_folder(path.parent)


def _database(file: Path | None) -> Iterator[str]:
    if file is None:
        return
    if file.stat().st_mode & stat.S_IWOTH:
        yield f"others can change the database: chmod o-w {file}"
    yield from _open_folder(file.parent)


def _open_folder(folder: Path) -> Iterator[str]:
    """Tell of a folder in which others can put another file in the place of ours."""
    mode = folder.stat().st_mode
    if mode & stat.S_IWOTH and not mode & stat.S_ISVTX:
        yield f"others can replace files in {folder}: chmod o-w {folder}"


def _written(folder: Path) -> Iterator[str]:
    """Try to write, since no rights tell of a disk that is mounted to be read alone."""
    try:
        with tempfile.TemporaryFile(dir=folder):
            return
    except OSError as error:
        yield f"nothing can be written in {folder} ({error.strerror}): give it to this user"
