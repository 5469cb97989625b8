"""What `run`, `worker` and `web` have in common: somebody minds them while they work."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from campaign.cli.process import leave
from campaign.log_words import Said
from campaign.operating.looking import look
from campaign.operating.minding import Minder
from campaign.wiring import Desk

log = logging.getLogger("campaign")


@contextmanager
def minded(desk: Desk, kind: str, *parts: str) -> Iterator[None]:
    """Write heartbeats and answer probes while this process works.

    `kind` says what it is there for, `parts` which parts of it have to move.
    """
    desk.pulse.begin(kind, *parts, "minder")
    probes = _probes(desk)
    watched = desk.watched
    minder = Minder(watched, lambda: look(watched), leave)
    try:
        yield
    finally:
        minder.close()
        if probes is not None:
            probes.close()


def _probes(desk: Desk) -> Any:
    """Answer at an address of this process's own; None where none is set, or it is taken."""
    where = desk.settings.operating.probes
    if where is None:
        return None
    # Here, since the web's libraries take long and a worker may need none of them.
    from campaign.web.probes import make_probe_app  # noqa: PLC0415 - see above
    from campaign.web.serving import CannotListenError, Serving  # noqa: PLC0415 - see above

    try:
        serving = Serving(make_probe_app(desk), where.host, where.port, "CAMPAIGN_PROBES")
    except CannotListenError as error:
        log.warning("nobody can ask this process how it is: %s", Said(error))
        return None
    log.info("probes are answered at %s:%s", Said(where.host), serving.port)
    return serving
