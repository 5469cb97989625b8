"""worker: sends what `campaign run` on this or another machine finds due."""

import logging
from collections.abc import Mapping
from types import ModuleType
from typing import Protocol

from campaign.cli.failures import Failure
from campaign.cli.loaded import spare_what_is_loaded
from campaign.cli.minded import minded
from campaign.cli.on_publishing import worker_name
from campaign.cli.place import Place
from campaign.cli.process import log_to_stderr, told_to_end, when_told
from campaign.cli.session import open_session
from campaign.log_words import Said
from campaign.operating.exporting import traced
from campaign.operating.pulse import WORKER
from campaign.publishing.rig import Rig
from campaign.store.backends import POSTGRESQL
from campaign.store.prepared import compile_all
from campaign.store.revisions import refuse_if_other_version
from campaign.store.whereabouts import refuse_if_elsewhere

log = logging.getLogger("campaign")


class Bell(Protocol):
    """What the clock rings: hands of this process, or a queue with workers behind it."""

    def ring(self) -> None: ...  # noqa: D102 - as in `Hands`

    def take_results(self) -> Mapping[str, int]: ...  # noqa: D102 - as in `Hands`

    def close(self) -> None: ...  # noqa: D102 - as in `Hands`


def work(place: Place, *, log_json: bool = False) -> None:
    """Answer the bell until told to stop; calls in flight end before it leaves.

    Raises:
        NotOursError: it ended because the campaign has been moved, or its tables upgraded.
    """
    with open_session(place) as session, told_to_end() as wait, traced():
        rig = session.desk.rig(worker_name())
        answerer = _parts(rig).Answerer(rig, session.desk.settings.hands, session.desk.pulse)
        log_to_stderr(as_json=log_json or session.desk.settings.operating.log_json)
        compile_all(rig.store.engine.dialect)
        spare_what_is_loaded()
        when_told(wait, answerer.stop)
        log.info("working for %s", Said(session.schedule.campaign))
        if session.desk.settings.public is not None and (why := session.desk.showing.open()):
            log.warning("pictures are not shown by this process: %s", why)
        with minded(session.desk, WORKER, _parts(rig).QUEUE_PART):
            answerer.run()
        log.info("stopped")
        with rig.store.read() as connection:
            refuse_if_other_version(connection)
            refuse_if_elsewhere(connection)


def open_doorbell(rig: Rig) -> Bell:
    """Return the bell that rings workers instead of this process's own hands."""
    bell: Bell = _parts(rig).Doorbell(rig)
    return bell


def _parts(rig: Rig) -> ModuleType:
    """Return the module that knows the queue; say what is missing where it cannot be used."""
    if rig.store.engine.dialect.name != POSTGRESQL:
        raise Failure(
            "workers need a campaign that is kept in PostgreSQL; set CAMPAIGN_DATABASE_URL, "
            "or leave CAMPAIGN_ENGINE out to send from this process"
        )
    try:
        from campaign.publishing import doorbell  # noqa: PLC0415 - need not be installed
    except ModuleNotFoundError as error:
        message = "workers need packages that are not installed; run `make install-postgres`"
        raise Failure(message) from error
    return doorbell
