"""rehearse: the user's own campaign, months in a minute, against networks that are not real."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path

from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from campaign.checks.report import check
from campaign.cli.failures import Failure
from campaign.cli.made_folder import Made, check_made, clear_made
from campaign.cli.output import counted, err, print_json, say, table, tell
from campaign.cli.place import Place
from campaign.cli.session import settings_for, without_database
from campaign.schedule.faults import FaultsFound
from campaign.schedule.local_time import NoSuchTimeError
from campaign.schedule.values import read_wall_time
from campaign.settings import Settings
from campaign.states import PEOPLES_WORDS, State
from campaign.store.credentials import all_kept
from campaign.store.database import StoreError, open_store
from campaign.wiring import NETWORKS
from simulation.rehearse.as_json import result_values
from simulation.rehearse.drill_story import steps, verdict
from simulation.rehearse.files import write_files
from simulation.rehearse.page import WEIGHTS, amount
from simulation.rehearse.result import ASSUMED, BANNER, Around, Result, Wish, rehearse
from simulation.rehearse.script import NothingPlannedError, Script
from simulation.rehearse.story import came_of_it, proved
from simulation.rehearse.troubles import Level
from simulation.rehearse.words import span

MADE = Made(
    marker=".campaign-desk-rehearsal",
    by="a rehearsal",
    notice=f"{BANNER}.\nThis folder is cleared by the next rehearsal.\n",
)


def read_wish(
    *, seed: int, faults: str, until: str | None, drill: bool = False, drill_at: str | None = None
) -> Wish:
    """Read the options; a word or a day that is none is refused in a sentence."""
    if faults not in list(Level):
        raise Failure(f"--faults {faults} is unknown; write {', '.join(Level)}", code=2)
    try:
        day = date.fromisoformat(until) if until else None
    except ValueError as error:
        raise Failure(f"--until: “{until}” is no day; write for example 2027-02-14", code=2) from (
            error
        )
    try:
        moment = read_wall_time(drill_at) if drill_at else None
    except ValueError as error:
        raise Failure(f"--drill-at: {error}", code=2) from error
    return Wish(
        until=day,
        seed=seed,
        level=Level(faults),
        drill=drill or moment is not None,
        drill_at=moment,
    )


def rehearse_campaign(place: Place, wish: Wish, out: Path, *, as_json: bool) -> None:
    """Check the folder, play it, write what came of it, and say it."""
    settings = settings_for(place)
    check_made(out, MADE)
    # No server is asked for its limits: a rehearsal calls no network.
    report = check(settings.folder, NETWORKS if place.networks is None else place.networks)
    if report.faults or report.schedule is None:
        raise FaultsFound(report.faults)
    _check_until(wish.until, report.schedule.runs.from_on, report.schedule.runs.until_on)
    tell(BANNER)
    with _progress() as on_instant:
        try:
            result = rehearse(
                report,
                wish,
                Around(
                    settings=settings,
                    now=place.clock.now(),
                    on_instant=on_instant,
                    signed_in=_signed_in(settings),
                ),
            )
        except (NothingPlannedError, NoSuchTimeError) as error:
            raise Failure(str(error)) from error
        clear_made(out, MADE)
        files = write_files(result, out)
    if as_json:
        print_json(result_values(result))
    else:
        _say(result, files)
    if result.violations:
        raise Failure(f"{proved(result)} They stand in {files[0]}.")
    if result.drill is not None and not result.drill.holds:
        raise Failure(f"{verdict(result.drill)} It stands in {files[0]}.")


def _signed_in(settings: Settings) -> frozenset[str]:
    """Return the channels that are signed in; a rehearsal also runs where no database is."""
    if without_database(settings):
        return frozenset()
    try:
        store = open_store(settings.database_url)
    except StoreError:
        return frozenset()
    try:
        with store.read() as connection:
            return frozenset(one.channel for one in all_kept(connection))
    finally:
        store.close()


def _check_until(until: date | None, first: date, last: date) -> None:
    if until is not None and not first <= until <= last:
        raise Failure(
            f"--until {until} lies outside the campaign's days, {first} to {last}", code=2
        )


@contextmanager
def _progress() -> Iterator[Callable[[Script, datetime], None]]:
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=err, transient=False) as progress:
        task = progress.add_task("reading", total=1.0)

        def on_instant(script: Script, now: datetime) -> None:
            local = now.astimezone(script.schedule.zone)
            whole = script.ends_at - script.starts_at
            progress.update(
                task,
                completed=(now - script.starts_at) / whole,
                description=f"{local:%a} {local.day} {local:%B %Y}",
            )

        yield on_instant
        progress.update(task, completed=1.0, description="done")


def _say(result: Result, files: list[Path]) -> None:
    say(BANNER)
    say("")
    say(result.headline)
    rows = [[str(number), PEOPLES_WORDS[State(one)]] for one, number in result.states.items()]
    table(["Deliveries", "State"], rows)
    for one in result.not_out:
        say(f"  {one.wall_time}  {one.delivery}  {PEOPLES_WORDS[one.state]}: {one.why}")
    for sentence in result.script.report.left_out:
        say(f"  left out: {sentence}")
    say("")
    late = result.lateness
    say(
        f"Lateness of {counted(late.posts, 'post')} that we send: half within {span(late.p50)}, "
        f"95% within {span(late.p95)}, worst {span(late.worst)}."
    )
    _say_calls(result)
    for sentence in (*came_of_it(result), proved(result)):
        say(sentence)
    say("")
    _say_drill(result)
    _say_fixes(result)
    say("Taken for granted:")
    for sentence in ASSUMED:
        say(f"  {sentence}")
    say("")
    for path in files:
        say(str(path))
    say(BANNER)


def _say_drill(result: Result) -> None:
    if result.drill is None:
        return
    say("Crisis drill:")
    for at, sentence in steps(result.drill, result.script.schedule):
        say(f"  {at}  {sentence}")
    for one in result.drill.held:
        say(f"    {one.delivery}, due {one.wall_time}: {one.decided}")
    say(verdict(result.drill))
    say("")


def _say_calls(result: Result) -> None:
    rows = []
    for network in result.networks:
        kinds = {kind: n for (name, kind), n in result.calls.by_kind.items() if name == network}
        bill = result.bills.get(network)
        listed = ", ".join(f"{number} {kind}" for kind, number in sorted(kinds.items()))
        rows.append(
            [
                result.title_of(network),
                str(sum(kinds.values())),
                amount(bill) if bill else "free",
                listed,
            ]
        )
    table(["Network", "Calls", "Price", "For"], rows)
    for bill in result.bills.values():
        say(f"Prices of {bill.price.valid_from}: {bill.price.source}.")
    for one in result.tokens:
        if one.expires_in_campaign:
            say(f"{one.channel}: {one.field} works for {one.life_words}.")


def _say_fixes(result: Result) -> None:
    say("To fix before the first day:" if result.fixes else "Nothing to fix before the first day.")
    for weight, words in WEIGHTS.items():
        some = [one for one in result.fixes if one.weight is weight]
        if some:
            say(f"{words}:")
        for one in some:
            say(f"  {one.what}")
            say(f"      {one.where}: {one.remedy}")
    say("")
