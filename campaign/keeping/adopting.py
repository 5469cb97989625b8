"""Takes the copy that an upgrade has kept for a backup, for `campaign restore`.

The copy is of the database alone: the campaign's files stay as they are.
"""

import hashlib
import shutil
import uuid
from pathlib import Path

from sqlalchemy import select

from campaign.keeping.contents import kept_files
from campaign.keeping.faults import KeepingError
from campaign.keeping.manifest import DATABASE, FILES, Manifest, Member
from campaign.keeping.snapshot import close_whole
from campaign.store.copying import count_rows
from campaign.store.database import HEAD, Store, open_own
from campaign.store.tables import CAMPAIGN, RELOCATION
from campaign.store.whereabouts import Stage

BEGINS_WITH = b"SQLite format 3\0"


def is_database(file: Path) -> bool:
    """Whether a file is an SQLite database, and so no backup but perhaps a kept copy."""
    if not file.is_file():
        return False
    with file.open("rb") as opened:
        return opened.read(len(BEGINS_WITH)) == BEGINS_WITH


def adopt(file: Path, folder: Path, place: Path) -> Manifest:
    """Put a kept copy into an empty folder as a backup is unpacked, with the files of `folder`.

    Raises:
        KeepingError: it is a database, but no copy that an upgrade has kept.
    """
    shutil.copyfile(file, place / DATABASE)
    store = open_own(place / DATABASE)
    try:
        manifest = _manifest(store, file)
    finally:
        close_whole(store)
    for one in kept_files(folder, ()).files:
        to = place / FILES / one.name
        to.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(one.path, to)
    return manifest


def _manifest(store: Store, file: Path) -> Manifest:
    with store.read() as connection:
        kept = select(RELOCATION).where(RELOCATION.c.stage == Stage.KEPT)
        mark = connection.execute(kept).first()
        campaign = connection.execute(select(CAMPAIGN.c.id, CAMPAIGN.c.title)).first()
        rows = count_rows(connection)
    if mark is None or campaign is None:
        raise KeepingError(
            f"{file} is a database, but no copy that an upgrade has kept; give a backup that "
            f"`campaign backup` has written"
        )
    content = hashlib.sha256(file.read_bytes()).hexdigest()
    return Manifest(
        number=str(uuid.uuid5(uuid.NAMESPACE_OID, content)),
        campaign=campaign.id,
        title=campaign.title,
        taken_at=mark.at,
        program="",
        revision=HEAD,
        kept_in=f"sqlite:///{mark.other}",
        rows=rows,
        members={DATABASE: Member(bytes=file.stat().st_size, sha256=content)},
        left_out=(),
    )
