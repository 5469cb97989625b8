"""How one boundary of a gain is told: its value, how it is known, and the readings beside it."""

from zoneinfo import ZoneInfo

from analytics.explain import Step
from analytics.numbers import exact
from campaign.cli.output import for_people, say


def tell_step(zone: ZoneInfo, name: str, step: Step) -> None:
    """Say what a count was at an instant, and every reading it rests on."""
    say(f"  {name}, {for_people(step.at, zone)}: {exact(step.value)}")
    say(f"    {step.how}{_range(step)}")
    for reading in step.readings:
        when = for_people(reading.observed_at, zone)
        learnt = for_people(reading.recorded_at, zone)
        say(f"    read {when}: {exact(reading.value)} (known since {learnt})")


def _range(step: Step) -> str:
    if step.upper is None:
        return f"; at least {exact(step.lower)}"
    return "" if step.lower == step.upper else f"; {exact(step.lower)} to {exact(step.upper)}"
