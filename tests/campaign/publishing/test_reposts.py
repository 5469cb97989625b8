from datetime import timedelta

import pytest

from campaign.schedule.clashes import environment_name
from campaign.store.deliveries import update_fields
from rehearsal.server import Call, Fault
from tests.campaign.office import DUE, HANDLES, Office
from tests.campaign.publishing.takedowns import pull

NETWORKS = ("x", "mastodon", "bluesky")
OWN, PARTNERS = "law-helps/ico-{}/1", "law-helps/npcc-{}/1"
PARTNER = {"x": "@npcc.example", "mastodon": "@npcc@social.example", "bluesky": "npcc.example"}
CHANNELS = """\
  npcc-x: {{network: x, partner: npcc, mode: repost, handle: "@npcc.example", server: "{x}"}}
  npcc-mastodon:
    {{network: mastodon, partner: npcc, mode: repost, handle: "@npcc@social.example",
      server: "{mastodon}"}}
  npcc-bluesky:
    {{network: bluesky, partner: npcc, mode: repost, handle: npcc.example, server: "{bluesky}"}}
slots:
"""
ENTRY = """\
  - post: law-helps
    at: 2027-01-12 08:30
    send_to: [network:x, network:mastodon, network:bluesky]
"""
TEXT = "Data protection law helps you share information to protect a child."
EDITED = f"---\ntitle: T\n---\n{TEXT} Always.\n"


@pytest.fixture
def partners(office: Office) -> Office:
    """Return the campaign with a partner that reposts on every network."""
    for network, handle in PARTNER.items():
        secrets = office.rehearsal.add_account(network, handle)
        prefix = f"CAMPAIGN__{environment_name('npcc-' + network)}__"
        office.environment |= {prefix + name: value for name, value in secrets.items()}
    servers = {network: office.rehearsal.server_of(network) for network in HANDLES}
    file = office.folder / "schedule.yaml"
    office.write_schedule(ENTRY)
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("slots:\n", CHANNELS.format(**servers)), encoding="utf-8")
    return office


@pytest.fixture
def ready(partners: Office) -> Office:
    partners.apply()
    partners.approve()
    return partners


def states(office: Office, network: str) -> tuple[str, str]:
    return office.state(OWN.format(network)), office.state(PARTNERS.format(network))


@pytest.mark.parametrize("network", NETWORKS)
def test_a_partner_passes_on_the_owners_post_after_it_is_out(ready: Office, network: str) -> None:
    ready.publish_at(DUE)
    original, repost = ready.rehearsal.posts(network)
    assert (original.handle, original.text) == (HANDLES[network], TEXT)
    assert (repost.handle, repost.reposts) == (PARTNER[network], original.remote_id)
    assert states(ready, network) == ("published", "published")
    assert ready.delivery(PARTNERS.format(network)).url == original.url


@pytest.mark.parametrize("network", NETWORKS)
def test_a_repost_waits_while_nobody_knows_whether_the_original_is_out(
    ready: Office, network: str
) -> None:
    ready.rehearsal.inject(network, Fault.STORE_THEN_DROP, on=Call.PUBLISH)
    ready.publish_at(DUE)
    assert states(ready, network) == ("unknown", "planned")
    ready.publish_at(DUE + timedelta(seconds=125))
    assert states(ready, network) == ("published", "published")
    assert len(ready.rehearsal.posts(network)) == 2


@pytest.mark.parametrize("network", NETWORKS)
@pytest.mark.parametrize("fault", [Fault.STORE_THEN_DROP, Fault.STORE_THEN_FAIL])
def test_a_repost_whose_answer_is_lost_is_found_and_not_made_twice(
    ready: Office, network: str, fault: Fault
) -> None:
    ready.clock.move_to(DUE)
    ready.publish_one(OWN.format(network))
    ready.rehearsal.inject(network, fault, on=Call.PUBLISH)
    ready.publish_one(PARTNERS.format(network))
    assert states(ready, network) == ("published", "unknown")
    ready.publish_at(DUE + timedelta(seconds=125))
    found = ready.delivery(PARTNERS.format(network))
    assert (found.state, found.evidence, found.attempt) == ("published", "found", 1)
    assert len(ready.rehearsal.posts(network)) == 2


def test_a_repost_has_no_counts_of_its_own_and_none_are_asked_for(ready: Office) -> None:
    ready.publish_at(DUE)
    assert [ready.delivery(PARTNERS.format(one)).read_due_at for one in NETWORKS] == [None] * 3
    assert all(ready.delivery(OWN.format(one)).read_due_at for one in NETWORKS)


def test_what_reposts_a_post_that_was_refused_comes_before_a_person(ready: Office) -> None:
    ready.rehearsal.inject("x", Fault.REFUSE, on=Call.PUBLISH)
    ready.publish_at(DUE)
    assert states(ready, "x") == ("refused", "held")
    assert ready.delivery(PARTNERS.format("x")).note == (
        "law-helps/ico-x/1, which it follows, did not go out: The network said no"
    )


def test_a_repost_needs_its_own_approval(partners: Office) -> None:
    partners.apply()
    partners.approve(*(OWN.format(one) for one in NETWORKS))
    partners.publish_at(DUE)
    assert states(partners, "bluesky") == ("published", "awaiting-approval")
    partners.publish_at(DUE + timedelta(minutes=31))
    assert states(partners, "bluesky") == ("published", "missed")


def test_an_edit_of_the_original_before_it_is_out_asks_for_both_approvals_again(
    ready: Office,
) -> None:
    ready.write_post("law-helps", EDITED)
    ready.apply()
    assert states(ready, "x") == ("awaiting-approval", "awaiting-approval")


def test_a_repost_of_another_wording_than_was_approved_is_held(ready: Office) -> None:
    """As where the owner's post turns out to be out with the content from before an edit."""
    own, theirs = OWN.format("mastodon"), PARTNERS.format("mastodon")
    ready.clock.move_to(DUE)
    ready.publish_one(own)
    with ready.desk.store.write() as connection:
        other = ready.delivery(OWN.format("x")).content_hash
        update_fields(connection, [own], content_hash=other)
    ready.publish_one(theirs)
    assert states(ready, "mastodon") == ("published", "held")
    assert ready.delivery(theirs).note == (
        "law-helps/ico-mastodon/1 went out with another wording than the one whose repost was "
        "approved"
    )
    assert len(ready.rehearsal.posts("mastodon")) == 1


def test_a_thread_is_passed_on_by_its_first_part(partners: Office) -> None:
    text = f"---\ntitle: T\n---\n{TEXT}\n### next part\nAsk afterwards.\n"
    partners.write_post("law-helps", text)
    partners.apply()
    partners.approve()
    partners.publish_at(DUE)
    posts = partners.rehearsal.posts("bluesky")
    assert [one.reposts for one in posts if one.handle == "npcc.example"] == [posts[0].remote_id]
    assert len(posts) == 3


@pytest.mark.parametrize("network", NETWORKS)
def test_a_repost_is_withdrawn_and_the_owners_post_stands(ready: Office, network: str) -> None:
    ready.publish_at(DUE)
    name = PARTNERS.format(network)
    pull(ready, name)
    ready.publish()
    assert ready.state(name) == "withdrawn"
    assert [one.text for one in ready.rehearsal.posts(network)] == [TEXT]
    assert states(ready, network) == ("published", "withdrawn")


def test_a_repost_recorded_by_the_originals_id_is_left_to_a_person(ready: Office) -> None:
    """Taken by that id, the post of somebody else would be asked for."""
    ready.publish_at(DUE)
    name, original = PARTNERS.format("mastodon"), ready.rehearsal.posts("mastodon")[0]
    with ready.desk.store.write() as connection:
        update_fields(connection, [name], remote_id=original.remote_id)
    asked = len(ready.rehearsal.requests("mastodon"))
    pull(ready, name)
    ready.publish()
    assert ready.state(name) == "published"
    assert "take it back on the network by hand" in ready.delivery(name).note
    assert len(ready.rehearsal.requests("mastodon")) == asked
