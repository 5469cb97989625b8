"""What the API answers is what the commands print, page by page, while rows are added."""

from pathlib import Path

import pytest

from campaign.access.scopes import Scope
from campaign.cli.place import Place
from tests.campaign.cli.shell import Shell
from tests.campaign.office import DUE, ENTRY
from tests.web.api.programs import MASTODON, Program, X, program
from tests.web.people import WebOffice

BLUESKY = "law-helps/ico-bluesky/1"


def shell(office: WebOffice) -> Shell:
    return Shell(Place(folder=office.folder, clock=office.clock, environment=office.environment))


def pages(asking: Program, address: str, rows: str) -> list[list[str]]:
    found, cursor = [], ""
    while cursor is not None:
        page = asking.get(address, params={"limit": 1, "cursor": cursor}).json()
        found.append([one.get("id") or one["delivery"] for one in page[rows]])
        cursor = page["next"]
    return found


def test_the_api_and_the_commands_have_one_truth(office: WebOffice) -> None:
    office.approve(X)
    asking, command = program(office, "ben", Scope.READ), shell(office)
    printed = command("status", "--json").json()
    answered = asking.get("/deliveries").json()["deliveries"]
    assert sorted(answered, key=repr) == sorted(printed.pop("deliveries"), key=repr)
    assert asking.get("/status").json() == printed
    board = command("board", "law-helps", "--json").json()
    assert asking.get("/posts/law-helps/board").json() == board
    one = asking.get(f"/deliveries/{X}").json()
    listed = next(row for row in answered if row["id"] == X)
    assert {key: one[key] for key in listed} == listed
    assert one["content"]["text"].startswith("Data protection law helps you")
    assert one["gates"] == [
        {
            "kind": "approval",
            "decision": "yes",
            "person": "ben",
            "stood_in_for": None,
            "decided_at": "2027-01-11T07:00:00Z",
            "holds": True,
            "reason": "approved",
        }
    ]


def test_pages_show_everything_once_while_rows_are_added(office: WebOffice) -> None:
    asking = program(office, "ben")
    first = asking.get("/deliveries", params={"limit": 2}).json()
    assert [one["id"] for one in first["deliveries"]] == [BLUESKY, MASTODON]
    office.write_post("a-first", "---\ntitle: a\n---\nOne more.\n")
    more = ENTRY + ENTRY.replace("law-helps", "a-first").replace("08:30", "12:30")
    office.write_schedule(entries=more)
    office.apply()
    rest = asking.get("/deliveries", params={"limit": 2, "cursor": first["next"]}).json()
    assert ([one["id"] for one in rest["deliveries"]], rest["next"]) == ([X], None)
    assert pages(asking, "/posts", "posts") == [["a-first"], ["law-helps"]]
    assert pages(asking, "/approvals", "waiting")[-3:] == [[BLUESKY], [MASTODON], [X]]


def test_deliveries_are_filtered(office: WebOffice) -> None:
    office.approve(X)
    asking = program(office, "ben")
    day = {"from": "2027-01-12", "until": "2027-01-12"}
    wanted: list[tuple[dict[str, str | list[str]], list[str]]] = [
        ({"channel": "ico-x"}, [X]),
        ({"state": ["planned", "held"]}, [X]),
        ({"state": "planned", "channel": "ico-mastodon"}, []),
        ({"partner": "npcc"}, []),
        ({"post": "law-helps", **day}, [BLUESKY, MASTODON, X]),
        ({"from": "2027-01-13"}, []),
        ({"until": "2027-01-11"}, []),
    ]
    for filters, found in wanted:
        answer = asking.get("/deliveries", params=filters)
        assert [one["id"] for one in answer.json()["deliveries"]] == found, filters


def test_a_slip_of_the_pen_is_told_and_does_not_widen_a_list(office: WebOffice) -> None:
    asking = program(office, "ben")
    wrong = ["stat=planned", "state=Live", "limit=0", "limit=201", "from=12.1.2027", "cursor=x"]
    for query in (*wrong, "channel=ico%00", "cursor=WyJhIiwgImIiXQ", f"cursor={'x' * 9_000}"):
        answer = asking.get(f"/deliveries?{query}")
        assert (answer.status_code, answer.json()["type"]) == (422, "/api#invalid"), query
        assert answer.json()["errors"][0]["at"].startswith("query.")


def test_a_cursor_is_of_its_list(office: WebOffice) -> None:
    asking = program(office, "ben")
    cursor = asking.get("/deliveries?limit=1").json()["next"]
    assert asking.get(f"/deliveries?limit=2&cursor={cursor}").status_code == 200
    assert asking.get(f"/deliveries?state=planned&cursor={cursor}").status_code == 422


def test_what_is_known_is_not_sent_again(office: WebOffice) -> None:
    asking = program(office, "ben")
    known = {"If-None-Match": asking.tag(X)}
    assert asking.get(f"/deliveries/{X}", headers=known).status_code == 304
    office.approve(X)
    assert asking.get(f"/deliveries/{X}", headers=known).status_code == 200


def test_a_history_tells_moves_and_attempts(office: WebOffice) -> None:
    office.approve()
    office.publish_at(DUE)
    events = program(office, "ben").get(f"/deliveries/{MASTODON}/history").json()["events"]
    assert [one["what"] for one in events] == [
        "Waiting for approval",
        "Scheduled",
        "Sending",
        "Attempt 1 begins",
        "Attempt 1 ends: the network took it",
        "Live",
    ]


def test_whoever_uses_the_wrong_method_is_told_the_right_ones(office: WebOffice) -> None:
    asking = program(office, "ben")
    allowed = {"/stops": "GET, POST", f"/deliveries/{X}": "GET", f"/deliveries/{X}/drop": "POST"}
    for address, methods in allowed.items():
        answer = asking.put(address)
        assert (answer.status_code, answer.headers["Allow"]) == (405, methods), address


def test_channels_and_partners_are_listed(office: WebOffice) -> None:
    asking = program(office, "ben")
    assert [(one["id"], one["fine"]) for one in asking.get("/channels").json()["channels"]] == [
        ("ico-bluesky", True),
        ("ico-mastodon", True),
        ("ico-x", True),
        ("npcc-linkedin", True),
    ]
    (ico, npcc) = asking.get("/partners").json()["partners"]
    assert (ico["owner"], ico["counts"]) == (True, {"awaiting-approval": 3})
    assert (npcc["channels"], npcc["counts"]) == (["npcc-linkedin"], {})


def test_every_failure_is_a_problem_with_its_explanation(office: WebOffice, tmp_path: Path) -> None:
    asking = program(office, "ben")
    page = office.browser().get("/api").text
    odd = ("/nothing", "/me?x=1", "/deliveries/a%0Ab/drop", "/%0A", "/deliveries/%00", "/stops/")
    for answer in (asking.put("/stops"), *(asking.get(one) for one in odd)):
        assert answer.headers["Content-Type"] == "application/problem+json"
        body = answer.json()
        assert (body["status"], bool(body["title"])) == (answer.status_code, True)
        assert f'id="{body["type"].partition("#")[2]}"' in page


def test_a_fault_of_ours_gives_a_reference_and_no_traceback(
    office: WebOffice, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    asking = program(office, "ben")
    monkeypatch.setattr("campaign.web.api.desk.health", lambda *_: 1 / 0)
    answer = asking.get("/channels")
    assert (answer.status_code, answer.json()["type"]) == (500, "/api#fault")
    assert "division" not in answer.text
    assert answer.json()["detail"].partition("reference is ")[2][:8] in caplog.text
