"""Says who has to know of a change to a live post, and sends the e-mails about it at once."""

from collections.abc import Sequence

from campaign.cli.output import say
from campaign.cli.reports_clock import send_letters
from campaign.cli.session import Session
from campaign.decisions.concerned import Concerned


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
