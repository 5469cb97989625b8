"""explain, for the figures of the page that are no sum of gains: posts live, and the top posts."""

from collections.abc import Sequence

from analytics.due import due_in
from analytics.explain import explain_top
from analytics.explain_json import POSTS_LIVE, posts_live_values, top_posts_values
from analytics.report_parts import Contents
from analytics.top_posts import AGE
from campaign.cli.failures import Failure
from campaign.cli.output import for_people, print_json, say, table
from campaign.cli.session import Session
from campaign.cli.steps import tell_step
from campaign.schedule.faults import near
from campaign.states import PEOPLES_WORDS


def explain_list(
    session: Session, report: Contents, figure: str, delivery: str | None, *, as_json: bool
) -> None:
    """Show the deliveries behind a figure, and for the top posts the readings beside their age."""
    if figure == POSTS_LIVE:
        _posts_live(session, report, delivery, as_json=as_json)
    else:
        _top_posts(session, report, delivery, as_json=as_json)


def _posts_live(session: Session, report: Contents, delivery: str | None, *, as_json: bool) -> None:
    with session.desk.store.read() as connection:
        due = due_in(connection, report.week, report.as_of)
    chosen = [one for one in due if delivery in (None, one.id)]
    _check_found(chosen, delivery, [one.id for one in due])
    if as_json:
        print_json(posts_live_values(report, chosen))
        return
    _say_head(session, report)
    live = sum(one.is_out for one in due)
    say(f"posts-live: {live} of {len(due)} deliveries that were due in the week are out")
    zone = session.schedule.zone
    rows = [[one.id, PEOPLES_WORDS[one.state], for_people(one.due_at, zone)] for one in chosen]
    table(["Delivery", "State", "Due"], rows, whole="Delivery")


def _top_posts(session: Session, report: Contents, delivery: str | None, *, as_json: bool) -> None:
    chosen = [one for one in report.top_posts if delivery in (None, one.delivery)]
    _check_found(chosen, delivery, [one.delivery for one in report.top_posts])
    with session.desk.store.read() as connection:
        steps = explain_top(connection, chosen, report.as_of)
    if as_json:
        print_json(top_posts_values(report, chosen, steps))
        return
    _say_head(session, report)
    days = AGE.days
    for post, step in zip(chosen, steps, strict=True):
        say(f"{post.delivery}: times shown when it was {days} days old, from {post.evidence}")
        tell_step(session.schedule.zone, f"at {days} days", step)
    if not chosen:
        say("No post that turned three days old in the week was shown 200 times.")


def _check_found(found: Sequence[object], delivery: str | None, known: Sequence[str]) -> None:
    if delivery is not None and not found:
        raise Failure(f"the figure has nothing of “{delivery}”{near(delivery, set(known))}")


def _say_head(session: Session, report: Contents) -> None:
    say(f"{report.week.name}, as known on {for_people(report.as_of, session.schedule.zone)}.")
