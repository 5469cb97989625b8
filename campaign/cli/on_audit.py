"""audit: goes through the chain of the log, and seals what was written since."""

from campaign.audit import chain
from campaign.cli.failures import FAILED, Failure
from campaign.cli.output import counted, print_json, say, tell
from campaign.cli.place import Place
from campaign.cli.session import open_session


def verify(place: Place, noted: str | None, *, as_json: bool) -> None:
    """Say whether the log is as it was sealed; exit code 1 where it is not."""
    with open_session(place) as session, session.desk.store.read() as connection:
        found = chain.verify(connection, noted=noted)
    if as_json:
        print_json(
            {
                "intact": found.broken is None,
                "lines": found.lines,
                "head": found.head,
                "unsealed": found.unsealed,
                "broken": found.broken,
            }
        )
    else:
        say(f"{counted(found.lines, 'line is', 'lines are')} as they were sealed.")
        say(f"Last hash: {found.head}")
        if found.unsealed:
            tell(f"{counted(found.unsealed, 'line is', 'lines are')} not sealed yet.")
    if found.broken is not None:
        message = f"the log was changed beside the program: {found.broken}"
        raise Failure(message, code=FAILED)


def seal(place: Place) -> None:
    """Seal what was written since the last time."""
    with open_session(place) as session:
        number = 0
        while True:
            with session.desk.store.write() as connection:
                some = chain.seal(connection, session.now)
            number += some
            if not some:
                break
        say(f"{counted(number, 'line', 'lines')} sealed.")
