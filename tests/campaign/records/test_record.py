import json
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select

from campaign.cli.place import Place
from campaign.clock import SteppedClock
from campaign.records.asked import Asked, NothingAskedError
from campaign.records.exporting import Export, export
from campaign.records.question import Question, asked_by
from campaign.records.record import Source
from campaign.records.redacting import Redacted
from campaign.store.tables import DEED, DELIVERY, MOVE
from rehearsal.server import Rehearsal
from tests.campaign.cli.shell import Shell
from tests.campaign.office import DUE, ENTRY, MONDAY, Office


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    clock = SteppedClock(MONDAY)
    with Rehearsal(now=clock.now) as rehearsal:
        place = Office(tmp_path, rehearsal, clock)
        place.apply()
        place.approve()
        place.publish_at(DUE)
        yield place
        place.close()


def taken(office: Office, **asked: Any) -> Export:
    schedule = office.desk.schedule()
    assert schedule is not None
    with office.desk.store.read() as connection:
        networks = office.desk.networks_by_name
        source = Source(connection=connection, schedule=schedule, networks=networks)
        return export(source, Asked(**asked))


def record(office: Office, **asked: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(taken(office, **asked).files["json"])
    return found


def test_what_went_out_is_there_with_wording_decision_and_permalink(office: Office) -> None:
    found = record(office, channel="ico-mastodon")
    assert found["counts"] == {"published": 1}
    (one,) = found["deliveries"]
    assert one["wording"]["text"].startswith("Data protection law helps you share")
    assert one["address"].startswith("http")
    assert one["planned_by"] == "author"
    said = [(each["kind"], each["decision"], each["by"]) for each in one["decisions"]]
    assert said == [("approval", "yes", "approver and legal")]
    assert [(each["to"], each["by"]) for each in one["history"]] == [
        ("awaiting-approval", "author"),
        ("planned", "approver and legal"),
        ("sending", "the program"),
        ("published", "the program"),
    ]


def test_staff_are_roles_unless_names_are_asked_for(office: Office) -> None:
    plain = taken(office).files["json"].decode()
    named = taken(office, names=True).files["json"].decode()
    assert "Ben" not in plain
    assert "Ben (approver and legal)" in named


def test_the_same_question_gives_the_same_bytes_and_another_day_none_of_it(
    office: Office,
) -> None:
    first, second = taken(office), taken(office)
    office.clock.move_to(DUE + timedelta(days=1))
    assert first.files == second.files == taken(office).files
    other = record(office, from_on=date(2027, 3, 1), until_on=date(2027, 3, 2))
    assert other["deliveries"] == []
    day = record(office, from_on=date(2027, 1, 12), until_on=date(2027, 1, 12))
    assert len(day["deliveries"]) == 3


def test_a_figure_has_its_as_of_and_what_was_never_told_is_not_zero(office: Office) -> None:
    office.clock.move_to(DUE + timedelta(hours=2))
    office.collect()
    figures = [
        line for one in record(office)["deliveries"] for line in one["figures"] if line["counts"]
    ]
    assert {line["as_of"] is None for line in figures if line["value"] is not None} == {False}
    for line in figures:
        if line["value"] is None:
            assert line["why_missing"]
    assert figures


def test_no_token_and_no_address_of_anybody_is_in_either_file(office: Office) -> None:
    with office.desk.store.write() as connection:
        delivery = connection.execute(select(DELIVERY.c.id).limit(1)).scalar_one()
        line = {"at": MONDAY, "from_state": "published", "to_state": "published"}
        why = "see https://desk.example/partner/abc.def or write to comms@npcc.example"
        values = {"delivery_id": delivery, "who": "comms@npcc.example", "why": why}
        connection.execute(insert(MOVE).values(**line, **values))
    for names in (False, True):
        for content in taken(office, names=names).files.values():
            text = content.decode()
            assert "npcc.example" not in text
            assert "abc.def" not in text
            for secret in set(office.environment.values()) - {"ico.example"}:
                assert secret not in text
    moves = [each for one in record(office)["deliveries"] for each in one["history"]]
    assert ("the partner", "see [a link of this desk] or write to [an address]") in [
        (each["by"], each["why"]) for each in moves
    ]


def test_the_page_holds_no_script_and_escapes_what_posts_say(office: Office) -> None:
    office.write_post("law-helps", "---\ntitle: A\ntheme: myth\n---\n<script>alert(1)</script>\n")
    office.write_schedule(
        ENTRY.replace("2027-01-12", "2027-01-20").replace("post:", "id: b\n    post:")
    )
    office.apply()
    page = taken(office).files["html"].decode()
    assert "<script" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_a_theme_is_that_of_posts_and_an_unknown_one_says_which_there_are(
    office: Office,
) -> None:
    asked = asked_by(Question(theme="Myth"), office.folder)
    assert asked.posts == frozenset({"law-helps"})
    with pytest.raises(NothingAskedError, match=r"no post has the theme “money”; .*: myth"):
        asked_by(Question(theme="money"), office.folder)
    with pytest.raises(NothingAskedError, match="“soon” is no day"):
        asked_by(Question(first="soon"), office.folder)


def test_a_partners_people_are_never_named(office: Office) -> None:
    schedule = office.desk.schedule()
    assert schedule is not None
    for names in (False, True):
        redacted = Redacted(schedule, names=names)
        assert redacted.person("comms@npcc.example") == "the partner"
        assert redacted.person("npcc (link 3)") == "the partner"
        assert redacted.person("recovery") == "the program"
        assert redacted.person("root") == "somebody else"
        assert redacted.text("as @ico@social.example") == "as @ico@social.example"


def test_who_takes_a_record_out_is_in_the_audit(office: Office, tmp_path: Path) -> None:
    shell = Shell(Place(folder=office.folder, clock=office.clock, environment=office.environment))
    told = shell.fine(
        *("foi", "--from", "2027-01-12", "--reference", "FOI 7", "--as", "ama"),
        *("--out", str(tmp_path / "out"), "--json"),
    ).json()
    assert [Path(one).suffix for one in told["files"]] == [".json", ".html"]
    with office.desk.store.read() as connection:
        deed = connection.execute(select(DEED).order_by(DEED.c.id.desc()).limit(1)).one()
    assert (deed.who, deed.what, deed.about) == ("ama", "exported record", "FOI 7")
    assert deed.words == f"from 2027-01-12; 3 deliveries; {told['sha256']}"
    shell.fails("foi", "--from", "12.1.2027", code=2, says="“12.1.2027” is no day")
