"""stop and resume."""

from campaign.cli.failures import Failure
from campaign.cli.output import counted, say
from campaign.cli.place import Place
from campaign.cli.session import open_session
from campaign.content.themes import theme_key
from campaign.decisions import stops

Scope = tuple[str, str]


def scope_of(
    *, channel: str | None, partner: str | None, network: str | None, theme: str | None = None
) -> Scope:
    """Return what a stop covers; at most one of the four may be named."""
    given = {
        "channel": channel,
        "partner": partner,
        "network": network,
        "theme": theme and theme_key(theme),
    }
    named = [(scope, target) for scope, target in given.items() if target]
    if len(named) > 1:
        raise Failure("give at most one of --channel, --partner, --network and --theme", code=2)
    return (named[0][0], named[0][1] or "") if named else ("all", "")


def stop(place: Place, scope: Scope, reason: str, person: str | None) -> None:
    """Throw the switch."""
    if not reason.strip():
        raise Failure("--reason is empty; say why, everybody who asks is told", code=2)
    with open_session(place) as session:
        change = session.change(person, reason)
        with session.desk.store.write() as connection:
            stops.check_target(connection, session.schedule, *scope)
            stops.stop(connection, *scope, change)
        but = f"{stops.promise(scope[0])}; calls in flight end."
        say(f"Stopped: {_words(scope)}. {but}")
        say("Another person lifts it with `campaign resume`.")


def resume(place: Place, scope: Scope, reason: str, person: str | None) -> None:
    """Lift the switch and list what it held."""
    with open_session(place) as session:
        change = session.change(person, reason or "lifted")
        with session.desk.store.write() as connection:
            held = stops.resume(connection, *scope, change)
        say(f"Lifted: {_words(scope)}. Nothing is sent by this.")
        if held:
            deliveries = counted(len(held), "delivery is", "deliveries are")
            say(f"{deliveries} on hold; decide on each with `campaign decide`:")
        for one in held:
            say(f"  {one.id}  {one.wall_time}  {one.note}")


def _words(scope: Scope) -> str:
    kind, target = scope
    return "everything" if kind == "all" else f"{kind} {target}"
