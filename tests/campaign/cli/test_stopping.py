from datetime import timedelta

import pytest

from tests.campaign.cli.shell import Shell
from tests.campaign.office import DUE, ENTRY, Office

X, MASTODON, BLUESKY = (f"law-helps/ico-{n}/1" for n in ("x", "mastodon", "bluesky"))
NETWORKS = ("x", "mastodon", "bluesky")
LIMITS = ("/api/v2/instance", "/xrpc/com.atproto.server.describeServer")


def calls(office: Office) -> list[str]:
    """Return what was asked of the networks, but for the limits that `apply` asks them for."""
    paths = [request.path for one in NETWORKS for request in office.rehearsal.requests(one)]
    return [path for path in paths if not path.endswith(LIMITS)]


def test_after_a_stop_no_call_leaves(office: Office, ready: Shell) -> None:
    said = ready.fine("stop", "--reason", "national mourning", "--as", "ben")
    assert said.lines == [
        "Stopped: everything. No call leaves any more but to take posts down; calls in flight end.",
        "Another person lifts it with `campaign resume`.",
    ]
    office.clock.move_to(DUE)
    ready.fine("publish")
    ready.fine("collect")
    assert calls(office) == []
    assert set(ready.states().values()) == {"held"}
    assert ready.delivery(X)["note"] == "stopped by ben: national mourning"


def test_another_person_resumes_and_sees_what_was_held_and_nothing_is_sent(
    office: Office, ready: Shell
) -> None:
    ready.fine("stop", "--reason", "mourning", "--as", "ben")
    ready.fails("resume", "--as", "ben", code=1, says="ben threw this stop; another person has to")
    office.clock.move_to(DUE)
    ready.fine("publish")
    said = ready.fine("resume", "--as", "cat")
    assert said.lines == [
        "Lifted: everything. Nothing is sent by this.",
        "3 deliveries are on hold; decide on each with `campaign decide`:",
        "  law-helps/ico-bluesky/1  2027-01-12 08:30  stopped by ben: mourning",
        "  law-helps/ico-mastodon/1  2027-01-12 08:30  stopped by ben: mourning",
        "  law-helps/ico-x/1  2027-01-12 08:30  stopped by ben: mourning",
    ]
    for minutes in (1, 31, 600):
        office.clock.move_to(DUE + timedelta(minutes=minutes))
        ready.fine("publish")
    assert set(ready.states().values()) == {"held"}
    assert calls(office) == []


def test_the_one_who_lifts_it_goes_through_the_list_post_by_post(
    office: Office, ready: Shell
) -> None:
    ready.fine("stop", "--reason", "mourning", "--as", "ben")
    office.clock.move_to(DUE)
    ready.fine("publish")
    ready.fine("resume", "--as", "cat")
    ready.fine("decide", X, "--send-now", "--as", "cat")
    ready.fine("publish")
    assert ready.states() == {X: "published", MASTODON: "held", BLUESKY: "held"}
    ready.fine("decide", MASTODON, "--drop", "--as", "cat")
    ready.fine("decide", BLUESKY, "--move", "2027-01-12 15:00", "--as", "cat")
    ready.fine("publish")
    assert ready.states() == {X: "published", MASTODON: "cancelled", BLUESKY: "planned"}
    office.clock.move_to(DUE.replace(hour=15, minute=0))
    ready.fine("publish")
    assert ready.states() == {X: "published", MASTODON: "cancelled", BLUESKY: "published"}
    moves = ready.fine("log", BLUESKY, "--json").json()["moves"]
    assert [one["who"] for one in moves if one["from"] == "held"] == ["cat"]


def test_nothing_is_sent_on_resume_even_where_no_worker_ran_meanwhile(
    office: Office, ready: Shell
) -> None:
    ready.fine("stop", "--reason", "mourning", "--as", "ben")
    office.clock.move_to(DUE + timedelta(minutes=10))
    assert len(ready.fine("resume", "--as", "cat").lines) == 5
    ready.fine("publish")
    assert set(ready.states().values()) == {"held"}
    assert calls(office) == []


def test_what_becomes_due_after_the_stop_goes_out(office: Office, ready: Shell) -> None:
    ready.fine("stop", "--reason", "drill", "--as", "ben")
    assert ready.fine("resume", "--as", "cat").out == (
        "Lifted: everything. Nothing is sent by this.\n"
    )
    office.clock.move_to(DUE)
    ready.fine("publish")
    assert set(ready.states().values()) == {"published"}


def test_the_end_of_a_window_sends_nothing_either(office: Office, campaign: Shell) -> None:
    window = "{from: 2027-01-12, until: 2027-01-12, do: hold, reason: election}"
    late_evening = ENTRY.replace("08:30", "23:50")
    office.write_schedule(late_evening, rules=f"  windows:\n    - {window}\n")
    campaign.fine("apply", "--yes", "--as", "ama")
    campaign.fine("approve", "--all", "--yes", "--as", "ben")
    office.clock.move_to(DUE.replace(day=13, hour=0, minute=5))  # in time, but after the window
    campaign.fine("publish")
    assert set(campaign.states().values()) == {"held"}
    assert campaign.delivery(X)["note"] == "held: election"


@pytest.mark.parametrize(
    ("option", "held"),
    [
        (["--channel", "ico-x"], {X}),
        (["--network", "mastodon"], {MASTODON}),
        (["--partner", "ico"], {X, MASTODON, BLUESKY}),
        (["--partner", "npcc"], set()),
        (["--theme", "myth"], {X, MASTODON, BLUESKY}),
    ],
)
def test_a_stop_may_cover_a_channel_a_partner_a_network_or_a_theme(
    office: Office, ready: Shell, option: list[str], held: set[str]
) -> None:
    said = ready.fine("stop", *option, "--reason", "broken into", "--as", "ben")
    assert said.lines[0].startswith(f"Stopped: {option[0][2:]} {option[1]}.")
    office.clock.move_to(DUE)
    ready.fine("publish")
    states = ready.states()
    assert {one for one, state in states.items() if state == "held"} == held
    assert {state for one, state in states.items() if one not in held} <= {"published"}
    lifted = ready.fine("resume", *option, "--as", "cat")
    assert len(lifted.lines) == (len(held) + 2 if held else 1)


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["stop", "--as", "ben"], 2, "Missing option '--reason'"),
        (["stop", "--reason", "", "--as", "ben"], 2, "--reason is empty; say why"),
        (
            ["stop", "--reason", "x", "--channel", "ico-x", "--network", "x", "--as", "ben"],
            2,
            "give at most one of --channel, --partner, --network and --theme",
        ),
        (
            ["stop", "--reason", "x", "--channel", "ico-y", "--as", "ben"],
            1,
            "no channel “ico-y”; known are: ico-x, ico-mastodon, ico-bluesky, npcc-linkedin",
        ),
        (
            ["stop", "--reason", "x", "--partner", "y", "--as", "ben"],
            1,
            "no partner “y”; known are: ico, npcc",
        ),
        (
            ["stop", "--reason", "x", "--network", "facebook", "--as", "ben"],
            1,
            "no network “facebook”; known are: bluesky, linkedin, mastodon, x",
        ),
        (
            ["stop", "--reason", "x", "--theme", "y", "--as", "ben"],
            1,
            "no theme “y”; known are: myth",
        ),
        (["stop", "--reason", "x", "--as", "eva"], 1, "there is no “eva” among the people"),
        (["resume", "--as", "cat"], 1, "no such stop is on; standing: none"),
        (["resume", "--channel", "ico-x", "--as", "cat"], 1, "no such stop is on"),
        (
            ["resume", "--channel", "ico-x", "--partner", "ico", "--as", "cat"],
            2,
            "give at most one of --channel, --partner, --network and --theme",
        ),
    ],
)
def test_a_stop_that_cannot_be_meant_is_refused(
    ready: Shell, arguments: list[str], code: int, says: str
) -> None:
    ready.fails(*arguments, code=code, says=says)
