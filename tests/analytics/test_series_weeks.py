from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select, update

from analytics.frames import span_up_to
from analytics.gain_rows import GainRow
from analytics.gains import weekly_gains
from analytics.known import read_known, read_live
from analytics.recount import prove_weeks, recount_weeks
from analytics.weeks import Week, week_of
from campaign.store.database import open_store
from campaign.store.snapshots import SnapshotLine
from campaign.store.tables import CAMPAIGN, DELIVERY, PAYLOAD, READING, SERIES, WEEK_BLOCK
from campaign.store.week_blocks import block_of, keep_blocks, pack, unpack
from connectors.contract import Metric
from tests.analytics.slow_weeks import Line, SlowGain, gain, points_of
from tests.analytics.world import HOURS, NETWORKS, World, at

LONDON = ZoneInfo("Europe/London")
PUBLISHED = at("2027-03-16 09:00")
WEEK = week_of(at("2027-03-31 12:00"), LONDON)
"""The week after the clocks change, so the weeks before it have 167 and 168 hours."""
AS_OF = WEEK.end_at + timedelta(days=3)
ONE, OTHER = "linkedin.impressions.1", "linkedin.impressions.2"


def snapshots(post: str, lines: Iterable[Line]) -> list[SnapshotLine]:
    return [
        SnapshotLine(
            delivery_id=post,
            metric=Metric.IMPRESSIONS,
            definition=line.definition,
            source=line.source,
            observed_at=line.observed_at,
            recorded_at=line.recorded_at,
            value=line.value,
            reason=None,
        )
        for line in lines
    ]


def rows_of(world: World, week: Week, as_of: datetime = AS_OF) -> list[GainRow]:
    with world.store.read() as connection:
        span = span_up_to(WEEK, 3, as_of=as_of, networks=NETWORKS)
        known = read_known(connection, span, NETWORKS, read_live(connection, span, NETWORKS))
        return list(weekly_gains(known, week, [Metric.IMPRESSIONS]))


def slow(row: GainRow) -> SlowGain | None:
    if row.gain is None:
        return None
    one = row.gain
    return SlowGain(net=one.net, gross=one.gross, correction=one.correction, method=one.method)  # type: ignore[arg-type]  # counts are whole or fractions, and equal either way


@pytest.fixture(scope="module")
def shared() -> World:
    return World()


@pytest.fixture
def world(shared: World) -> Iterator[World]:
    yield shared
    forget(shared)


def forget(world: World) -> None:
    with world.store.write() as connection:
        for table in (WEEK_BLOCK, READING, SERIES, DELIVERY, PAYLOAD):
            connection.execute(delete(table))


hours = st.integers(min_value=1, max_value=26 * 24)
late = st.sampled_from([0, 0, 0, 1, 30, 24 * 9])
lines_of_one = st.lists(
    st.builds(
        lambda hour, minutes, wait, value: Line(
            definition=ONE,
            source="upload",
            observed_at=PUBLISHED + timedelta(hours=hour, minutes=minutes),
            recorded_at=PUBLISHED + timedelta(hours=hour + wait, minutes=minutes),
            value=value,
        ),
        hours,
        st.sampled_from([0, 0, 17]),
        late,
        st.integers(min_value=0, max_value=60),
    ),
    min_size=1,
    max_size=20,
    unique_by=lambda line: (line.observed_at, line.recorded_at),
)
instants = st.integers(min_value=24, max_value=30 * 24).map(lambda hour: PUBLISHED + hour * HOURS)


def in_batches(random: Random, lines: Sequence[Line]) -> Iterator[list[Line]]:
    shuffled = list(lines)
    random.shuffle(shuffled)
    while shuffled:
        size = random.randint(1, len(shuffled))
        yield shuffled[:size]
        del shuffled[:size]


@settings(
    max_examples=120,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(lines_of_one, instants, st.randoms(use_true_random=False))
def test_every_week_comes_out_as_the_slow_way_has_it_in_whatever_order_readings_came(
    world: World, lines: list[Line], as_of: datetime, random: Random
) -> None:
    forget(world)
    post = world.post("ndna-linkedin", "myth", PUBLISHED)
    for batch in in_batches(random, lines):
        world.add(snapshots(post, batch))
    points = points_of(lines, ONE, "upload", as_of)
    for back in range(3):
        week = WEEK.shifted(-back)
        if week.start_at >= as_of:
            continue
        found = [slow(row) for row in rows_of(world, week, as_of) if row.gain is not None]
        unread = not points or (points[-1][0] <= week.start_at)
        expected = [] if unread else [gain(points, (PUBLISHED, 0), week.start_at, week.end_at)]
        assert found == expected
    assert prove_weeks(world.store, at_once=1).wrong == ()


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(lines_of_one, lines_of_one, st.randoms(use_true_random=False))
def test_a_changed_definition_gains_what_the_slow_way_has_before_and_after_the_change(
    world: World, old: list[Line], new: list[Line], random: Random
) -> None:
    forget(world)
    post = world.post("ndna-linkedin", "myth", PUBLISHED)
    change = max(line.observed_at for line in old) + timedelta(minutes=1)
    later = [
        Line(OTHER, one.source, one.observed_at + (change - PUBLISHED), AS_OF, one.value)
        # Recorded at one instant, so of two for the same hour neither would be the last.
        for one in {one.observed_at: one for one in new}.values()
    ]
    for batch in in_batches(random, [*old, *later]):
        world.add(snapshots(post, batch))
    far = AS_OF + timedelta(days=60)
    before, after = (points_of([*old, *later], name, "upload", far) for name in (ONE, OTHER))
    last = before[-1][0]
    for back in range(3):
        week = WEEK.shifted(-back)
        found = {row.definition: slow(row) for row in rows_of(world, week, far) if row.gain}
        expected = {}
        if last > week.start_at:
            expected[ONE] = gain(before, (PUBLISHED, 0), week.start_at, min(week.end_at, last))
        if after[0][0] < week.end_at and after[-1][0] > week.start_at:
            expected[OTHER] = gain(after, after[0], week.start_at, week.end_at)
        assert found == expected


def histories(world: World, seed: int) -> None:
    """Some posts with several metrics and sources, read, corrected and read late."""
    random = Random(seed)
    for number in range(6):
        post = world.post("ndna-linkedin", f"p{seed}-{number}", PUBLISHED)
        lines = [
            Line(
                definition=random.choice([ONE, OTHER]),
                source=random.choice(["upload", "stated"]),
                observed_at=PUBLISHED + random.randint(0, 60 * 24) * HOURS / 2,
                recorded_at=PUBLISHED + random.randint(0, 90 * 24) * HOURS,
                value=random.choice([None, random.randint(0, 10**12)]),
            )
            for _ in range(30)
        ]
        for batch in in_batches(random, lines):
            world.add(snapshots(post, batch))
            if random.random() < 0.3:
                world.add(snapshots(post, batch))


@pytest.fixture
def either(either_database: str) -> Iterator[World]:
    store = open_store(either_database)
    yield World(store=store)
    store.close()


def test_the_weeks_that_are_kept_are_those_that_all_readings_come_to(either: World) -> None:
    for seed in range(4):
        histories(either, seed)
    proof = prove_weeks(either.store)
    assert proof.weeks > 100
    assert proof.wrong == ()


def test_a_week_that_is_wrong_absent_or_too_many_is_found_and_mended(either: World) -> None:
    histories(either, 1)
    weeks = prove_weeks(either.store).weeks
    with either.store.write() as connection:
        held = connection.execute(select(WEEK_BLOCK).order_by(WEEK_BLOCK.c.week)).first()
        assert held is not None
        place = (held.week, held.metric, held.block)
        rows = unpack(held.data)
        wrong, absent = sorted(rows)[:2]
        first_at, doubled = rows[wrong][1], rows[absent]
        rows[wrong] = (wrong, first_at - 1, *rows[wrong][2:])
        del rows[absent]
        keep_blocks(connection, [(*place, pack(rows)), (1, *place[1:], pack({absent: doubled}))])
    found = prove_weeks(either.store).wrong
    assert set(found) == {(wrong, held.week), (absent, held.week), (absent, 1)}
    with either.store.write() as connection:
        assert recount_weeks(connection) == weeks
    assert prove_weeks(either.store).wrong == ()


def test_a_week_that_is_kept_under_another_metric_is_found(world: World) -> None:
    post = world.post("ndna-linkedin", "myth", PUBLISHED)
    line = Line(ONE, "upload", at("2027-03-21 20:00"), at("2027-03-21 20:00"), 10)
    world.add(snapshots(post, [line]))
    with world.store.write() as connection:
        connection.execute(update(WEEK_BLOCK).values(metric=Metric.REACH))
    assert len(prove_weeks(world.store, at_once=1).wrong) == 1


def test_a_count_that_is_kept_without_any_series_is_found(world: World) -> None:
    with world.store.write() as connection:
        row = (4_000_000, 5, 6, 7, 8, 9, 0, 10)
        keep_blocks(connection, [(1, Metric.REACH, block_of(row[0]), pack({row[0]: row}))])
    assert prove_weeks(world.store, at_once=1).wrong == ((row[0], 1),)


def test_weeks_are_cut_anew_when_the_campaign_moves_to_another_zone(world: World) -> None:
    post = world.post("ndna-linkedin", "myth", PUBLISHED)
    line = Line(ONE, "upload", at("2027-03-21 20:00"), at("2027-03-21 20:00"), 10)
    world.add(snapshots(post, [line]))
    with world.store.write() as connection:
        connection.execute(update(CAMPAIGN).values(timezone="Asia/Tokyo"))
    assert len(prove_weeks(world.store, at_once=1).wrong) == 2
    with world.store.write() as connection:
        recount_weeks(connection)
    assert prove_weeks(world.store, at_once=1).wrong == ()
    with world.store.write() as connection:
        connection.execute(update(CAMPAIGN).values(timezone="Europe/London"))
        recount_weeks(connection)


def test_a_reading_on_the_very_boundary_belongs_to_the_week_that_ends_there(world: World) -> None:
    end = WEEK.shifted(-1).end_at
    post = world.post("ndna-linkedin", "myth", end - timedelta(days=3))
    counts = {end - timedelta(hours=30): 5, end: 10, end + timedelta(microseconds=1): 11}
    world.read(post, Metric.IMPRESSIONS, counts, source="upload")
    nets = [rows_of(world, week)[0].net for week in (WEEK.shifted(-1), WEEK)]
    assert nets == [10, 1]
