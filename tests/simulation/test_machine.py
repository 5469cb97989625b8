"""The simulation's world, driven by hypothesis: any order of acts keeps every promise."""

import logging
from datetime import timedelta

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from rehearsal.server import Call, Fault
from rehearsal.world import SERVED
from simulation.checker import check
from simulation.trouble import FAULTS, TARGETS
from simulation.world import World

# What can be told before everything has come to rest.
AT_ANY_TIME = {
    "doubled",
    "repeated",
    "stranger",
    "stopped",
    "unapproved",
    "untimely",
    "clock",
    "held",
    "dropped",
    "log",
    "key",
}


class Campaign(RuleBasedStateMachine):
    """A small campaign with two processes.

    Besides the rules, `apart` lets processes die and stand still between their steps, and people
    act between them: the plan is edited, a yes withdrawn, a stop thrown while a process runs. The
    seed draws the days: both changes of the clocks, a leap day and the year's end are among them.
    """

    @initialize(seed=st.integers(min_value=0, max_value=2**16), apart=st.sampled_from([0, 40, 120]))
    def plan(self, seed: int, apart: int) -> None:
        logging.disable(logging.CRITICAL)
        self.world = World(seed, apart=apart)
        self.world.people.apply()
        self.world.people.approve_most()

    @rule(minutes=st.sampled_from([1, 10, 40, 240, 900]))
    def time_goes_on(self, minutes: int) -> None:
        self.world.go_to(self.world.clock.now() + timedelta(minutes=minutes))

    @rule(minutes=st.sampled_from([2, 31, 600]))
    def nothing_runs_for_a_while(self, minutes: int) -> None:
        self.world.clock.advance(timedelta(minutes=minutes))

    @rule(process=st.integers(min_value=0, max_value=1))
    def a_process_works(self, process: int) -> None:
        self.world.ring(process)

    @rule(process=st.integers(min_value=0, max_value=1))
    def a_process_is_started_anew(self, process: int) -> None:
        self.world.restart(process)

    @rule()
    def the_plan_is_edited(self) -> None:
        self.world.people.edit()

    @rule()
    def most_is_approved(self) -> None:
        self.world.people.approve_most()

    @rule()
    def an_approval_is_withdrawn(self) -> None:
        self.world.people.withdraw()

    @rule()
    def somebody_throws_a_stop(self) -> None:
        self.world.people.throw_stop()

    @rule()
    def stops_are_lifted(self) -> None:
        self.world.people.lift_stops()

    @rule()
    def somebody_decides(self) -> None:
        self.world.people.decide()

    @rule(
        network=st.sampled_from(SERVED),
        call=st.sampled_from(TARGETS),
        fault=st.sampled_from(FAULTS),
    )
    def a_network_goes_wrong(self, network: str, call: Call, fault: Fault) -> None:
        self.world.rehearsal.inject(network, fault, on=call)

    @rule(network=st.sampled_from(SERVED), times=st.integers(min_value=1, max_value=4))
    def a_network_is_out_of_reach(self, network: str, times: int) -> None:
        self.world.do_not_reach(network, times)

    @rule(seconds=st.sampled_from([-7200, -3600, -90, 90, 1200, 3600]))
    def somebody_sets_the_clock(self, seconds: int) -> None:
        self.world.clock.set_by(timedelta(seconds=seconds))

    @rule()
    def somebody_sets_the_clock_right(self) -> None:
        self.world.clock.set_by(-self.world.clock.ahead)

    @rule()
    def a_person_settles_what_nobody_else_can(self) -> None:
        self.world.people.settle()

    @rule()
    def counts_are_read(self) -> None:
        self.world.collect()

    @invariant()
    def nothing_is_out_that_should_not_be(self) -> None:
        found = check(self.world.history())
        assert [one for one in found if one.kind in AT_ANY_TIME] == []

    def teardown(self) -> None:
        try:
            if hasattr(self, "world"):
                self.world.clock.set_by(-self.world.clock.ahead)
                self.world.people.lift_stops()
                assert check(self.world.run_out()) == []
        finally:
            logging.disable(logging.NOTSET)


TestAnyOrderOfActs = Campaign.TestCase
TestAnyOrderOfActs.settings = settings(
    max_examples=12,
    stateful_step_count=20,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
