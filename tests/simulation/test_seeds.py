import logging
from collections import Counter
from collections.abc import Iterator

import pytest

from rehearsal.world import EVERY
from simulation.__main__ import main, read_seeds
from simulation.checker import check
from simulation.history import Applied, Approved
from simulation.seeds import APART, play, try_seed
from simulation.world import World


@pytest.fixture(autouse=True)
def _in_silence() -> Iterator[None]:
    logging.disable(logging.CRITICAL)  # thousands of troubles made on purpose
    yield
    logging.disable(logging.NOTSET)


@pytest.mark.parametrize("first", range(0, 200, 25))
def test_no_campaign_breaks_a_promise_whatever_goes_wrong(first: int) -> None:
    verdicts = [try_seed(seed) for seed in range(first, first + 25)]
    assert [one for one in verdicts if one.violations] == []
    assert sum(one.posts for one in verdicts) > 40


@pytest.mark.parametrize("seed", [1, 2, 5])
def test_the_same_seed_gives_the_same_history_to_the_last_word(seed: int) -> None:
    first = play(World(seed, apart=40))
    assert play(World(seed, apart=40)) == first
    assert play(World(seed + 1, apart=40)) != first


@pytest.mark.parametrize("seed", range(8))
def test_where_nothing_goes_wrong_every_approved_post_goes_out_on_time(seed: int) -> None:
    world = World(seed)
    world.people.apply()
    world.people.approve_most()
    history = world.run_out()
    assert check(history) == []
    approved = {act.delivery for act in history.acts if isinstance(act, Approved)}
    said = {one.delivery: one for one in history.said}
    follows = {act.delivery: act.follows for act in history.acts if isinstance(act, Applied)}

    def may_go(one: str | None) -> bool:
        return one is None or (one in approved and may_go(follows[one]))

    going = {one for one in approved if may_go(one)}
    assert going
    assert {said[one].state for one in going} == {"published"}
    others = {one.state for one in history.said if one.delivery not in going}
    assert others <= {"missed", "held"}  # what follows a post that nobody approved is held
    due = {(said[one].channel, said[one].due_at) for one in going}
    assert {(post.channel, post.asked_at) for post in history.stored} == due


def test_seeds_are_written_as_a_range_or_as_one() -> None:
    assert read_seeds("5:8") == range(5, 8)
    assert read_seeds("7") == range(7, 8)


def test_the_command_says_what_it_played(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--seeds", "0:4", "--processes", "1"]) == 0
    shown = capsys.readouterr().out
    assert "4 campaigns, " in shown
    assert "0 broke a promise" in shown


def test_every_network_threads_reposts_and_takedowns_are_drawn() -> None:
    found: Counter[str] = Counter()
    posted_to = set()
    for seed in range(40):
        history = play(World(seed, apart=APART[seed % len(APART)]))
        found.update(one.state for one in history.said)
        found["parts"] += sum(one.delivery.count("/") > 2 for one in history.said)
        found["reposts"] += sum(one.passed_on is not None for one in history.stored)
        found["under"] += sum(one.under is not None for one in history.stored)
        posted_to |= {history.channels[one.channel].network for one in history.stored}
    assert posted_to == set(EVERY)
    assert found["parts"] > 20
    assert found["reposts"] > 5
    assert found["under"] > found["reposts"]
    assert found["withdrawn"] > 5
