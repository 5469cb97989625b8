from datetime import timedelta

import pytest

from campaign.decisions import settling
from campaign.publishing.due import next_instant
from campaign.store.deliveries import Change, update_fields
from rehearsal.server import Call, Fault
from tests.campaign.office import DUE, Office

THREAD = """\
---
title: The law helps you share
---
The law helps you share.
### next part
It lets you act at once.
### next part
Ask your data protection officer afterwards.
"""
TEXTS = [
    "The law helps you share.",
    "It lets you act at once.",
    "Ask your data protection officer afterwards.",
]
NETWORKS = ("x", "mastodon", "bluesky")
SETTLED = DUE + timedelta(seconds=125)


def ids(network: str) -> list[str]:
    root = f"law-helps/ico-{network}/1"
    return [root, f"{root}/2", f"{root}/3"]


def ready(office: Office, text: str = THREAD) -> Office:
    office.write_post("law-helps", text)
    office.apply()
    office.approve()
    return office


def states(office: Office, network: str) -> list[str]:
    return [office.state(one) for one in ids(network)]


@pytest.mark.parametrize("network", NETWORKS)
def test_a_thread_goes_out_in_order_each_part_under_the_one_before(
    office: Office, network: str
) -> None:
    ready(office)
    office.publish_at(DUE)
    posts = office.rehearsal.posts(network)
    assert [one.text for one in posts] == TEXTS
    first, second, _third = [one.remote_id for one in posts]
    assert [one.answers for one in posts] == [None, first, second]
    if network == "bluesky":
        roots = [one.raw["reply"]["root"]["uri"] for one in posts[1:]]
        assert roots == [first, first]
    assert [office.delivery(one).remote_id for one in ids(network)] == [
        one.remote_id for one in posts
    ]


@pytest.mark.parametrize("network", NETWORKS)
@pytest.mark.parametrize("fault", [Fault.STORE_THEN_DROP, Fault.STORE_THEN_FAIL])
def test_an_unknown_part_stops_the_rest_until_it_is_settled(
    office: Office, network: str, fault: Fault
) -> None:
    ready(office)
    office.rehearsal.inject(network, fault, on=Call.PUBLISH)
    office.publish_at(DUE)
    assert states(office, network) == ["unknown", "planned", "planned"]
    assert office.texts(network) == TEXTS[:1]
    office.publish_at(SETTLED)
    assert states(office, network) == ["published"] * 3
    assert office.texts(network) == TEXTS


@pytest.mark.parametrize("network", NETWORKS)
def test_a_resumed_thread_goes_on_where_it_stopped(office: Office, network: str) -> None:
    ready(office)
    root, second, _third = ids(network)
    office.clock.move_to(DUE)
    office.publish_one(root)
    office.rehearsal.inject(network, Fault.STORE_THEN_DROP, on=Call.PUBLISH)
    office.publish_one(second)
    office.publish_at(SETTLED)
    office.publish_at(SETTLED + timedelta(minutes=20))
    assert office.texts(network) == TEXTS
    assert [office.delivery(one).attempt for one in ids(network)] == [1, 1, 1]


@pytest.mark.parametrize("network", ["mastodon", "bluesky"])
def test_a_middle_part_that_never_arrived_is_sent_again_under_the_same_part(
    office: Office, network: str
) -> None:
    ready(office)
    office.publish_at(DUE - timedelta(minutes=1))
    root, second, third = ids(network)
    office.clock.move_to(DUE)
    office.publish_one(root)
    office.rehearsal.inject(network, Fault.DROP_BEFORE_STORING, on=Call.PUBLISH)
    office.publish_one(second)
    assert states(office, network) == ["published", "unknown", "planned"]
    office.publish_one(third)
    assert states(office, network) == ["published", "unknown", "planned"]
    office.publish_at(SETTLED)
    assert office.texts(network) == TEXTS
    posts = office.rehearsal.posts(network)
    assert [one.answers for one in posts[1:]] == [one.remote_id for one in posts[:2]]


def test_what_follows_a_refused_part_comes_before_a_person(office: Office) -> None:
    ready(office)
    office.rehearsal.inject("x", Fault.REFUSE, on=Call.PUBLISH)
    office.publish_at(DUE)
    assert states(office, "x") == ["refused", "held", "held"]
    notes = [office.delivery(one).note for one in ids("x")[1:]]
    assert notes == [
        "law-helps/ico-x/1, which it follows, did not go out: The network said no",
        "law-helps/ico-x/1/2, which it follows, did not go out: On hold",
    ]
    assert office.texts("x") == []


def test_a_refused_part_that_is_sent_after_all_takes_the_rest_along(office: Office) -> None:
    ready(office)
    office.rehearsal.inject("x", Fault.REFUSE, on=Call.PUBLISH)
    office.publish_at(DUE)
    now = DUE + timedelta(hours=3)
    office.clock.move_to(now)
    when = settling.NewTime(due_at=now, wall_time="2027-01-12 11:30")
    roles = {name: one.roles for name, one in office.schedule().people.items()}
    with office.desk.store.write() as connection:
        settling.send_at(connection, ids("x")[0], Change(who="ben", at=now, why="x"), when, roles)
    assert states(office, "x") == ["planned"] * 3
    office.publish()
    assert office.texts("x") == TEXTS


def test_a_dropped_part_takes_the_rest_with_it(office: Office) -> None:
    ready(office)
    office.rehearsal.inject("x", Fault.REFUSE, on=Call.PUBLISH)
    office.publish_at(DUE)
    with office.desk.store.write() as connection:
        change = Change(who="ben", at=DUE, why="not any more")
        settling.drop(connection, ids("x")[0], change)
    assert states(office, "x") == ["cancelled"] * 3


def test_a_thread_whose_first_part_is_settled_late_ends_before_a_person(office: Office) -> None:
    ready(office)
    office.rehearsal.inject("x", Fault.DROP_BEFORE_STORING, on=Call.PUBLISH)
    office.publish_at(DUE)
    later = DUE + timedelta(hours=2)
    office.publish_at(later)
    assert states(office, "x") == ["unknown", "planned", "planned"]
    seen = settling.Seen(
        url="https://x.com/ico.example/status/188", published_at=DUE, read_due_at=None
    )
    network = office.desk.networks_by_name["x"]
    with office.desk.store.write() as connection:
        change = Change(who="ben", at=later, why="seen")
        settling.settle_published(connection, ids("x")[0], change, network, seen)
    office.publish()
    assert states(office, "x") == ["published", "missed", "held"]
    assert office.delivery(ids("x")[1]).note == (
        "found 120 minutes after it was due; the late limit is 30 minutes"
    )


def test_a_later_part_has_its_late_limit_from_when_the_one_before_went_out(
    office: Office,
) -> None:
    ready(office)
    root, second, third = ids("mastodon")
    late = DUE + timedelta(minutes=29)
    office.clock.move_to(late)
    office.publish_one(root)
    assert office.state(root) == "published"
    office.rehearsal.inject("mastodon", Fault.DROP_BEFORE_STORING, on=Call.PUBLISH)
    office.publish_one(second)
    office.publish_at(late + timedelta(minutes=3))
    assert [office.state(one) for one in (root, second, third)] == ["published"] * 3
    assert office.texts("mastodon") == TEXTS


def test_a_waiting_part_does_not_hold_up_the_channels_other_posts(office: Office) -> None:
    office.write_post("other", "---\ntitle: Other\n---\nAnother text altogether.\n")
    entries = (
        "  - {post: law-helps, at: 2027-01-12 08:30, send_to: [ico-x]}\n"
        "  - {post: other, at: 2027-01-12 08:31, send_to: [ico-x]}\n"
    )
    office.write_schedule(entries)
    ready(office)
    office.rehearsal.inject("x", Fault.STORE_THEN_DROP, on=Call.PUBLISH)
    office.publish_at(DUE)
    office.publish_at(DUE + timedelta(minutes=1))
    assert office.texts("x") == [TEXTS[0], "Another text altogether."]


def test_a_first_comment_answers_the_post(office: Office) -> None:
    ready(office, "---\ntitle: T\n---\nThe post.\n### first comment\nThe comment.\n")
    office.publish_at(DUE)
    assert office.state("law-helps/ico-mastodon/1/comment") == "published"
    post, comment = office.rehearsal.posts("mastodon")
    assert (post.text, comment.text) == ("The post.", "The comment.")
    assert comment.answers == post.remote_id


def test_a_part_whose_thread_lost_its_beginning_never_goes_out_by_itself(office: Office) -> None:
    ready(office)
    office.clock.move_to(DUE)
    root, second, third = ids("bluesky")
    office.publish_one(root)
    office.publish_one(second)
    with office.desk.store.write() as connection:
        update_fields(connection, [root], remote_id=None)
    office.publish_one(third)
    assert office.state(third) == "held"
    assert office.delivery(third).note == "a part cannot be sent before what it follows is out"
    assert office.texts("bluesky") == TEXTS[:2]


def test_the_program_knows_when_it_has_to_look_at_followers_again(office: Office) -> None:
    ready(office)
    with office.desk.store.read() as connection:
        assert next_instant(connection, DUE - timedelta(seconds=1)) == DUE
    office.rehearsal.inject("x", Fault.STORE_THEN_DROP, on=Call.PUBLISH)
    office.publish_at(DUE)
    with office.desk.store.read() as connection:
        assert next_instant(connection, DUE) == DUE + timedelta(seconds=120)
