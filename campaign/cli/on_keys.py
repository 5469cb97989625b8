"""secret-key: makes the key that sign-ins are sealed with, and seals them with a new one."""

import os
from pathlib import Path

from campaign.access.codes import seal_codes_anew
from campaign.cli.failures import Failure
from campaign.cli.output import counted, say, tell
from campaign.cli.place import Place
from campaign.cli.session import open_session
from campaign.outward.subscribers import seal_secrets_anew
from campaign.secret_keys import FILE_VARIABLE, VARIABLE, new_key
from campaign.store.credentials import all_kept, seal_anew


def make(out: Path | None) -> None:
    """Print a new key, or write it into a file that nobody else can read."""
    if out is None:
        say(new_key())
        tell(f"Set it as {VARIABLE}. Keep a copy away from the database and its backups: without")
        tell("it every channel has to be signed in again.")
        return
    try:
        handle = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise Failure(f"{out} is there already, and a key is not written over") from error
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(new_key() + "\n")
    say(f"Wrote a new key into {out}; set {FILE_VARIABLE} to its path.")
    tell("Keep a copy away from the database and its backups: without it every channel has to be")
    tell("signed in again.")


def reseal(place: Place) -> None:
    """Seal every sign-in with the first key, so that the others can be taken away."""
    with open_session(place) as session:
        seal = session.desk.means.seal
        seal.check()
        with session.desk.store.write() as connection:
            rows = all_kept(connection)
            for one in rows:
                seal_anew(connection, one, seal.anew(one))
            keys = session.desk.settings.secret_keys
            number = len(rows) + seal_codes_anew(connection, keys)
            number += seal_secrets_anew(connection, session.schedule.subscribers, seal)
        say(f"{counted(number, 'sign-in is', 'sign-ins are')} sealed with the first key.")
