"""publish and collect: one pass of each."""

import os
import socket
from collections import Counter

from analytics.collection import CollectionSummary, collect_due
from campaign.cli.output import counted, for_people, print_json, say, tell
from campaign.cli.place import Place
from campaign.cli.session import Session, open_session
from campaign.publishing.hands import Hands
from campaign.states import PEOPLES_WORDS, State
from campaign.store.snapshots import bring_forward, next_reading


def publish_once(place: Place, *, as_json: bool) -> None:
    """Publish what is due now and settle what is open; wait for the outcome of each."""
    with open_session(place) as session:
        results = publish_pass(session)
    if as_json:
        print_json(dict(results))
    elif not results:
        say("Nothing was due.")
    for state, number in results.items():
        if not as_json:
            say(f"{counted(number, 'delivery', 'deliveries')}: {PEOPLES_WORDS[State(state)]}")


def publish_pass(session: Session) -> Counter[str]:
    """Run the hands until nothing is left to do at this instant."""
    hands = Hands(session.desk.rig(worker_name()), session.desk.settings.hands)
    try:
        return hands.run_until_idle()
    finally:
        hands.close()


def collect_once(place: Place, *, early: bool, as_json: bool) -> None:
    """Read what is due now from every network; `early` also what is due later."""
    with open_session(place) as session:
        if early:
            with session.desk.store.write() as connection:
                bring_forward(connection, session.now)
        summary = collect_due(
            session.desk.store,
            clock=session.desk.clock,
            connector_for=session.desk.connector_for,
            purse=session.desk.purse,
            uncounted=session.desk.uncounted,
        )
        if summary == CollectionSummary() and not as_json:
            _tell_next(session)
    if as_json:
        print_json(
            {
                "posts_read": summary.posts_read,
                "values": summary.values,
                "missing": summary.missing,
                "posts_gone": summary.posts_gone,
                "accounts_read": summary.accounts_read,
                "kept_back": summary.kept_back,
                "failures": [{"channel": f.channel, "why": f.message} for f in summary.failures],
            }
        )
        return
    _tell_summary(summary)


def worker_name() -> str:
    """Name this process in the log: machine and process."""
    return f"{socket.gethostname()}:{os.getpid()}"


def _tell_next(session: Session) -> None:
    with session.desk.store.read() as connection:
        next_at = next_reading(connection)
    if next_at is not None:
        tell(
            "Nothing was due; the next reading is planned for "
            f"{for_people(next_at, session.schedule.zone)}."
        )


def _tell_summary(summary: CollectionSummary) -> None:
    posts = counted(summary.posts_read, "post")
    say(f"{posts} read: {counted(summary.values, 'number')}, {summary.missing} missing.")
    if summary.accounts_read:
        say(f"{counted(summary.accounts_read, 'account')} read.")
    if summary.posts_gone:
        say(f"{counted(summary.posts_gone, 'post is', 'posts are')} no longer there.")
    if summary.kept_back:
        tell(f"{counted(summary.kept_back, 'reading')} left out: the spending limit is reached.")
    for failure in summary.failures:
        tell(f"{failure.channel}: {failure.message}")
