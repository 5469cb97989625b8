"""secret-key: makes the key that sign-ins are sealed with, and seals them with a new one."""

import os
from pathlib import Path

from campaign.cli.failures import FAILED, Failure
from campaign.cli.output import counted, say, tell
from campaign.cli.place import Place
from campaign.cli.session import open_session
from campaign.people import system_user
from campaign.records.resealing import count_sealed, seal_everything_anew, sealed_otherwise
from campaign.secret_keys import FILE_VARIABLE, VARIABLE, new_key
from campaign.store.deeds import note_deed
from campaign.store.deliveries import Change


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
    """Seal everything with the first key, so that the others can be taken away; prove it."""
    with open_session(place) as session:
        session.desk.means.seal.check()
        keys = session.desk.settings.secret_keys
        with session.desk.store.write() as connection:
            number = seal_everything_anew(connection, keys)
            _check_proof(sealed_otherwise(connection, keys))
            change = Change(who=system_user(), at=session.now, why=f"{number} sealed anew")
            note_deed(connection, change, "changed key", "secret-key")
        _say_proof(number)


def check(place: Place) -> None:
    """Say what the first key alone does not open; exit code 1 where there is anything."""
    with open_session(place) as session:
        session.desk.means.seal.check()
        with session.desk.store.read() as connection:
            number = count_sealed(connection)
            left = sealed_otherwise(connection, session.desk.settings.secret_keys)
        _check_proof(left)
        _say_proof(number)


def _check_proof(left: list[str]) -> None:
    if left:
        raise Failure(
            f"the first key alone does not open {', '.join(left)}; keep the other keys, run "
            "`campaign secret-key --reseal`, and start every process anew that knows an older "
            "key only",
            code=FAILED,
        )


def _say_proof(number: int) -> None:
    say(f"{counted(number, 'secret is', 'secrets are')} sealed; the first key alone opens all.")
