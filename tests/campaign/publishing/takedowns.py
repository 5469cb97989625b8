"""What the tests of withdrawals do and ask."""

from campaign.decisions.withdrawing import withdraw
from campaign.models_changes import Withdrawal
from campaign.states import State
from campaign.store.deliveries import Change, history
from campaign.store.withdrawals import get_withdrawal
from tests.campaign.office import Office

X, MASTODON, BLUESKY = "law-helps/ico-x/1", "law-helps/ico-mastodon/1", "law-helps/ico-bluesky/1"
PACK = "law-helps/npcc-linkedin/1"
TEXT = "Data protection law helps you share information to protect a child."


def pull(office: Office, delivery: str = X, why: str = "a wrong number") -> State:
    change = Change(who="ben", at=office.clock.now(), why=why)
    with office.desk.store.write() as connection:
        return withdraw(connection, delivery, change, office.schedule()).state


def said(office: Office, delivery: str = X) -> Withdrawal:
    with office.desk.store.read() as connection:
        found = get_withdrawal(connection, delivery)
    assert found is not None
    return found


def log(office: Office, delivery: str = X) -> list[tuple[str, str]]:
    with office.desk.store.read() as connection:
        return [(row.to_state, row.why) for row in history(connection, delivery)]


def pulled_while_sending(office: Office) -> None:
    assert pull(office) == State.SENDING
