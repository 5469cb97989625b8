"""What a rehearsal came to: every figure and sentence that its page, files and screen show."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from random import Random

from analytics.report import Report as WeeklyReport
from analytics.weeks import Week
from campaign.checks.report import Report
from campaign.schedule.local_time import WallTime
from campaign.settings import Settings
from campaign.states import State
from campaign.wiring import NETWORKS
from rehearsal.world import EVERY
from simulation.checker import check
from simulation.history import Violation
from simulation.rehearse.calls import Bill, Calls, price_of
from simulation.rehearse.drill_cast import draw_moment
from simulation.rehearse.drilled import Drill
from simulation.rehearse.fixes import Fix, Known, Weight
from simulation.rehearse.outcomes import Lateness, Line, lateness_of, lines_of
from simulation.rehearse.player import Player, Watching
from simulation.rehearse.script import NothingPlannedError, Script, write_script
from simulation.rehearse.to_fix import list_fixes
from simulation.rehearse.tokens import Token, tokens_of
from simulation.rehearse.troubles import Level, Ordered
from simulation.rehearse.words import counted

BANNER = "Rehearsal: networks, readers and numbers are made up, nothing was published"

ASSUMED = (
    "Every approval is given in time, by everybody whose yes is asked for.",
    "Every partner that is asked accepts every post.",
    "Posts by hand are made at their time, and those who make them send numbers every Monday.",
    "Calls take no time: what is late waited for a limit, an outage or a new start of the program.",
    "Texts are counted by the networks' documented limits; no server was asked for its own.",
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Wish:
    """What somebody wants rehearsed."""

    until: date | None = None
    seed: int = 1
    level: Level = Level.NONE
    drill: bool = False
    """Whether the crisis stop is practised."""
    drill_at: WallTime | None = None
    """When; None for a moment that is drawn."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Around:
    """What a rehearsal may know of this machine, and whom it tells how far it is."""

    settings: Settings
    now: datetime
    on_instant: Callable[[Script, datetime], None]
    signed_in: frozenset[str] = frozenset()
    """The channels that `campaign connect` has signed in."""


@dataclass(frozen=True, kw_only=True)
class Result:
    """One rehearsal, played."""

    script: Script
    level: Level
    lines: tuple[Line, ...]
    lateness: Lateness
    calls: Calls
    bills: Mapping[str, Bill]
    """By network, for those that charge."""
    ordered: Ordered
    deaths: int
    settled: int
    stored: int
    """How many posts the networks hold."""
    violations: tuple[Violation, ...]
    tokens: tuple[Token, ...]
    fixes: tuple[Fix, ...]
    reports: tuple[WeeklyReport, ...] = field(repr=False)
    drill: Drill | None = None
    """The crisis stop as it was practised; None where nobody asked for that."""

    @property
    def states(self) -> Mapping[State, int]:
        """How many deliveries came to which state, most first."""
        return dict(Counter(one.state for one in self.lines).most_common())

    @property
    def not_out(self) -> tuple[Line, ...]:
        """What did not go out."""
        return tuple(one for one in self.lines if one.state is not State.PUBLISHED)

    @property
    def by_hand(self) -> int:
        """How many deliveries somebody else posts."""
        return sum(one.by_hand for one in self.lines)

    @property
    def networks(self) -> tuple[str, ...]:
        """The networks that got calls, in the order in which we know them."""
        return tuple(name for name in EVERY if any(name == one for one, _ in self.calls.by_kind))

    @property
    def headline(self) -> str:
        """Say it all in a sentence."""
        live = sum(one.state is State.PUBLISHED for one in self.lines)
        whole = counted(len(self.lines), "delivery", "deliveries")
        musts = sum(one.weight is Weight.MUST for one in self.fixes)
        todo = f"{counted(musts, 'thing')} to fix" if musts else "nothing stands in the way"
        return f"{live} of {whole} would go out; {todo} before the first day"

    def title_of(self, network: str) -> str:
        """Return a network's name as people write it."""
        return next(one.title for name, one in NETWORKS.items() if name == network)


def rehearse(report: Report, wish: Wish, around: Around) -> Result:
    """Play a checked campaign folder to its end, and say what came of it.

    Raises:
        FaultsFound: the folder has faults.
        NothingPlannedError: there is nothing to play, or no moment for the drill.
    """
    script = write_script(report, wish.until, wish.seed)
    reports: list[WeeklyReport] = []
    watching = Watching(
        on_instant=lambda now: around.on_instant(script, now), on_report=reports.append
    )
    player = Player(script, wish.level, watching, _drill_at(script, wish))
    player.play(_examples(script))
    lines, tokens = lines_of(script, player.deliveries()), tokens_of(script)
    known = Known(
        script=script,
        settings=around.settings,
        signed_in=around.signed_in,
        now=around.now,
        lines=lines,
        tokens=tokens,
        calm=wish.level is Level.NONE,
    )
    posts = {name: player.engine.rehearsal.posts(name, with_deleted=True) for name in EVERY}
    return Result(
        script=script,
        level=wish.level,
        lines=lines,
        lateness=lateness_of(lines),
        calls=player.calls,
        bills={
            name: player.calls.bill(name, price, posts[name])
            for name in EVERY
            if (price := price_of(name, script.schedule.runs.from_on, around.settings.read_prices))
            and any(name == one for one, _ in player.calls.by_kind)
        },
        ordered=player.ordered,
        deaths=player.deaths,
        settled=player.settled,
        stored=sum(len(some) for some in posts.values()),
        violations=tuple(check(player.engine.history())),
        tokens=tokens,
        fixes=list_fixes(known),
        reports=tuple(reports),
        drill=player.practice.result(),
    )


def _drill_at(script: Script, wish: Wish) -> datetime | None:
    """Return when the crisis stop is practised, None for not at all."""
    if not wish.drill:
        return None
    chance = Random(f"{script.seed} moment")  # noqa: S311 - to be drawn again from the same seed
    moment = draw_moment(script, chance)
    if wish.drill_at is not None:
        moment = wish.drill_at.instant(script.schedule.zone)
        if not script.starts_at < moment < script.weeks[-1].end_at:
            days = f"{script.schedule.runs.from_on} to {script.until}"
            raise NothingPlannedError(f"the drill lies outside the days that are played, {days}")
    if moment is None:
        raise NothingPlannedError(
            "nothing goes out by itself, so there is nothing to stop: no drill"
        )
    return moment


def _examples(script: Script) -> tuple[Week, ...]:
    """Choose the weeks whose reports are made: the first, the fullest and the last with posts."""
    posts = Counter(_week_of(script, one.due_at) for one in script.planned)
    busy: Sequence[Week] = [week for week in script.weeks if posts[week]]
    fullest = max(busy, key=lambda week: posts[week])
    return tuple(dict.fromkeys((busy[0], fullest, busy[-1])))


def _week_of(script: Script, instant: datetime) -> Week:
    return next(week for week in script.weeks if week.start_at <= instant < week.end_at)
