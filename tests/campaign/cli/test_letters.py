"""Letters on the command line: what did not get there, and who was told of a delivery."""

from sqlalchemy import insert

from campaign.mailing.outbox import write_letters
from campaign.models_reports import Letter
from campaign.store.tables import NOTICE
from tests.campaign.cli.shell import Shell
from tests.campaign.office import Office

X = "law-helps/ico-x/1"


def put(office: Office, state: str) -> None:
    now = office.clock.now()
    letter = Letter(
        id="notice/ama/1",
        purpose="notice",
        person="ama",
        address="ama@ico.example",
        subject="1 post refused",
        text="…",
        state=state,
        note="550 nobody of that name",
        created_at=now,
        ended_at=now,
    )
    told = {"person": "ama", "kind": "refused", "delivery_id": X, "fact": "1", "noted_at": now}
    with office.desk.store.write() as connection:
        write_letters(connection, [letter])
        connection.execute(insert(NOTICE).values(outcome="told", letter_id=letter.id, **told))


def test_status_names_a_letter_that_did_not_get_there_and_the_log_whom_it_was_for(
    office: Office, ready: Shell
) -> None:
    put(office, "refused")
    says = "the mail server does not take it (550 nobody of that name)"
    assert f"Letter to ama@ico.example (notice/ama/1): {says}" in ready.fine("status").out
    (letter,) = ready.fine("status", "--json").json()["letters"]
    assert (letter["person"], letter["needs_a_person"], letter["why"]) == ("ama", True, says)
    assert "ama has a letter in the outbox that is refused (refused, " in ready.fine("log", X).out
    ready.fine("report", "settle", "notice/ama/1", "--arrived", "--as", "ben")
    assert ready.fine("status", "--json").json()["letters"] == []


def test_the_log_says_who_was_told_and_when(office: Office, ready: Shell) -> None:
    put(office, "sent")
    assert "ama was told by e-mail (refused, Monday 11 January 2027" in ready.fine("log", X).out
    (told,) = ready.fine("log", X, "--json").json()["told"]
    assert (told["person"], told["sent_at"]) == ("ama", "2027-01-11T07:00:00Z")
