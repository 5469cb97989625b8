"""Somebody outside is asked by the clock, listed, and decides by their link alone."""

from campaign.cli.partners_clock import tick
from campaign.cli.session import open_session
from campaign.secret_keys import new_key
from tests.campaign.cli.shell import Shell
from tests.campaign.office import POST, Office

IFE = "  ife: {name: Ife, roles: [clinical], outside: true, email: ife@college.example}\nchannels:"
REACHED = {"CAMPAIGN_PUBLIC_URL": "https://desk.example", "CAMPAIGN_SECRET_KEY": new_key()}


def test_the_clock_asks_and_commands_list_ask_again_and_take_back(
    office: Office, campaign: Shell
) -> None:
    file = office.folder / "schedule.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("channels:", IFE, 1), encoding="utf-8")
    asks = POST.replace("theme: myth", "theme: myth\napprovals: [clinical]")
    office.write_post("law-helps", asks)
    shell = campaign.with_environment(**REACHED)
    shell.fine("apply", "--yes", "--as", "ama")
    shell.fine("approve", "--all", "--yes", "--as", "ben")
    with open_session(shell.place) as session:
        tick(session)
        tick(session)
    (link,) = shell.fine("outside", "list", "--json").json()["links"]
    assert (link["link"], link["person"], link["kind"], link["state"]) == (
        1,
        "ife",
        "clinical",
        "open",
    )
    assert len(link["deliveries"]) == 3
    alone = "ife has no account: they answer by their own link alone"
    shell.fails("approve", "--all", "--yes", "--as", "ife", code=1, says=alone)
    again = shell.fine("outside", "ask", "1", "--as", "ben")
    assert again.lines == ["Link 2 is on its way to ife; link 1 is void."]
    shell.fine("outside", "revoke", "2", "--as", "ben")
    shell.fails("outside", "revoke", "2", code=1, says="link 2 is taken back")
    shell.fails("outside", "ask", "9", code=2, says="there is no link 9")
    states = [one["state"] for one in shell.fine("outside", "list", "--json").json()["links"]]
    assert states == ["taken back", "taken back"]
