"""The parts of a rehearsal, each against figures worked out by hand."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from campaign.checks.report import check as check_folder
from campaign.prices import KNOWN
from campaign.states import State
from campaign.wiring import NETWORKS
from connectors.contract import NetworkName
from rehearsal.server import Call, Fault, RecordedRequest, StoredPost
from simulation.disk import Step
from simulation.rehearse.calls import Calls, price_of
from simulation.rehearse.outcomes import Lateness, Line, lateness_of
from simulation.rehearse.script import Script, write_script
from simulation.rehearse.tokens import tokens_of
from simulation.rehearse.troubles import Killer
from simulation.rehearse.words import counted, days, joined, span
from simulation.trouble import Mishap
from tests.campaign.folders import write_campaign, write_post

LONDON = ZoneInfo("Europe/London")
NOON = datetime(2027, 1, 12, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def request(
    call: Call,
    path: str = "/2/tweets",
    *,
    query: str = "",
    at: datetime = NOON,
    status: int | None = 200,
    fault: Fault | None = None,
) -> RecordedRequest:
    return RecordedRequest(
        method="GET",
        path=path,
        query=query,
        headers={},
        body=b"",
        status=status,
        at=at,
        call=call,
        handle="@ico.example",
        fault=fault,
    )


def stored(remote_id: str, text: str, at: datetime = NOON) -> StoredPost:
    return StoredPost(
        handle="@ico.example",
        remote_id=remote_id,
        text=text,
        language=None,
        created_at=at,
        media=(),
        raw={},
        url=f"https://x.com/ico.example/status/{remote_id}",
    )


def billed(calls: Calls, *posts: StoredPost) -> dict[str, tuple[int, int]]:
    price = price_of("x", NOON.date(), KNOWN)
    assert price is not None
    bill = calls.bill("x", price, posts)
    return {one.words: (one.count, one.amount) for one in bill.items}


def test_a_post_is_charged_by_whether_it_holds_a_link() -> None:
    posts = (
        stored("1", "Read https://ico.org.uk/share now."),
        stored("2", "Read ico.org.uk/share now."),
        stored("3", "An example: https://ico.example/share"),
        stored("4", "Nothing to click."),
    )
    items = billed(Calls(zone=LONDON), *posts)
    assert items["posts with a link"] == (3, 600_000)
    assert items["posts without a link"] == (1, 15_000)


def test_a_post_is_charged_once_a_utc_day_however_often_it_is_read() -> None:
    calls = Calls(zone=LONDON)
    for at in (NOON, NOON + timedelta(hours=3), NOON + DAY):
        calls.saw("x", request(Call.READ, query="ids=1%2C2&tweet.fields=public_metrics", at=at))
    calls.saw("x", request(Call.READ, query="ids=1", status=429))
    assert billed(calls)["posts read, once a UTC day"] == (4, 20_000)


def test_the_day_is_the_utc_day_and_not_the_campaigns() -> None:
    calls = Calls(zone=LONDON)
    summer = datetime(2027, 6, 1, 22, 30, tzinfo=UTC)
    for at in (summer, summer + timedelta(hours=1)):
        calls.saw("x", request(Call.ACCOUNT, "/2/users/me", at=at))
    assert billed(calls)["accounts read, once a UTC day"] == (1, 10_000)


def test_a_look_up_is_charged_for_the_posts_it_is_shown() -> None:
    calls = Calls(zone=LONDON)
    since = "start_time=2027-01-12T11%3A58%3A00Z"
    calls.saw("x", request(Call.FIND, "/2/users/1/tweets", query=since))
    posts = (stored("1", "a", NOON - DAY), stored("2", "b"), stored("3", "c", NOON + DAY))
    assert billed(calls, *posts)["posts read, once a UTC day"] == (1, 5_000)


def test_alt_texts_are_charged_and_uploads_are_not() -> None:
    calls = Calls(zone=LONDON)
    calls.saw("x", request(Call.MEDIA, "/2/media/upload"))
    calls.saw("x", request(Call.MEDIA, "/2/media/metadata"))
    calls.saw("x", request(Call.MEDIA, "/2/media/metadata", status=503))
    assert billed(calls)["alt texts"] == (1, 5_000)


def test_work_that_was_done_is_charged_although_its_answer_was_lost() -> None:
    calls = Calls(zone=LONDON)
    lost = request(Call.ACCOUNT, status=None, fault=Fault.STORE_THEN_DROP)
    never = request(Call.ACCOUNT, status=None, fault=Fault.DROP_BEFORE_STORING, at=NOON + DAY)
    for one in (lost, never):
        calls.saw("x", one)
    assert billed(calls)["accounts read, once a UTC day"] == (1, 10_000)
    assert calls.faults == {
        ("x", "account", "store-then-drop"): 1,
        ("x", "account", "drop-before-storing"): 1,
    }


def test_a_network_without_a_price_is_free() -> None:
    assert price_of("mastodon", NOON.date(), KNOWN) is None


def test_calls_are_counted_by_the_campaigns_week() -> None:
    calls = Calls(zone=LONDON)
    for at in (datetime(2027, 1, 17, 23, tzinfo=UTC), datetime(2027, 1, 18, 0, tzinfo=UTC)):
        calls.saw("x", request(Call.PUBLISH, at=at))
    assert calls.weeks == ["2027-W02", "2027-W03"]
    assert calls.by_week["x", "2027-W02", True] == 1
    assert calls.by_week["x", "2027-W03", False] == 0


@pytest.fixture
def script(tmp_path: Path) -> Script:
    folder = write_campaign(
        tmp_path, "  - {post: hello, at: 2027-01-12 08:30, send_to: [ico-x, ndna-linkedin]}"
    )
    write_post(folder, "hello", "Good morning.")
    return write_script(check_folder(folder, NETWORKS), None, 1)


def test_a_secret_that_ends_within_the_campaign_is_found(script: Script) -> None:
    x = NetworkName("x")
    known = NETWORKS[x]
    months = (timedelta(days=60), timedelta(days=200), timedelta.max, None)
    fields = tuple(
        replace(field, life=life) for field, life in zip(known.credentials, months, strict=True)
    )
    networks = {**NETWORKS, x: replace(known, credentials=fields)}
    found = [one for one in tokens_of(script, networks) if one.channel == "ico-x"]
    assert [(one.life_words, one.expires_in_campaign) for one in found] == [
        ("60 days", True),
        ("200 days", False),
        ("until revoked", False),
        ("unknown: the network does not say", False),
    ]


def test_a_script_begins_on_the_day_before_and_ends_with_the_last_report(script: Script) -> None:
    assert script.starts_at == datetime(2027, 1, 10, 9, tzinfo=UTC)
    # 30 April 2027 is a Friday; the report comes on Tuesday at nine, in summer time.
    assert script.ends_at == datetime(2027, 5, 4, 8, tzinfo=UTC)
    assert [week.name for week in script.weeks][::15] == ["2027-W02", "2027-W17"]


def test_only_connected_channels_are_turned_towards_the_rehearsal(script: Script) -> None:
    channels = script.rehearsed.channels
    assert channels["ico-x"].server == "https://x.example"
    assert channels["ndna-linkedin"].server is None
    assert set(script.cast.seats) == {"ico-x", "ico-bluesky", "ndna-bluesky"}


def test_a_killer_strikes_once_and_only_where_it_was_told_to() -> None:
    killer = Killer()
    assert killer.at(Step.AFTER_CALL) is None
    killer.arm(Step.AFTER_CALL)
    assert killer.at(Step.BEFORE_CALL) is None
    assert killer.at(Step.AFTER_CALL) is Mishap.CRASH
    assert killer.at(Step.AFTER_CALL) is None


def line(late_s: float | None) -> Line:
    return Line(
        delivery="hello/ico-x/1",
        post="hello",
        title="Hello",
        channel="ico-x",
        partner="ico",
        network="x",
        by_hand=False,
        due_at=NOON,
        wall_time="2027-01-12 12:00",
        week="2027-W02",
        state=State.PUBLISHED,
        why="",
        notes=(),
        late_s=late_s,
        found=False,
        attempts=1,
    )


def test_lateness_is_told_by_nearest_rank_and_only_of_what_we_send() -> None:
    lines = [line(float(late)) for late in range(1, 21)] + [line(None)]
    assert lateness_of(lines) == Lateness(posts=20, p50=10.0, p95=19.0, worst=20.0)
    assert lateness_of([line(None)]) == Lateness(posts=0, p50=None, p95=None, worst=None)


def test_numbers_lists_and_spans_read_as_people_write_them() -> None:
    assert (counted(1, "post"), counted(1200, "post")) == ("1 post", "1,200 posts")
    assert (joined([]), joined(["a"]), joined(["a", "b", "c"], "or")) == ("", "a", "a, b or c")
    assert [span(one) for one in (0, 59.6, 90, 600)] == ["0 s", "1 min", "1 min 30 s", "10 min"]


def test_a_life_shorter_than_a_day_is_told_in_hours() -> None:
    assert [days(timedelta(hours=one)) for one in (1, 2, 24, 60)] == [
        "1 hour",
        "2 hours",
        "1 day",
        "2 days",
    ]
