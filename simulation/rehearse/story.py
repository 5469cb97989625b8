"""Tells what went wrong in a rehearsal, what came of it, and what was proved by it."""

from campaign.states import State
from simulation.rehearse.result import Result
from simulation.rehearse.troubles import Level
from simulation.rehearse.words import counted, joined

WORDS = {
    "refuse": "refused",
    "rate-limit": "said “too many requests”",
    "drop-before-storing": "dropped the connection without doing anything",
    "store-then-drop": "did it and dropped the connection without an answer",
    "fail-before-storing": "failed without doing anything",
    "store-then-fail": "did it and answered with an error",
    "expired-token": "said that the sign-in is no longer good",
    "html-error": "answered with an error page for people",
    "empty-error": "answered with nothing",
    "odd-json": "did it and answered in no known form",
}


def came_of_it(result: Result) -> tuple[str, ...]:
    """Return sentences about what went wrong and what came of it; none in a calm rehearsal."""
    if result.level is Level.NONE:
        return ()
    return (*_happened(result), *_outcomes(result))


def proved(result: Result) -> str:
    """Say what the checker found when it held the networks against what the program says."""
    posts = counted(result.stored, "post")
    if not result.violations:
        return (
            f"Checked for this run: the networks hold {posts}, each once, each approved, at its "
            f"time and where it belongs; nothing doubled, nothing lost, nothing said to be out "
            f"that is not."
        )
    broken = counted(len(result.violations), "promise was broken", "promises were broken")
    return f"The networks hold {posts}, and {broken}: please report this to Campaign Desk."


def _happened(result: Result) -> list[str]:
    told = []
    for (network, call, fault), times in sorted(result.calls.faults.items()):
        often = "once" if times == 1 else f"{times} times"
        told.append(f"{result.title_of(network)} {WORDS[fault]} {often} when asked for {call}.")
    for network, number in sorted(result.ordered.outages.items()):
        outages = counted(number, "outage of an hour", "outages of an hour")
        told.append(f"{result.title_of(network)} had {outages}.")
    for network, number in sorted(result.ordered.late_answers.items()):
        answers = counted(number, "answer")
        told.append(f"{answers} of {result.title_of(network)} came after the time-out.")
    if result.deaths:
        often = "once" if result.deaths == 1 else f"{result.deaths} times"
        told.append(f"The program was killed {often} in the middle of its work and started again.")
    return told


def _outcomes(result: Result) -> list[str]:
    found = sum(one.found for one in result.lines)
    again = sum(one.attempts > 1 and one.late_s is not None for one in result.lines)
    ends = {state: result.states.get(state, 0) for state in (State.REFUSED, State.MISSED)}
    told = []
    if found:
        posts = counted(found, "post was", "posts were")
        told.append(f"{posts} found by a look-up after a lost answer, and not sent again.")
    if again:
        posts = counted(again, "post needed", "posts needed")
        told.append(f"{posts} more than one attempt and went out once.")
    if result.settled:
        times = counted(result.settled, "outcome")
        told.append(f"{times} no network could tell; a person looked the next morning.")
    waits = [
        counted(number, f"was {state}", f"were {state}") for state, number in ends.items() if number
    ]
    if waits:
        told.append(f"{joined(waits)} and would wait for a person to decide.")
    return told
