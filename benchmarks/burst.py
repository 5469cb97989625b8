"""The burst: so many posts due in the same second, through Campaign Desk and through others."""

from collections.abc import Sequence
from dataclasses import asdict

from benchmarks.runs import Burst, Engine, Run, able
from benchmarks.services import POSTGRES, REDIS, Services
from benchmarks.tables import Section, Spread, milliseconds, progress, table

LIMIT = "bare"
ALONE = "benchmarks.engines"
ENGINES = (
    Engine(name="bare", title="bare requests.Session (the limit)", module=f"{ALONE}.bare"),
    Engine(name="fresh", title="bare requests, a connection a post", module=f"{ALONE}.fresh"),
    Engine(name="desk", title="Campaign Desk, SQLite"),
    Engine(
        name="apscheduler",
        title="APScheduler 3 alone, SQLite",
        module=f"{ALONE}.apscheduler_alone",
    ),
    Engine(name="huey", title="huey alone, SQLite", module=f"{ALONE}.huey_alone", needs=("huey",)),
    Engine(
        name="celery",
        title="Celery alone, Redis",
        module=f"{ALONE}.celery_alone",
        needs=("celery", "redis"),
        service=REDIS,
    ),
    Engine(
        name="procrastinate",
        title="procrastinate alone, PostgreSQL",
        module=f"{ALONE}.procrastinate_alone",
        needs=("procrastinate",),
        service=POSTGRES,
    ),
    Engine(name="dbos", title="DBOS alone, SQLite", module=f"{ALONE}.dbos_alone", needs=("dbos",)),
)


def measure(posts: int, rounds: int, names: Sequence[str], services: Services) -> Section:
    """Let the engines send the posts in turn; all of them where none is named."""
    chosen = able([one for one in ENGINES if not names or one.name in names])
    runs = [progress(run) for run in Burst(posts, services).rounds(chosen, rounds)]
    return Section(
        name=f"burst-{posts}",
        title=f"{posts:,} posts due in the same second, {rounds} rounds",
        text=lay_out(chosen, runs),
        figures=[asdict(run) for run in runs],
    )


def lay_out(engines: Sequence[Engine], runs: Sequence[Run]) -> str:
    """Return medians with the least and the most, beside the limit and Campaign Desk."""
    speed = {
        engine.name: Spread.of([run.per_s for run in runs if run.engine == engine.name])
        for engine in engines
    }
    rows = []
    for engine in engines:
        own = [run for run in runs if run.engine == engine.name]
        late = [
            milliseconds([getattr(run, name) for run in own])
            for name in ("first_late", "half_late", "most_late")
        ]
        of_limit = _ratio(speed[engine.name], speed.get(LIMIT))
        desk = _times(speed.get("desk"), speed[engine.name]) if engine.name != "desk" else ""
        rows.append([engine.title, speed[engine.name].text(), of_limit, desk, *late])
    head = ["", "posts/s", "of the limit", "Campaign Desk is", "first late ms"]
    return table([*head, "half late ms", "99 % late ms"], rows)


def _ratio(one: Spread, limit: Spread | None) -> str:
    return "" if limit is None else f"{one.median / limit.median:.0%}"


def _times(desk: Spread | None, peer: Spread) -> str:
    return "" if desk is None else f"{desk.median / peer.median:.2f} times"
