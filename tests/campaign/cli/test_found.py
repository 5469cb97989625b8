from datetime import timedelta

import pytest

from tests.campaign.cli.conftest import shell_of
from tests.campaign.cli.shell import Shell
from tests.campaign.office import DUE, Office
from tests.rehearsal.clients import MastodonClient

ID = "law-helps/npcc-mastodon/1"
HANDLE = "@npcc@social.example"
ENTRY = """\
  - post: law-helps
    at: 2027-01-12 08:30
    send_to: [npcc-mastodon]
"""
TEXT = "Data protection law helps you share information to protect a child."


@pytest.fixture
def campaign(office: Office) -> Shell:
    server = office.rehearsal.server_of("mastodon")
    office.write_schedule(ENTRY)
    file = office.folder / "schedule.yaml"
    channel = (
        f'  npcc-mastodon: {{network: mastodon, partner: npcc, mode: pack, handle: "{HANDLE}", '
        f'server: "{server}"}}\n'
    )
    text = file.read_text("utf-8").replace("slots:\n", f"{channel}slots:\n")
    file.write_text(text, "utf-8")
    shell = shell_of(office)
    shell.fine("apply", "--yes", "--as", "ama")
    shell.fine("approve", "--all", "--as", "ben", "--yes")
    office.clock.move_to(DUE + timedelta(hours=1))
    return shell


def post_by_hand(office: Office, text: str) -> None:
    secrets = office.rehearsal.add_account("mastodon", HANDLE)
    assert MastodonClient(office.rehearsal.server_of("mastodon"), secrets).post(text).ok
    office.clock.move_to(DUE + timedelta(hours=2))


def test_what_a_partner_posted_word_for_word_is_found_and_recorded(
    office: Office, campaign: Shell
) -> None:
    post_by_hand(office, TEXT)
    looked = campaign.fine("found", "--look", "--json")
    assert looked.json() == {"found": []}
    assert f"{ID}: found and recorded" in looked.err
    assert office.state(ID) == "published"


def test_what_is_only_like_it_is_a_persons_to_say(office: Office, campaign: Shell) -> None:
    post_by_hand(office, TEXT.replace("a child", "children"))
    (one,) = campaign.fine("found", "--look", "--json").json()["found"]
    assert (one["delivery"], office.state(ID)) == (ID, "with-partner")
    campaign.fails("found", str(one["found"]), code=2, says="either --confirm or --another")
    said = campaign.fine("found", str(one["found"]), "--confirm", "--as", "ben")
    assert said.out == f"{ID}: Live\n"
    assert office.state(ID) == "published"
    campaign.fails("found", "1", "--another", code=1, says="nobody is asked about a post 1")


def test_under_a_stop_no_look_leaves(office: Office, campaign: Shell) -> None:
    post_by_hand(office, TEXT)
    campaign.fine("stop", "--partner", "npcc", "--reason", "an incident", "--as", "ben")
    looked = campaign.fine("found", "--look")
    assert "not looked at: npcc-mastodon: stopped by ben: an incident" in looked.err
    assert office.state(ID) == "with-partner"
