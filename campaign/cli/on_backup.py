"""backup: writes everything into one file, or looks whether such a file is whole."""

import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from sqlalchemy import select

from campaign.cli.failures import Failure
from campaign.cli.output import counted, instant, print_json, say, tell
from campaign.cli.place import Place
from campaign.cli.session import NOTHING_APPLIED, settings_for, without_database
from campaign.keeping.backup import Wanted, back_up
from campaign.keeping.checking import check_database, unpack
from campaign.keeping.exporting import export
from campaign.keeping.manifest import FILES, Manifest
from campaign.settings import Settings
from campaign.store.backends import shown_address
from campaign.store.database import open_store
from campaign.store.tables import CAMPAIGN

SECRET_ENDINGS = ("_SECRET", "_PASSWORD", "_KEY", "_TOKEN")
"""How the names of variables end that hold a secret; accounts and numbers are none."""

SHORTEST_SECRET = 8
"""Shorter values of the environment are looked for nowhere: they would be found by chance."""


def backup(place: Place, file: Path, *, as_json: bool) -> None:
    """Write a backup, while whatever runs goes on."""
    _keep(place, file, back_up, as_json=as_json)


def export_all(place: Place, folder: Path, *, as_json: bool) -> None:
    """Write everything as open files, while whatever runs goes on."""
    _keep(place, folder, export, as_json=as_json)


def _keep(place: Place, file: Path, write: Callable[[Wanted], Manifest], *, as_json: bool) -> None:
    settings = settings_for(place)
    if without_database(settings):
        raise Failure(NOTHING_APPLIED)
    store = open_store(settings.database_url)
    try:
        with store.read() as connection:
            if connection.execute(select(CAMPAIGN.c.id)).first() is None:
                raise Failure(NOTHING_APPLIED)
        wanted = Wanted(
            store=store,
            kept_in=shown_address(settings.database_url),
            folder=settings.folder,
            secrets=secrets_of(settings),
            at=place.clock.now(),
            file=file,
        )
        manifest = write(wanted)
    finally:
        store.close()
    for one in manifest.left_out:
        tell(f"left out: {one}")
    if as_json:
        print_json(as_rows(file, manifest))
        return
    say(f"{file}: {_summary(manifest)}")
    say(where_the_keys_are(settings))


def check(file: Path, *, as_json: bool) -> None:
    """Look whether a backup is whole: its files, its database, and the log's chain."""
    with tempfile.TemporaryDirectory(prefix="campaign-desk-") as place:
        manifest = unpack(file, Path(place))
        check_database(Path(place), manifest)
    if as_json:
        print_json(as_rows(file, manifest))
        return
    say(f"{file}: whole; {_summary(manifest)}")


def as_rows(file: Path, manifest: Manifest) -> dict[str, object]:
    """Return what `--json` says of a backup."""
    return {
        "file": str(file),
        "number": manifest.number,
        "campaign": manifest.campaign,
        "taken_at": instant(manifest.taken_at),
        "program": manifest.program,
        "revision": manifest.revision,
        "kept_in": manifest.kept_in,
        "rows": dict(manifest.rows),
        "files": sorted(one for one in manifest.members if one.startswith(FILES)),
        "left_out": list(manifest.left_out),
    }


def secrets_of(settings: Settings) -> Sequence[str]:
    """Return the keys and passwords that this machine knows, each of which is kept out of files."""
    named = {
        value
        for name, value in settings.environment.items()
        if name.startswith("CAMPAIGN_") and name.endswith(SECRET_ENDINGS)
    }
    mail = {settings.mail.password} if settings.mail else set()
    known = {*settings.secret_keys, *named, *mail}
    return sorted(one for one in known if one and len(one) >= SHORTEST_SECRET)


def where_the_keys_are(settings: Settings) -> str:
    """Say where the key lies that no backup holds."""
    file = settings.environment.get("CAMPAIGN_SECRET_KEY_FILE")
    if file:
        where = f"in {file}"
    elif settings.secret_keys:
        where = "in CAMPAIGN_SECRET_KEY, in this environment"
    else:
        return "No key is set here, so no channel is signed in by `campaign connect`."
    return f"The key that opens the sign-ins is not in it: it is {where}. Keep a copy apart."


def _summary(manifest: Manifest) -> str:
    rows = counted(sum(manifest.rows.values()), "row")
    files = counted(sum(one.startswith(FILES) for one in manifest.members), "file")
    return f"“{manifest.campaign}” as of {manifest.taken_at:%Y-%m-%d %H:%M} UTC, {rows}, {files}"
