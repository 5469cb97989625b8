import pytest

from campaign.secret_keys import new_key
from tests.campaign.cli.shell import Shell
from tests.campaign.office import Office

KEY = {"CAMPAIGN_SECRET_KEY": new_key()}
PASSWORD = {"CAMPAIGN_PERSON_PASSWORD": "umbrella-teapot-lantern"}


@pytest.fixture
def keyed(ready: Shell) -> Shell:
    return ready.with_environment(**KEY)


def test_a_password_comes_from_the_environment_and_an_app_is_told_its_secret_once(
    keyed: Shell,
) -> None:
    told = keyed.with_environment(**PASSWORD).fine("person", "password", "ben")
    assert told.lines[0] == (
        "ben has a new password, was signed out everywhere and has no access token."
    )
    assert told.lines[1].startswith("otpauth://totp/Campaign%20Desk:ben?secret=")
    assert "umbrella" not in told.out + told.err
    (ben,) = [one for one in people(keyed) if one["id"] == "ben"]
    assert (ben["password"], ben["code"], ben["browsers"]) == (True, True, 0)


def people(shell: Shell) -> list[dict[str, object]]:
    found: list[dict[str, object]] = shell.fine("person", "list", "--json").json()["people"]
    return found


def test_without_a_key_or_a_password_nothing_is_changed(ready: Shell) -> None:
    weak = {"CAMPAIGN_PERSON_PASSWORD": "short"}
    says = "12 to 256 characters"
    ready.with_environment(**weak).fails("person", "password", "ben", code=1, says=says)
    says = "no CAMPAIGN_SECRET_KEY to seal codes with"
    ready.with_environment(**PASSWORD).fails("person", "password", "ben", code=1, says=says)
    ready.fails("person", "password", "ben", code=2, says="set CAMPAIGN_PERSON_PASSWORD")
    ready.fails("person", "password", "zoe", code=2, says="known are: ama, ben, cat")


def test_a_link_leads_to_the_pages_address(keyed: Shell) -> None:
    told = keyed.fine("person", "link", "ama", "--as", "ben")
    assert told.lines[0].startswith("http://127.0.0.1:8480/sign-in/link/")
    public = keyed.with_environment(CAMPAIGN_PUBLIC_URL="https://desk.example")
    assert public.fine("person", "link", "ama").out.startswith("https://desk.example/sign-in/")


def test_whoever_leaves_is_listed_first_and_then_decides_nothing_any_more(
    office: Office, keyed: Shell
) -> None:
    told = keyed.fine("person", "leave", "ben", "--yes", "--as", "cat")
    assert "Approved, and may still go out on their yes: 3" in told.lines
    assert "  law-helps/ico-x/1 (approval)" in told.lines
    assert told.lines[-1].startswith("ben has left: signed out of 0 browsers")
    keyed.fails("stop", "--reason", "x", "--as", "ben", code=1, says="ben has left and decides")
    keyed.fails("person", "link", "ben", code=1, says="ben has left")


def test_nobody_leaves_unasked(keyed: Shell) -> None:
    told = keyed("person", "leave", "ben", "--as", "cat")
    assert told.code == 2
    assert "say --yes" in told.err
    assert people(keyed)[1]["left_at"] is None


def test_a_deputy_is_named_listed_acts_and_is_ended_on_the_command_line(
    office: Office, campaign: Shell
) -> None:
    del office
    campaign.fine("apply", "--yes")
    days = ("--from", "2027-01-11", "--until", "2027-01-15", "--as", "ben")
    told = campaign.fine("deputy", "name", "ben", "ama", *days)
    assert told.lines == ["Ama stands in for Ben, away until 15 January 2027."]
    assert "`campaign deputy end 1` ends it before." in told.err
    assert campaign.fine("deputy", "list", "--json").json() == {
        "deputies": [
            {
                "number": 1,
                "deputy": "ama",
                "absent": "ben",
                "from": "2027-01-11",
                "until": "2027-01-15",
                "stands_in_now": True,
            }
        ]
    }
    campaign.fine("approve", "--all", "--yes", "--as", "ama")
    (id_, *_) = [one["id"] for one in campaign.fine("status", "--json").json()["deliveries"]]
    assert "(for ben, away until 2027-01-15)" in campaign.fine("log", id_).out
    campaign.fails(
        "deputy", "end", "1", "--as", "cat", code=1, says="or an admin can end it, not Cat"
    )
    assert campaign.fine("deputy", "end", "1", "--as", "ama").lines == [
        "Ama no longer stands in for Ben."
    ]
    campaign.fails("deputy", "end", "1", code=2, says="no deputy of the number 1")
    bad = ("--from", "soon", "--until", "2027-01-15")
    campaign.fails("deputy", "name", "ben", "ama", *bad, code=2, says="--from is no day: “soon”")
