"""The result as one accessible HTML page that needs no script and fetches nothing.

It looks like the weekly report, whose style it uses; the banner stands on top of it.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from campaign.planning.calendar import day_text
from campaign.prices import dollars
from campaign.states import PEOPLES_WORDS, State
from simulation.rehearse.calls import Bill
from simulation.rehearse.drill_story import steps, verdict
from simulation.rehearse.fixes import Fix, Weight
from simulation.rehearse.outcomes import Line
from simulation.rehearse.result import ASSUMED, BANNER, Result
from simulation.rehearse.story import came_of_it, proved
from simulation.rehearse.tokens import Token
from simulation.rehearse.words import counted, span

WEIGHTS = {
    Weight.MUST: "Keeps posts from going out",
    Weight.DECIDE: "A person has to see to it",
    Weight.LOOK: "Worth a look",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Day:
    """One day of the calendar."""

    words: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class CalendarWeek:
    """One week of the calendar."""

    name: str
    days: tuple[Day, ...]

    @property
    def number(self) -> int:
        """How many posts are due in it."""
        return sum(len(day.lines) for day in self.days)


def render_page(result: Result, reports: Mapping[str, str]) -> str:
    """Return the page; `reports` gives the address of each example report by its week."""
    environment = Environment(
        loader=ChoiceLoader([PackageLoader("simulation.rehearse"), PackageLoader("analytics")]),
        autoescape=select_autoescape(["html.j2"], default=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    css = "".join(
        environment.get_template(name).render() for name in ("report.css", "rehearsal.css")
    )
    environment.filters["code"] = code
    script = result.script
    return environment.get_template("rehearsal.html.j2").render(
        banner=BANNER,
        result=result,
        title=script.schedule.title or script.schedule.campaign,
        first=day_text(script.schedule.runs.from_on),
        last=day_text(script.until),
        css=Markup(css),  # noqa: S704 - our own files, they hold nobody's words
        assumed=ASSUMED,
        fixes=_by_weight(result.fixes),
        weeks=calendar_of(result.lines),
        secrets=_by_network(result.tokens),
        story=came_of_it(result),
        proof=proved(result),
        drill=result.drill,
        drill_verdict=verdict(result.drill) if result.drill else "",
        drill_steps=steps(result.drill, script.schedule) if result.drill else (),
        reports=reports,
        words=lambda state: PEOPLES_WORDS[State(state)],
        counted=counted,
        span=span,
        amount=amount,
        dollars=dollars,
        day_text=day_text,
        reads=partial(_reads, result),
    )


def calendar_of(lines: Sequence[Line]) -> tuple[CalendarWeek, ...]:
    """Group the lines by week and day."""
    weeks: dict[str, dict[str, list[Line]]] = defaultdict(lambda: defaultdict(list))
    for one in lines:
        weeks[one.week][one.wall_time[:10]].append(one)
    return tuple(
        CalendarWeek(
            name=week,
            days=tuple(
                Day(words=_day(date.fromisoformat(day)), lines=tuple(found))
                for day, found in sorted(days.items())
            ),
        )
        for week, days in sorted(weeks.items())
    )


def amount(bill: Bill) -> str:
    """Write what a network would charge, such as `$12.35`."""
    return dollars(bill.total)


def code(text: str) -> Markup:
    """Set what stands between backticks as code; everything is escaped."""
    parts = text.split("`")
    return Markup().join(
        Markup("<code>{}</code>").format(part) if place % 2 else part
        for place, part in enumerate(parts)
    )


def _day(day: date) -> str:
    return f"{day:%A} {day.day} {day:%B}"


def _by_weight(fixes: Sequence[Fix]) -> list[tuple[str, list[Fix]]]:
    grouped = [
        (words, [one for one in fixes if one.weight is weight]) for weight, words in WEIGHTS.items()
    ]
    return [(words, some) for words, some in grouped if some]


def _by_network(tokens: Sequence[Token]) -> list[tuple[str, str, str, str]]:
    """Return network, field, life and verdict once for all channels of a network."""
    rows = {}
    for one in tokens:
        if one.expires_in_campaign:
            verdict = "ends within the campaign"
        elif one.life is None:
            verdict = "not known: look at the network before the first day"
        else:
            verdict = "lasts" if one.life == timedelta.max else "lasts beyond the campaign"
        rows[one.network, one.field] = (one.network, one.field, one.life_words, verdict)
    return list(rows.values())


def _reads(result: Result, network: str, *, writes: bool) -> int:
    return sum(
        number
        for (name, _, write), number in result.calls.by_week.items()
        if name == network and write is writes
    )
