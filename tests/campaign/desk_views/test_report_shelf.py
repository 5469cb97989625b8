from datetime import UTC, datetime

from sqlalchemy import insert

from analytics.weeks import parse_week
from campaign.desk_views.report_shelf import shelf, week_reports
from campaign.store.reports import ASK, LEARNING
from campaign.store.tables import REPORT_FILE, REPORT_ISSUE, REPORT_NOTE
from tests.campaign.ledger import Ledger

AFTER = datetime(2027, 1, 26, 9, 0, tzinfo=UTC)
"""Tuesday after the second week of the campaign."""


def add_issue(ledger: Ledger, week: str, number: int, *, released: bool) -> int:
    row = {
        "week": week, "number": number, "as_of": AFTER, "prepared_at": AFTER, "reason": "",
        "values_json": "{}", "released_at": AFTER if released else None,
        "released_by": "ama" if released else None,
    }  # fmt: skip
    key = ledger.connection.execute(insert(REPORT_ISSUE).values(**row)).inserted_primary_key
    assert key is not None
    number_of: int = key[0]
    return number_of


def test_every_week_that_is_over_stands_on_the_shelf(ledger: Ledger) -> None:
    add_issue(ledger, "2027-W02", 1, released=True)
    add_issue(ledger, "2027-W02", 2, released=False)
    found = shelf(ledger.connection, ledger.schedule, AFTER)
    assert [(one.week.name, one.issue.number if one.issue else None) for one in found] == [
        ("2027-W03", None),
        ("2027-W02", 2),
    ]
    after_all = shelf(ledger.connection, ledger.schedule, datetime(2028, 1, 1, tzinfo=UTC))
    assert (after_all[0].week.name, len(after_all)) == ("2027-W17", 16)
    assert shelf(ledger.connection, ledger.schedule, datetime(2027, 1, 12, tzinfo=UTC)) == ()


def test_a_week_has_its_issues_files_and_sentences(ledger: Ledger) -> None:
    first = add_issue(ledger, "2027-W02", 1, released=True)
    add_issue(ledger, "2027-W02", 2, released=False)
    file = {"issue_id": first, "name": "page.html", "media_type": "text/html", "sha256": ""}
    ledger.connection.execute(insert(REPORT_FILE).values(**file, content=b""))
    for kind, text in ((LEARNING, "Ask early."), (ASK, "Send numbers.")):
        note = {"week": "2027-W02", "kind": kind, "text": text, "person": "ama"}
        ledger.connection.execute(insert(REPORT_NOTE).values(**note, written_at=AFTER))
    week = parse_week("2027-W02", zone=ledger.schedule.zone, now=AFTER)
    seen = week_reports(ledger.connection, week, AFTER)
    assert seen.learning is not None
    assert (seen.learning.text, [one.text for one in seen.asks]) == (
        "Ask early.",
        ["Send numbers."],
    )
    assert seen.released is not None
    assert seen.released.files == ("page.html",)
    assert seen.waits
