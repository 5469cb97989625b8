"""status: how the deliveries stand, and what each waits for."""

from analytics.walls import in_words, missed_readings
from campaign.cli.failures import Failure
from campaign.cli.links_clock import words_of as words_of_link
from campaign.cli.output import counted, for_people, print_json, say, table
from campaign.cli.place import Place
from campaign.cli.session import Session, open_session
from campaign.cli.sign_ins_clock import in_use, words_of
from campaign.credentials.ending import endings
from campaign.desk_views.status_json import Standing, row_of, status_values
from campaign.desk_views.waiting import waiting_for
from campaign.link_checks.checking import troubles
from campaign.mailing.undelivered import undelivered
from campaign.models import Delivery
from campaign.publishing.late import TWICE
from campaign.states import PEOPLES_WORDS, State
from campaign.store.barriers import active_stops
from campaign.store.deliveries import list_deliveries
from campaign.store.figures import Figures, figures
from campaign.store.withdrawals import list_withdrawals


def status(place: Place, state: str | None, *, as_json: bool) -> None:
    """Print every delivery, or those in one state."""
    if state is not None and state not in set(State):
        raise Failure(f"“{state}” is no state; one of {', '.join(State)}", code=2)
    with open_session(place) as session, session.desk.store.read() as connection:
        stops = active_stops(connection)
        wanted = [one for one in list_deliveries(connection) if state in (None, one.state)]
        pulled = {one.delivery_id: one for one in list_withdrawals(connection)}
        waiting = waiting_for(connection, wanted, session.roles, pulled)
        seen = figures(connection, session.now)
        missed = missed_readings(connection, session.desk.networks_by_name, session.now)
        ending = endings(in_use(session)[1], session.now)
        links = troubles(connection, session.now)
        letters = undelivered(connection)
    if as_json:
        standing = Standing(
            stops=stops, figures=seen, missed=missed, ending=ending, links=links, letters=letters
        )
        rows = [row_of(one, waiting[one.id], pulled.get(one.id)) for one in wanted]
        print_json(status_values(standing) | {"deliveries": rows})
        return
    for one in stops:
        when = for_people(one.stopped_at, session.schedule.zone)
        scope = f"{one.scope} {one.target}".strip()
        say(f"STOPPED ({scope}) by {one.stopped_by} on {when}: {one.reason}")
    _print_table(session, wanted, waiting)
    if state is None:
        _say_figures(seen)
        words = in_words(missed, session.now)
        if words:
            say(f"Last readings: {words}")
        for one in ending:
            words = words_of(session, one)
            say(f"{words[0].upper()}{words[1:]}")
        for link in links:
            say(f"Link: {words_of_link(link)}")
        for letter in letters:
            say(f"Letter to {letter.address} ({letter.id}): {letter.why}")


def _print_table(
    session: Session, deliveries: list[Delivery], waiting: dict[str, str | None]
) -> None:
    zone = session.schedule.zone
    rows = [
        [
            for_people(one.due_at, zone),
            one.id,
            PEOPLES_WORDS[State(one.state)],
            _where(one, waiting[one.id]),
        ]
        for one in deliveries
    ]
    table(["Due", "Delivery", "State", "Where, or waiting for"], rows, whole="Delivery")
    say(counted(len(rows), "delivery", "deliveries"))
    for one in deliveries:
        if TWICE in one.note:
            say(f"Look at {one.id}: {one.note}")


def _where(one: Delivery, waiting: str | None) -> str:
    if one.url:
        lead = f"waits for {waiting}; " if waiting else ""
        return f"{lead}{one.url} ({one.note})" if one.note else f"{lead}{one.url}"
    return waiting or one.note


def _say_figures(seen: Figures) -> None:
    """Say what a person would want to know first when something is wrong."""
    if seen.oldest_due:
        age = seen.oldest_due.age.total_seconds()
        say(f"Oldest due and not sent: {seen.oldest_due.delivery}, for {age:.0f} seconds")
    if seen.lateness:
        late = seen.lateness
        halves = f"half within {late.p50.total_seconds():.1f} s"
        most = f"95 % within {late.p95.total_seconds():.1f} s"
        nearly = f"99 % within {late.p99.total_seconds():.1f} s"
        posts = counted(late.deliveries, "post")
        say(f"Lateness of {posts} in the last 7 days: {halves}, {most}, {nearly}")
