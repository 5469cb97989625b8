from campaign.partner_page.invitations import LASTS_FOR, invite, token_of
from tests.web.people import KEY, WebOffice


def link_to(office: WebOffice, channel: str) -> str:
    with office.desk.store.write() as connection:
        now = office.clock.now()
        invitation = invite(connection, channel, "dev", now, lasts=LASTS_FOR)
    return f"/connect/{token_of(invitation, [KEY])}"


def test_a_partners_link_is_answered_where_the_pages_are(office: WebOffice) -> None:
    browser = office.browser()
    answer = browser.get(link_to(office, "ico-mastodon"))
    assert answer.status_code == 200
    assert "@ico@social.example" in answer.text
    assert browser.get("/connect/style.css").headers["Content-Type"].startswith("text/css")


def test_its_form_may_lead_on_to_the_network_and_nothing_else_is_looser(office: WebOffice) -> None:
    policy = (
        office.browser().get(link_to(office, "ico-mastodon")).headers["Content-Security-Policy"]
    )
    assert "form-action" not in policy
    assert {"default-src 'none'", "style-src 'self'"} <= set(policy.split("; "))


def test_a_link_that_is_not_whole_opens_nothing(office: WebOffice) -> None:
    assert office.browser().get("/connect/made-up").status_code == 404
    assert office.browser().get("/connect/").status_code == 404


def test_another_sites_page_disconnects_nobody(office: WebOffice) -> None:
    browser, address = office.browser(), link_to(office, "ico-mastodon")
    foreign = {"Sec-Fetch-Site": "cross-site"}
    assert browser.post(f"{address}/disconnect", headers=foreign).status_code == 403
    assert browser.post(f"{address}/disconnect").status_code in {200, 422}


def test_a_form_that_is_too_large_is_turned_away(office: WebOffice) -> None:
    address = link_to(office, "ico-bluesky")
    answer = office.browser().post(f"{address}/password", data={"password": "x" * 10_000})
    assert answer.status_code == 413
