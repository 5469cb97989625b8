"""A thread that does nothing but watch its own process, so that it lives when the others do not."""

import logging
import threading
from collections.abc import Callable
from datetime import timedelta

from sqlalchemy.exc import DBAPIError

from campaign.log_words import Said
from campaign.operating.heartbeats import BEATS_EVERY, beat, end
from campaign.operating.watched import Watched
from campaign.store.database import StoreError, explain
from campaign.store.revisions import OtherVersionError

log = logging.getLogger("campaign")

LOOKS_EVERY = timedelta(minutes=1)
_ENDS_WITHIN_S = 5.0


class Minder:
    """Writes this process's heartbeat, and looks once a minute how things stand."""

    def __init__(
        self, watched: Watched, look: Callable[[], object], leave: Callable[[], None]
    ) -> None:
        """Begin; `look` is called every minute, also where the database is away.

        `leave` is called once the tables are of another version: this process then has to end.
        """
        self._watched, self._look, self._leave = watched, look, leave
        self._told = threading.Event()
        self._thread = threading.Thread(target=self._mind, name="minder", daemon=True)
        watched.pulse.beat("minder")
        self._thread.start()

    def close(self) -> None:
        """Watch no longer, and take the heartbeat's row away: this end is wanted."""
        self._told.set()
        self._thread.join(_ENDS_WITHIN_S)
        _said_of_database(self._end)

    def _mind(self) -> None:
        beats = 0
        every = LOOKS_EVERY // BEATS_EVERY
        while not self._told.is_set():
            self._watched.pulse.beat("minder")
            _said_of_database(self._beat)
            if beats % every == 1:
                _said_of_database(self._look)
            beats += 1
            self._told.wait(BEATS_EVERY.total_seconds())

    def _beat(self) -> None:
        try:
            with self._watched.store.write_one() as connection:
                beat(connection, self._watched.pulse, self._watched.clock.now())
        except OtherVersionError:
            self._told.set()
            self._leave()

    def _end(self) -> None:
        with self._watched.store.write_one() as connection:
            end(connection, self._watched.pulse)


def _said_of_database(do: Callable[[], object]) -> None:
    """Do something; whatever goes wrong is said, and the thread goes on."""
    try:
        do()
    except DBAPIError as error:
        log.error(explain(error))  # noqa: TRY400 - a sentence, no traceback
    except StoreError as error:
        log.error("%s", Said(error))  # noqa: TRY400 - the same
    except Exception:
        log.exception("the look at how things stand failed")
