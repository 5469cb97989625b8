"""Who stands in for whom: named, seen by both, acted on and ended, on the pages."""

from tests.web.people import ROLES, WebOffice

AWAY = {"from": "2027-01-11", "until": "2027-01-15"}


def test_a_deputy_is_named_seen_by_both_acts_for_the_absent_one_and_is_ended(
    office: WebOffice,
) -> None:
    ben, lea = office.browser("ben"), office.browser("lea")
    assert lea.get("/approvals").text.count('name="take"') == 0
    answer = ben.submit("/deputies", deputy="lea", **AWAY)
    assert (answer.status_code, answer.headers["location"]) == (303, "/deputies")
    for_ben = "for Ben Archer, away until 15 January 2027"
    said = ben.get("/deputies").text
    assert f"Lea Lindqvist stands in {for_ben}." in said
    for address in ("/now", "/approvals"):
        assert f"You stand in <strong>{for_ben}</strong>" in lea.get(address).text
        seen = ben.get(address).text
        assert "<strong>Lea Lindqvist</strong> stands in for you, away until 15 January" in seen
    assert "Stands in for Ben Archer, away until 15" in office.browser("dev").get("/people").text
    page = lea.get("/approvals").text
    assert f"You decide {for_ben}." in page
    takes = [one.split('"')[0] for one in page.split('name="take"')[1:]]
    values = [
        one.partition('value="')[2].partition('"')[0] for one in page.split('name="take"')[1:]
    ]
    assert len(takes) == 3
    assert lea.submit("/approvals", do="approve", take=values).status_code == 303
    delivery = values[0].partition("|")[0]
    assert "yes by Lea Lindqvist for Ben Archer" in lea.get(f"/deliveries/{delivery}").text
    assert office.browser("cat").submit("/deputies/1/end").status_code == 403
    assert lea.submit("/deputies/1/end").status_code == 303
    assert lea.submit("/deputies/1/end").status_code == 409
    assert for_ben not in lea.get("/approvals").text


def test_what_is_wrong_with_a_deputy_stands_beside_its_field_and_keeps_what_was_typed(
    office: WebOffice,
) -> None:
    ben = office.browser("ben")
    answer = ben.submit("/deputies", deputy="", until="soon", **{"from": "2027-02-01"})
    assert answer.status_code == 422
    assert answer.text.count('value="2027-02-01"') == 1
    assert "Choose who stands in" in answer.text
    assert "Write the last day" in answer.text
    answer = ben.submit("/deputies", deputy="lea", until="2027-01-12", **{"from": "2027-02-01"})
    assert (answer.status_code, "The last day comes before the first" in answer.text) == (422, True)
    assert ben.submit("/deputies", absent="cat", deputy="lea", **AWAY).status_code == 403
    dev = office.browser("dev")
    answer = dev.submit("/deputies", absent="cat", deputy="dev", **AWAY)
    assert (answer.status_code, "Nobody makes themselves" in answer.text) == (422, True)
    assert dev.submit("/deputies", absent="cat", deputy="lea", **AWAY).status_code == 303


def test_only_who_works_at_the_desk_sees_deputies(office: WebOffice) -> None:
    found = {
        role: office.browser(name).get("/deputies").status_code for role, name in ROLES.items()
    }
    desk = {"author": 200, "approver": 200, "legal": 200, "admin": 200}
    assert found == desk | {"reader": 403, "partner": 403, "nobody": 303}
