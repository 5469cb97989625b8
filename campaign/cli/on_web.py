"""web: serves the pages, alone or for `campaign run`."""

import threading
from typing import Any

from campaign.cli.failures import Failure
from campaign.cli.minded import minded
from campaign.cli.output import say
from campaign.cli.place import Place
from campaign.cli.process import log_to_stderr, told_to_end
from campaign.cli.session import open_session
from campaign.operating.exporting import traced
from campaign.operating.pulse import WEB
from campaign.store.revisions import refuse_if_other_version
from campaign.wiring import Desk


class Pages:
    """The pages of one desk, served as soon as their address is free."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._serving: Any = None
        self._closed = False
        self._lock = threading.Lock()

    @property
    def address(self) -> str:
        """Where a browser on this machine finds them."""
        listen = self._desk.settings.listen
        host = "" if listen is None else listen.host
        return f"http://{f'[{host}]' if ':' in host else host}:{self._serving.port}/"

    def open(self) -> str | None:
        """Serve, if that is not done yet; say why it cannot be done, None if it is."""
        # Here, since most processes that publish serve nothing, and the web's libraries take long.
        from campaign.web.app import make_app  # noqa: PLC0415 - see above
        from campaign.web.serving import CannotListenError, Serving  # noqa: PLC0415 - see above

        listen = self._desk.settings.listen
        with self._lock:
            if listen is None or self._serving is not None or self._closed:
                return None
            try:
                self._serving = Serving(make_app(self._desk), listen.host, listen.port)
            except CannotListenError as error:
                return str(error)
            self._desk.showing.answered_by_pages()
        return None

    def close(self) -> None:
        """Serve no longer; answers under way come to an end first."""
        with self._lock:
            self._closed = True
            if self._serving is not None:
                self._serving.close()


def serve(place: Place, *, log_json: bool = False) -> None:
    """Serve the pages until somebody ends it.

    Raises:
        OtherVersionError: it ended because the database was upgraded.
    """
    with open_session(place) as session, told_to_end() as wait, traced():
        if session.desk.settings.listen is None:
            raise Failure("CAMPAIGN_LISTEN is off; set it to the address to listen at", code=2)
        log_to_stderr(as_json=log_json or session.desk.settings.operating.log_json)
        pages = Pages(session.desk)
        why = pages.open()
        if why:
            raise Failure(why)
        say(f"The pages are at {pages.address} (Ctrl-C ends this)")
        with minded(session.desk, WEB):
            wait()
        pages.close()
        with session.desk.store.read() as connection:
            refuse_if_other_version(connection)
