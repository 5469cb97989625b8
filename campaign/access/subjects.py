"""Which account of the organisation belongs to whom: bound at the first sign-in, by e-mail.

An e-mail address can be given to somebody else one day; the issuer's own name for an account is
never given again. So the address decides once, and the name from then on.
"""

from datetime import datetime

from sqlalchemy import Connection, select

from campaign.access.leaving import has_left
from campaign.access.organisation import Known, OrganisationError
from campaign.schedule.model import Schedule
from campaign.store.backends import insert
from campaign.store.tables import PERSON


def person_for(connection: Connection, schedule: Schedule, known: Known, now: datetime) -> str:
    """Return whom an account signs in, and bind the two.

    Raises:
        OrganisationError: the schedule has nobody for it, or somebody who has another account.
    """
    row = connection.execute(select(PERSON.c.id).where(PERSON.c.subject == known.subject)).first()
    if row is not None:
        if row.id in schedule.people and not has_left(connection, row.id):
            return str(row.id)
        message = "the schedule does not name you any more"
        raise OrganisationError(message)
    email = known.email.lower()
    found = [
        name
        for name, one in schedule.people.items()
        if (one.email or "").lower() == email and not one.outside
    ]
    if len(found) == 1 and has_left(connection, found[0]):
        message = "you have left, and nothing lets you in here"
        raise OrganisationError(message)
    if len(found) != 1:
        who = "nobody" if not found else "several people"
        message = f"the schedule has {who} with the e-mail address {known.email}"
        raise OrganisationError(message)
    _bind(connection, found[0], known.subject, now)
    return found[0]


def _bind(connection: Connection, person: str, subject: str, now: datetime) -> None:
    held = connection.execute(select(PERSON.c.subject).where(PERSON.c.id == person)).scalar()
    if held is not None:
        message = f"{person} signs in with another account; whoever manages people can free it"
        raise OrganisationError(message)
    values = {"subject": subject, "changed_at": now}
    statement = insert(connection, PERSON).values(id=person, code_step=0, **values)
    connection.execute(statement.on_conflict_do_update(index_elements=[PERSON.c.id], set_=values))
