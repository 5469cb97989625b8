"""run: the clock that rings the hands and the collector until it is told to stop.

APScheduler is the clock and nothing more: a handful of one-line jobs in memory. The rows are
the queue, so a job that rings late, twice or not at all loses and doubles nothing.
"""

import logging
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.jobstores.base import JobLookupError
from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy.exc import DBAPIError

from analytics.collection import COLLECT_EVERY, collect_due
from campaign.audit.chain import is_behind, seal
from campaign.cli.found_clock import look_now, tell_found
from campaign.cli.links_clock import tick as look_after_links
from campaign.cli.loaded import spare_what_is_loaded
from campaign.cli.minded import minded
from campaign.cli.notices_clock import EVERY as NOTICES_EVERY
from campaign.cli.notices_clock import tick as look_after_notices
from campaign.cli.on_publishing import worker_name
from campaign.cli.on_web import Pages
from campaign.cli.on_working import Bell, open_doorbell
from campaign.cli.outward_clock import tick as tell_subscribers
from campaign.cli.partners_clock import tick as look_after_partners
from campaign.cli.place import Place
from campaign.cli.process import leave, log_to_stderr, told_to_end
from campaign.cli.records_clock import tick as look_after_records
from campaign.cli.reports_clock import tick
from campaign.cli.session import Session, open_session
from campaign.cli.sign_ins_clock import tick as look_after_sign_ins
from campaign.log_words import Said
from campaign.operating.exporting import traced
from campaign.operating.pulse import RUN
from campaign.publishing.due import next_instant
from campaign.publishing.hands import Hands
from campaign.settings import PROCRASTINATE
from campaign.store.database import explain
from campaign.store.figures import figures, in_words
from campaign.store.prepared import compile_all
from campaign.store.revisions import NotOursError, refuse_if_other_version
from campaign.store.whereabouts import refuse_if_elsewhere

log = logging.getLogger("campaign")

TICK = timedelta(seconds=1)
CLOCK = "clock"
"""The part of this process that rings."""
TELL_EVERY = timedelta(minutes=1)
REPORT_EVERY = timedelta(minutes=1)
SERVE_EVERY = timedelta(seconds=10)
"""How soon this process serves the pages, once another one that did is gone."""
SIGN_INS_EVERY = timedelta(minutes=1)
SEAL_EVERY = timedelta(seconds=15)
SEALINGS, SEALED_AT_ONCE = 20, 500
PARTNERS_EVERY = timedelta(minutes=1)
LINKS_EVERY = timedelta(minutes=5)
OUTWARD_EVERY = timedelta(seconds=5)
"""How soon a subscriber is told."""
RECORDS_EVERY = timedelta(hours=1)
FOUND_EVERY = timedelta(minutes=30)
"""How often partners' accounts are looked at for what they posted by hand."""


def run(place: Place, *, log_json: bool = False) -> None:
    """Publish and collect on the clock; SIGTERM and Ctrl-C end it once calls in flight are over."""
    with open_session(place) as session, told_to_end() as wait, traced():
        log_to_stderr(as_json=log_json or session.desk.settings.operating.log_json)
        compile_all(session.desk.store.engine.dialect)
        spare_what_is_loaded()
        with minded(session.desk, RUN, CLOCK):
            Clockwork(session, _bell(session)).run_until(wait)


def _bell(session: Session) -> Bell:
    rig = session.desk.rig(worker_name())
    if session.desk.settings.engine == PROCRASTINATE:
        return open_doorbell(rig)
    return Hands(rig, session.desk.settings.hands)


class Clockwork:
    """The jobs of one running campaign."""

    def __init__(self, session: Session, hands: Bell) -> None:
        self._session = session
        self._hands = hands
        self._not_ours: NotOursError | None = None
        self._unserved: str | None = "not tried yet"
        self._pages = Pages(session.desk)
        self._threads = ThreadPoolExecutor(4)
        self._scheduler = BackgroundScheduler(
            timezone=UTC,
            executors={"default": self._threads},
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )

    def run_until(self, told_to_stop: Callable[[], object]) -> None:
        """Ring until the function returns, then let calls in flight end.

        Raises:
            NotOursError: the campaign has been moved, or its tables upgraded, in the meantime.
        """
        add = self._scheduler.add_job
        now = datetime.now(UTC)
        publish, collect = self._told(self._publish), self._told(self._collect)
        add(publish, "interval", seconds=TICK.total_seconds(), id="publish", next_run_time=now)
        add(collect, "interval", seconds=COLLECT_EVERY.total_seconds(), next_run_time=now)
        figures_told = self._told(self._tell_figures)
        add(figures_told, "interval", seconds=TELL_EVERY.total_seconds(), next_run_time=now)
        reports = self._told(self._reports)
        add(reports, "interval", seconds=REPORT_EVERY.total_seconds(), next_run_time=now)
        if self._session.desk.settings.listen is not None:
            add(self._serve, "interval", seconds=SERVE_EVERY.total_seconds(), next_run_time=now)
        sign_ins = self._told(self._sign_ins)
        add(sign_ins, "interval", seconds=SIGN_INS_EVERY.total_seconds(), next_run_time=now)
        add(
            self._told(self._seal),
            "interval",
            seconds=SEAL_EVERY.total_seconds(),
            next_run_time=now,
        )
        partners = self._told(self._partners)
        add(partners, "interval", seconds=PARTNERS_EVERY.total_seconds(), next_run_time=now)
        notices = self._told(self._notices)
        add(notices, "interval", seconds=NOTICES_EVERY.total_seconds(), next_run_time=now)
        links = self._told(self._links)
        add(links, "interval", seconds=LINKS_EVERY.total_seconds(), next_run_time=now)
        outward = self._told(self._outward)
        add(outward, "interval", seconds=OUTWARD_EVERY.total_seconds(), next_run_time=now)
        found = self._told(self._found)
        add(found, "interval", seconds=FOUND_EVERY.total_seconds(), next_run_time=now)
        records = self._told(self._records)
        add(records, "interval", seconds=RECORDS_EVERY.total_seconds(), next_run_time=now)
        self._scheduler.start()
        campaign = Said(self._session.schedule.campaign)
        log.info("running; publishing and collecting for %s", campaign)
        told_to_stop()
        log.info("stopping; waiting for calls in flight")
        # Not `wait=True`: that waits under the lock which a job needs to set the next ring.
        self._scheduler.shutdown(wait=False)
        self._threads.shutdown(wait=True)
        self._hands.close()
        self._pages.close()  # last: a browser that dawdles must not let another post go out
        self._tell(self._hands.take_results())
        log.info("stopped")
        if self._not_ours is not None:
            raise self._not_ours

    def _publish(self) -> None:
        self._session.desk.pulse.beat(CLOCK)
        with self._session.desk.store.read() as connection:
            refuse_if_other_version(connection)
            refuse_if_elsewhere(connection)
        self._hands.ring()
        self._tell(self._hands.take_results())
        self._wake_at_next_due()
        self._session.desk.pulse.worked(self._session.now)

    def _wake_at_next_due(self) -> None:
        """Ring exactly when the next delivery is due, if that is before the next tick."""
        desk = self._session.desk
        now = desk.clock.now()
        with desk.store.read() as connection:
            due_at = next_instant(connection, now)
        if due_at is not None and due_at < now + TICK:
            with suppress(JobLookupError):  # told to stop in the meantime: there is no next ring
                self._scheduler.modify_job("publish", next_run_time=max(due_at, now))

    def _collect(self) -> None:
        desk = self._session.desk
        summary = collect_due(
            desk.store,
            clock=desk.clock,
            connector_for=desk.connector_for,
            purse=desk.purse,
            uncounted=desk.uncounted,
        )
        if summary.posts_read or summary.accounts_read:
            log.info("read %s posts, %s accounts", summary.posts_read, summary.accounts_read)
        if summary.kept_back:
            log.warning("not read, the spending limit is reached: %s", summary.kept_back)
        for failure in summary.failures:
            log.warning(
                "not read: %s: %s",
                Said(failure.channel),
                failure.message,
                extra={"action": "collect", "channel": failure.channel},
            )

    def _reports(self) -> None:
        for state, number in tick(self._session).items():
            log.info("e-mails %s: %s", Said(state), number)

    def _serve(self) -> None:
        """Serve the pages, and the pictures that networks fetch; say once how that stands."""
        why = self._pages.open()
        if why != self._unserved:
            self._unserved = why
            if why:
                log.warning("the pages are not served by this process: %s", Said(why))
            else:
                log.info("the pages are at %s", Said(self._pages.address))

    def _sign_ins(self) -> None:
        look_after_sign_ins(self._session)

    def _seal(self) -> None:
        """Seal what was written into the logs, a little at a time: meanwhile nobody sends."""
        desk = self._session.desk
        with desk.store.read() as connection:
            behind = is_behind(connection)
        for _ in range(SEALINGS if behind else 0):
            with desk.store.write() as connection:
                if seal(connection, desk.clock.now(), most=SEALED_AT_ONCE) < SEALED_AT_ONCE:
                    return

    def _partners(self) -> None:
        look_after_partners(self._session)

    def _notices(self) -> None:
        look_after_notices(self._session)

    def _links(self) -> None:
        tried = look_after_links(self._session)
        if tried:
            log.info("links tried: %s", tried)

    def _outward(self) -> None:
        for state, number in tell_subscribers(self._session).items():
            log.info("messages to subscribers %s: %s", state, number)

    def _found(self) -> None:
        tell_found(look_now(self._session))

    def _records(self) -> None:
        look_after_records(self._session)

    def _tell_figures(self) -> None:
        desk = self._session.desk
        with desk.store.read() as connection:
            seen = figures(connection, desk.clock.now())
        log.info("%s", Said(in_words(seen)), extra={"action": "figures"})

    def _tell(self, results: Mapping[str, int]) -> None:
        for state, number in results.items():
            log.info("%s: %s", Said(state), number)

    def _told(self, job: Callable[[], None]) -> Callable[[], None]:
        """Say in a sentence where the database cannot be used; the next ring tries again."""

        def run_and_tell() -> None:
            try:
                job()
            except DBAPIError as error:
                log.error(explain(error))  # noqa: TRY400 - a sentence, no traceback
            except NotOursError as error:
                self._not_ours = error
                leave()

        return run_and_tell
