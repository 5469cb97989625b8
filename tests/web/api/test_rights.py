"""Every role on every address of the API, and every scope on every address."""

from datetime import timedelta

from fastapi import APIRouter
from fastapi.routing import APIRoute

from campaign.access.people import person_in
from campaign.access.rights import Action, can
from campaign.access.scopes import COVERS, Scope, covers
from campaign.web.api import caller
from campaign.web.api.app import ROUTERS
from tests.web.api.programs import Program, X, program, token_for
from tests.web.people import ROLES, WebOffice

READS = {
    "/me": Action.SEE_SELF,
    "/status": Action.SEE_DESK,
    "/channels": Action.SEE_DESK,
    "/partners": Action.SEE_DESK,
    "/deliveries": Action.SEE_DESK,
    f"/deliveries/{X}": Action.SEE_DESK,
    f"/deliveries/{X}/history": Action.SEE_DESK,
    "/approvals": Action.APPROVE,
    "/stops": Action.SEE_DESK,
    "/posts": Action.SEE_DESK,
    "/posts/law-helps/board": Action.SEE_DESK,
    "/posts/law-helps/manuscript": Action.WRITE,
    "/posts/law-helps/sending": Action.WRITE,
    "/posts/law-helps/entries/law-helps/taking-out": Action.APPLY,
    "/posts/law-helps/entries/law-helps/moving": Action.APPLY,
    "/reports/2027-W01/release": Action.RELEASE_REPORT,
    "/reports": Action.SEE_REPORTS,
    "/reports/2027-W01": Action.SEE_REPORTS,
    "/reports/2027-W01/figures/times-shown": Action.SEE_REPORTS,
}
WRITES = {
    f"/deliveries/{X}/settle": Action.SETTLE,
    f"/deliveries/{X}/send-now": Action.DECIDE,
    f"/deliveries/{X}/move": Action.DECIDE,
    f"/deliveries/{X}/drop": Action.DECIDE,
    f"/deliveries/{X}/withdraw": Action.WITHDRAW,
    "/approvals/approve": Action.APPROVE,
    "/approvals/send-back": Action.APPROVE,
    "/posts": Action.WRITE,
    "/posts/law-helps/manuscript": Action.WRITE,
    "/posts/law-helps/sending": Action.WRITE,
    "/posts/law-helps/files": Action.WRITE,
    "/posts/law-helps/entries/law-helps/taking-out": Action.APPLY,
    "/posts/law-helps/entries/law-helps/moving": Action.APPLY,
    "/reports/2027-W01/sentence": Action.RELEASE_REPORT,
    "/reports/2027-W01/release": Action.RELEASE_REPORT,
    "/stops": Action.STOP,
    "/stops/lift": Action.LIFT_STOP,
}


def routes(routers: tuple[APIRouter, ...] = ROUTERS) -> list[APIRoute]:
    return [one for router in routers for one in router.routes if isinstance(one, APIRoute)]


def status(asking: Program, address: str, *, writes: bool) -> int:
    # A body that nobody can take, so that whoever is let in changes nothing.
    answer = asking.write(address, {"nothing": True}) if writes else asking.get(address)
    return int(answer.status_code)


def test_every_operation_says_who_may_ask_for_it() -> None:
    without = [
        one.path
        for one in routes()
        if not any(caller.action_of(each.call) for each in one.dependant.dependencies)
    ]
    assert without == []
    assert len(routes()) == len(READS) + len(WRITES)


def test_every_role_on_every_address(office: WebOffice) -> None:
    for role, name in ROLES.items():
        asking = program(office, name) if name else Program(office.app, "")
        person = person_in(office.schedule(), name) if name else None
        for writes, table in ((False, READS), (True, WRITES)):
            for address, action in table.items():
                found = status(asking, address, writes=writes)
                if person is None:
                    assert found == 401, (role, address)
                elif can(person, action):
                    assert found in {200, 404, 422}, (role, address, found)
                else:
                    assert found == 403, (role, address)


def test_a_token_opens_what_its_scopes_cover_and_nothing_else(office: WebOffice) -> None:
    for scope in Scope:
        asking = program(office, "ama" if scope is Scope.WRITE else "ben", scope)
        for writes, table in ((False, READS), (True, WRITES)):
            for address, action in table.items():
                found = status(asking, address, writes=writes)
                assert (found == 403) == (not covers([scope], action)), (scope, address, found)


def test_every_scope_is_of_actions_that_the_api_has() -> None:
    offered = {*READS.values(), *WRITES.values()} - {Action.SEE_SELF}
    assert set().union(*COVERS.values()) == offered


def test_a_token_is_worth_what_its_person_is_worth_today(office: WebOffice) -> None:
    asking = program(office, "ama")
    assert asking.get("/status").status_code == 200
    file = office.folder / "schedule.yaml"
    text = file.read_text(encoding="utf-8").replace("roles: [author]", "roles: [reader]")
    file.write_text(text, encoding="utf-8")
    office.clock.advance(timedelta(seconds=1))
    office.apply("cat")
    assert asking.get("/status").status_code == 403
    assert asking.get("/reports").status_code == 200


def test_no_token_opens_a_page_and_no_cookie_the_api(office: WebOffice) -> None:
    token = token_for(office, "ben")
    browser = office.browser("ben")
    assert browser.get("/api/v1/me").status_code == 401
    signed_out = office.browser()
    headers = {"Authorization": f"Bearer {token}"}
    assert signed_out.get("/now", headers=headers).status_code == 303
    assert signed_out.get("/api/v1/me", headers=headers).status_code == 200
