"""Says what became of deliveries, and who has to know of a change; sends the e-mails about it."""

from collections import Counter
from collections.abc import Sequence

from campaign.cli.output import counted, say, tell
from campaign.cli.reports_clock import send_letters
from campaign.cli.session import Session
from campaign.decisions.concerned import Concerned
from campaign.states import PEOPLES_WORDS, State


def say_concerned(session: Session, concerned: Sequence[Concerned]) -> None:
    """Print every partner concerned: told by e-mail, or to be rung up."""
    if not concerned:
        return
    by_mail = session.desk.settings.mail is not None
    done = send_letters(session)
    for one in concerned:
        mailed = "told by e-mail" if by_mail and one.contacts else "to be rung up"
        say(f"{one.name} ({one.reached_at() or 'no contact in the schedule'}), {mailed}:")
        for line in one.where:
            say(f"  {line}")
    states = ", ".join(f"{number} {state}" for state, number in done.items())
    if states:
        say(f"E-mails: {states}; `campaign report sent` lists them.")


def report(done: str, states: Sequence[State]) -> None:
    """Print how many deliveries something was done with, and where they stand now."""
    say(f"{counted(len(states), 'delivery', 'deliveries')} {done}.")
    for state, number in Counter(states).items():
        tell(f"  {number} now: {PEOPLES_WORDS[state]}")
