"""Whatever happens in whatever order: what stays wrong is told, and nothing is told twice.

On SQLite alone: the same statements run on both databases in the tests beside this one.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from campaign.notices.finding import find_untold
from campaign.store.database import Store, open_store
from campaign.store.tables import LETTER, NOTICE
from tests.campaign.deliveries import NOW, planned
from tests.campaign.notices.team import Team

IDS = tuple(f"post-{one}/ico-x/1" for one in range(4))
HEADINGS = {"refused": "THE NETWORK SAID NO", "missed": "TOO LATE", "unknown": "OUT OR NOT?"}
STEPS = st.one_of(
    st.tuples(st.sampled_from([*HEADINGS, "published"]), st.sampled_from(IDS)),
    st.tuples(st.just("wait"), st.integers(1, 90)),
    st.tuples(st.just("mail"), st.integers(0, 1)),
)
Step = tuple[str, str | int]


@pytest.fixture(scope="session")
def team_store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    opened = open_store(f"sqlite:///{tmp_path_factory.mktemp('laws')}/campaign.db")
    yield opened
    opened.close()


@given(steps=st.lists(STEPS, max_size=14))
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_what_stays_wrong_is_told_last_and_nothing_is_told_twice(
    team: Team, steps: list[Step]
) -> None:
    story = team.ledger.connection.begin_nested()
    team.now, team.sends, team.sent = NOW, True, []
    team.ledger.put(*(planned(one, one, gates=()) for one in IDS))
    for step, what in steps:
        _do(team, step, what)
    team.sends = True
    team.wait(timedelta(hours=2))
    for one in IDS:
        if (state := team.ledger.state(one)) in HEADINGS:
            last = [it.text for it in team.sent if f"/{one}" in it.text][-1]
            assert HEADINGS[state] in last
    assert find_untold(team.ledger.connection) == []
    assert not [one for one, times in _told(team).items() if times > 1]
    story.rollback()


def _do(team: Team, step: str, what: str | int) -> None:
    match step:
        case "wait":
            team.now += timedelta(minutes=int(what))
            team.ring()
        case "mail":
            team.sends = bool(what)
        case _:
            team.fails(str(what), step, wall_time=f"{team.now:%Y-%m-%d %H:%M}")


def _told(team: Team) -> Counter[tuple[str, ...]]:
    query = (
        select(NOTICE.c.person, NOTICE.c.kind, NOTICE.c.delivery_id, NOTICE.c.fact)
        .join(LETTER, LETTER.c.id == NOTICE.c.letter_id)
        .where(LETTER.c.state == "sent")
    )
    noted = Counter(tuple(row) for row in team.ledger.connection.execute(query))
    names = Counter((it.id,) for it in team.sent)
    return noted + names
