import re
from datetime import timedelta
from io import BytesIO

import pytest
from PIL import Image

from campaign.mailing.outbox import letters_of
from campaign.partner_links.links import link_in
from campaign.partner_links.posts import post_of
from campaign.partner_links.screenshots import Sent, keep
from campaign.partner_links.visits import visit_by
from campaign.partner_page.invitations import LinkError
from campaign.secret_keys import new_key
from tests.campaign.cli.conftest import shell_of
from tests.campaign.cli.shell import Shell
from tests.campaign.office import ENTRY, Office

KEY = new_key()
PAT, SAM = "pat@npcc.example", "sam@npcc.example"
CONTACTS = f"contacts: [{{name: Pat, email: {PAT}}}, {{name: Sam, email: {SAM}}}]"
PACK = "law-helps/npcc-linkedin/1"
LINKEDIN = "https://www.linkedin.com/feed/update/urn:li:share:7000000000000000001"


@pytest.fixture
def campaign(office: Office) -> Shell:
    office.environment |= {
        "CAMPAIGN_SECRET_KEY": KEY,
        "CAMPAIGN_PUBLIC_URL": "https://desk.ico.example",
        "CAMPAIGN_MAIL_SERVER": "smtp://127.0.0.1:2525",
        "CAMPAIGN_MAIL_FROM": "desk@ico.example",
    }
    name_contacts(office, CONTACTS)
    shell = shell_of(office)
    shell.fine("apply", "--yes", "--as", "ama")
    return shell


def name_contacts(office: Office, contacts: str) -> None:
    office.write_schedule(ENTRY.replace("network:x", "npcc-linkedin, network:x"))
    file = office.folder / "schedule.yaml"
    text = file.read_text("utf-8")
    file.write_text(text.replace("sectors: [police]", f"sectors: [police], {contacts}"), "utf-8")


def token_in(address: str) -> str:
    found = re.fullmatch(r"https://desk\.ico\.example/partner/([\w.-]+)", address)
    assert found is not None, address
    return found[1]


def opens(office: Office, token: str) -> str:
    with office.desk.store.read() as connection:
        visit = visit_by(connection, office.schedule(), token, [KEY], office.clock.now())
    return f"{visit.partner} {visit.who}"


def test_a_link_is_made_for_one_contact_and_taken_back(office: Office, campaign: Shell) -> None:
    made = campaign.fine("partner-link", "npcc", "--contact", PAT.upper(), "--as", "ama")
    (address,) = made.lines
    token = token_in(address)
    assert opens(office, token) == f"npcc {PAT}"
    listed = campaign.fine("partner-link", "npcc", "--list", "--json").json()["links"]
    assert [(one["contact"], one["made_by"], one["works"]) for one in listed] == [
        (PAT, "ama", True)
    ]
    assert token not in str(listed)
    campaign.fine("partner-link", "npcc", "--revoke", "--contact", PAT, "--as", "ben")
    with pytest.raises(LinkError, match="taken back"):
        opens(office, token)
    assert "taken back by ben" in campaign.fine("partner-link", "npcc", "--list").out


def test_links_are_sent_to_each_contact_by_e_mail(office: Office, campaign: Shell) -> None:
    said = campaign.fine("partner-link", "npcc", "--send", "--days", "3", "--as", "ama")
    assert said.lines == [f"A link is on its way to {PAT}.", f"A link is on its way to {SAM}."]
    with office.desk.store.read() as connection:
        letters = letters_of(connection, "partner-link/")
        (address,) = re.findall(r"https://\S+", letters[1].text)
        token = token_in(address)
        assert link_in(connection, token, [KEY], office.clock.now()).contact == SAM
        with pytest.raises(LinkError, match="has ended"):
            link_in(connection, token, [KEY], office.clock.now() + timedelta(days=3))


def test_whoever_is_taken_out_of_the_schedule_loses_the_link_with_the_next_apply(
    office: Office, campaign: Shell
) -> None:
    token = token_in(campaign.fine("partner-link", "npcc", "--contact", SAM).lines[0])
    name_contacts(office, f"contacts: [{{name: Pat, email: {PAT}}}]")
    campaign.fine("apply", "--yes", "--as", "ama")
    with pytest.raises(LinkError, match="taken back"):
        opens(office, token)


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["nobody"], 2, "there is no partner “nobody”; known are: ico, npcc"),
        (["npcc", "--contact", "eve@evil.example"], 2, f"no contact of npcc; known are: {PAT}"),
        (["ico", "--contact", PAT], 2, "no contact of ico; it has none"),
        (["ico", "--send"], 1, "ico has no contacts in schedule.yaml"),
        (["npcc", "--revoke"], 1, "npcc has no link that works"),
        (["npcc", "--as", "zoe"], 1, "there is no “zoe”"),
    ],
)
def test_what_cannot_be_done_is_said_with_the_remedy(
    campaign: Shell, arguments: list[str], code: int, says: str
) -> None:
    campaign.fails("partner-link", *arguments, code=code, says=says)


@pytest.mark.parametrize("name", ["CAMPAIGN_PUBLIC_URL", "CAMPAIGN_SECRET_KEY"])
def test_without_an_address_or_a_key_no_link_is_made(
    office: Office, campaign: Shell, name: str
) -> None:
    del office.environment[name]
    shell_of(office).fails("partner-link", "npcc", code=1, says=f"set {name}")


def test_a_screenshot_is_opened_typed_off_and_gone(office: Office, campaign: Shell) -> None:
    campaign.fine("approve", "--all", "--as", "ben", "--yes")
    office.clock.move_to(office.clock.now() + timedelta(days=1))
    campaign.fine(
        *("record", "npcc-linkedin", "law-helps", "--url", LINKEDIN),
        *("--published-at", "2027-01-12 06:30"),
    )
    now, made = office.clock.now(), BytesIO()
    Image.new("RGB", (30, 30)).save(made, "PNG")
    with office.desk.store.write() as connection:
        post = post_of(connection, "npcc", PACK, now)
        assert post is not None
        number = str(keep(connection, post, made.getvalue(), now, Sent(by=PAT, at=now)))
    listed = campaign.fine("screenshots", "--json").json()["screenshots"]
    assert [(one["delivery"], one["sent_by"]) for one in listed] == [(PACK, PAT)]
    out = office.folder / "shot.png"
    campaign.fails("screenshots", number, "--as", "ama", code=2, says="name a file with --out")
    campaign.fine("screenshots", number, "--out", str(out), "--as", "ama")
    with Image.open(out) as shown:
        assert shown.size == (30, 30)
    wrong = ("screenshots", number, "--numbers", "likes=3", "--as", "ama")
    campaign.fails(*wrong, code=2, says="“likes” is none of reactions")
    bad = ("screenshots", number, "--numbers", "reactions=many", "--as", "ama")
    campaign.fails(*bad, code=1, says="the picture is still there")
    typed = campaign.fine("screenshots", number, "--numbers", "reactions=41", "--as", "ama")
    assert typed.out == f"1 number taken in for {PACK}; the picture is deleted.\n"
    assert campaign.fine("screenshots", "--json").json() == {"screenshots": []}
