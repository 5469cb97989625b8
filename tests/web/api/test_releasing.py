"""Reports released by programs: once, as they were read, by whoever may on that day."""

from datetime import UTC, datetime

import pytest

from campaign.access.scopes import Scope
from tests.campaign.office import DUE
from tests.web.api.programs import Program, program
from tests.web.people import WebOffice

W02 = "/reports/2027-W02"
LEARNED = {"kind": "learning", "text": "Ask partners early."}


@pytest.fixture
def over(office: WebOffice) -> WebOffice:
    office.approve()
    office.publish_at(DUE)
    office.clock.move_to(datetime(2027, 1, 19, 8, 0, tzinfo=UTC))
    assert office.browser("ama").submit(f"{W02}/prepare").status_code == 303
    return office


def tag(asking: Program) -> str:
    return str(asking.get(f"{W02}/release").headers["ETag"])


def test_a_report_goes_out_once_as_it_was_read(over: WebOffice) -> None:
    ama, ben = program(over, "ama"), program(over, "ben")
    none_said = ama.write(f"{W02}/release", {"mail": False}, tag=tag(ama))
    assert (none_said.status_code, none_said.json()["type"]) == (409, "/api#conflict")
    assert ama.write(f"{W02}/sentence", LEARNED, tag=tag(ama)).status_code == 200
    seen = tag(ama)
    other = LEARNED | {"text": "Ask partners late."}
    assert ben.write(f"{W02}/sentence", other, tag=tag(ben)).status_code == 200
    stale = ama.write(f"{W02}/release", {"mail": False}, tag=seen)
    assert (stale.status_code, ama.get(f"{W02}/release").json()["waits"]) == (412, True)
    assert ama.write(f"{W02}/release", {"mail": False}).status_code == 428
    done = ama.write(f"{W02}/release", {"mail": False}, tag=tag(ama))
    assert (done.json()["released_by"], done.json()["learning"]) == ("ama", "Ask partners late.")
    again = ben.write(f"{W02}/release", {"mail": False}, tag=tag(ben))
    assert again.json()["released_by"] == "ama"


def test_no_program_releases_what_its_person_may_not(over: WebOffice) -> None:
    file = over.folder / "schedule.yaml"
    file.write_text(file.read_text().replace("rules:", "report: {released_by: ama}\nrules:", 1))
    over.apply()
    ben, reader = program(over, "ben"), program(over, "ben", Scope.REPORTS)
    assert ben.write(f"{W02}/sentence", LEARNED, tag=tag(ben)).status_code == 200
    assert ben.get(f"{W02}/release").json()["may_release"] is False
    answer = ben.write(f"{W02}/release", {"mail": False}, tag=tag(ben))
    assert (answer.status_code, answer.json()["type"]) == (403, "/api#not-allowed")
    assert "is released by ama today, not by ben" in answer.json()["detail"]
    assert reader.write(f"{W02}/release", {"mail": False}, tag="*").status_code == 403
    assert program(over, "dev").write(f"{W02}/release", {"mail": False}).status_code == 403
