"""doctor: whether this machine and every channel's account are fit to publish."""

from collections.abc import Iterator
from datetime import date, timedelta

from sqlalchemy import select

from analytics.recount import prove_weeks
from analytics.walls import in_words, missed_readings
from campaign.cli.failures import FAILED
from campaign.cli.links_clock import words_of as words_of_link
from campaign.cli.output import for_people, print_json, say
from campaign.cli.place import Place
from campaign.cli.public_address import look
from campaign.cli.session import Session, open_session
from campaign.cli.sign_ins_clock import in_use, words_of
from campaign.credentials.ending import end_of, endings
from campaign.credentials.means import is_same_account
from campaign.fitness.finding import Finding
from campaign.fitness.machine import machine
from campaign.link_checks.checking import troubles
from campaign.models import ChannelRow
from campaign.prices import dollars
from campaign.publishing.outcome import forget_refusals
from campaign.settings import version_variable
from campaign.store.backends import fault_of
from campaign.store.database import DamagedError
from campaign.store.deliveries import list_deliveries
from campaign.store.spending import spent_in_month
from campaign.store.tables import CHANNEL
from connectors.contract import AccessRefused, Connector, ConnectorError, Network, NetworkName

WARNED_AHEAD = timedelta(days=60)
"""How long before a network's API version may end somebody has to hear of it."""


def doctor(place: Place, *, as_json: bool) -> None:
    """Look at everything, print what was found, and leave with 1 where something is wrong."""
    with open_session(place) as session:
        findings = [*_machine(session), *_public_address(session), *_channels(session)]
        findings += [*_sign_ins(session), *_links(session), *_versions(session), _clock(session)]
    if as_json:
        rows = [{"what": one.what, "fine": one.fine, "words": one.words} for one in findings]
        print_json({"fine": all(one.fine for one in findings), "findings": rows})
    else:
        for one in findings:
            say(f"{'fine ' if one.fine else 'WRONG'}  {one.what}: {one.words}")
    if not all(one.fine for one in findings):
        raise SystemExit(FAILED)


def _machine(session: Session) -> Iterator[Finding]:
    with session.desk.store.read() as connection:
        fault = fault_of(connection)
    yield Finding(what="database", fine=fault is None, words=fault or "ok")
    yield _deliveries(session)
    yield from _numbers(session)
    yield from machine(session.desk.settings, session.desk.store, session.schedule, session.now)


def _deliveries(session: Session) -> Finding:
    """Read every row: one that is damaged would never come due, and nobody would miss it."""
    with session.desk.store.read() as connection:
        try:
            number = len(list_deliveries(connection))
        except DamagedError as error:
            return Finding(what="deliveries", fine=False, words=str(error))
    return Finding(what="deliveries", fine=True, words=f"{number} can be read")


def _numbers(session: Session) -> Iterator[Finding]:
    """Look at what the reports rest on: last readings, and the weeks that are kept of them."""
    now, networks = session.now, session.desk.networks_by_name
    with session.desk.store.read() as connection:
        missed = in_words(missed_readings(connection, networks, now), now)
        spent = spent_in_month(connection, now)
    proof = prove_weeks(session.desk.store)
    words = missed or "none is missing"
    yield Finding(what="last readings", fine=missed is None, words=words)
    wrong = f"{len(proof.wrong)} of {proof.weeks} are not what their readings come to"
    fine = f"{proof.weeks} are what their readings come to"
    yield Finding(what="weekly figures", fine=not proof.wrong, words=wrong if proof.wrong else fine)
    limit = session.desk.purse.limit
    of_limit = "no limit" if limit is None else f"of {dollars(limit)}"
    spending = f"{dollars(spent)} for readings this month, {of_limit}"
    yield Finding(what="spending", fine=limit is None or spent < limit, words=spending)


def _public_address(session: Session) -> Iterator[Finding]:
    found = look(session)
    if found is not None:
        fine, words = found
        yield Finding(what="public address", fine=fine, words=words)


def _clock(session: Session) -> Finding:
    """Judge the clock by the answers that the channels have just given."""
    watch = session.desk.watch
    alarm = watch.alarm()
    if alarm is None and watch.needs_a_look():
        return Finding(what="clock", fine=True, words="not compared: no network answered")
    return Finding(what="clock", fine=alarm is None, words=alarm or "agrees with the networks'")


def _channels(session: Session) -> Iterator[Finding]:
    with session.desk.store.read() as connection:
        query = select(CHANNEL).where(CHANNEL.c.active).order_by(CHANNEL.c.id)
        rows = [ChannelRow(**row._mapping) for row in connection.execute(query)]  # noqa: SLF001 - documented
    for row in rows:
        if row.mode == "pack":
            words = "posted by the partner from a pack; nothing to sign in"
            yield Finding(what=row.id, fine=True, words=words)
        else:
            yield _signed_in(session, row)


def _versions(session: Session) -> Iterator[Finding]:
    """Warn ahead of the day on which a network we post to may stop to speak our API version."""
    with session.desk.store.read() as connection:
        query = select(CHANNEL.c.network).where(CHANNEL.c.active, CHANNEL.c.mode != "pack")
        used = set(connection.execute(query).scalars())
    today = session.desk.clock.now().date()
    for network in session.desk.networks.values():
        ends_on = _ends_on(session, network)
        if network.name in used and ends_on is not None and today > ends_on - WARNED_AHEAD:
            words = f"is promised until {ends_on:%d %B %Y} only; update the program before"
            if network.version_ends_on is not None:
                words += f", or set {version_variable(network.name)} to a newer one that you tried"
            what = f"the API version used for {network.title}"
            yield Finding(what=what, fine=False, words=words)


def _links(session: Session) -> Iterator[Finding]:
    """Tell of links that go out within a day and lead nowhere, or elsewhere."""
    with session.desk.store.read() as connection:
        found = troubles(connection, session.now)
    for one in found:
        yield Finding(what="link", fine=False, words=words_of_link(one))


def _ends_on(session: Session, network: Network) -> date | None:
    version = session.desk.settings.api_version(network.name)
    if not version or network.version_ends_on is None:
        return network.api_ends_on
    try:
        return network.version_ends_on(version)
    except ValueError:  # the channels say so
        return None


def _sign_ins(session: Session) -> Iterator[Finding]:
    """Warn of sign-ins that end, and of what could not be renewed."""
    _, rows = in_use(session)
    for one in endings(rows, session.now):
        yield Finding(what=f"sign-in of {one.channel}", fine=False, words=words_of(session, one))
    told = {one.channel for one in endings(rows, session.now)}
    for kept in rows:
        if kept.trouble and kept.channel not in told:
            words = f"was not renewed and is tried again: {kept.trouble}"
            yield Finding(what=f"sign-in of {kept.channel}", fine=False, words=words)


def _lasts(session: Session, row: ChannelRow) -> str:
    """Say what was signed in with, what it may, and how long it lasts."""
    _, rows = in_use(session)
    kept = next((one for one in rows if one.channel == row.id), None)
    if kept is None:
        return ""
    end = end_of(kept)
    until = f"until {for_people(end, session.schedule.zone)}" if end else "with no known end"
    renewed = " (renewed by itself)" if kept.renew_at is not None else ""
    may = f", with {kept.rights}" if kept.rights else ""
    return f" by `campaign connect`{may}, {until}{renewed}"


def _left(session: Session, row: ChannelRow) -> str:
    """Say what is left of the account's quota, where the network has said so."""
    if row.allowance is None or row.allowance_until is None:
        return ""
    if row.allowance_until <= session.now:
        return ""
    when = for_people(row.allowance_until, session.schedule.zone)
    return f"; {row.allowance} left to publish until {when}"


def _signed_in(session: Session, row: ChannelRow) -> Finding:
    try:
        connector = session.desk.sign_in(row.id)
        account = connector.whoami()
        _check_handle(row, account.handle)
        limits = _limits(connector)
    except ConnectorError as error:
        return Finding(what=row.id, fine=False, words=str(error).removeprefix(f"{row.id}: "))
    with session.desk.store.write() as connection:
        forget_refusals(connection, [row.id])
    words = f"signed in as {account.handle}{_lasts(session, row)}; {limits}{_left(session, row)}"
    if not connector.capabilities.names_account:
        ready = "ready to hand posts over; nobody there can be asked who we are"
        words = f"{ready}{_lasts(session, row)}; {limits}"
    return Finding(what=row.id, fine=True, words=words)


def _check_handle(row: ChannelRow, handle: str) -> None:
    if not is_same_account(row.handle, handle):
        raise AccessRefused(
            f"signed in as {handle}, but the schedule says {row.handle}",
            network=NetworkName(row.network),
        )


def _limits(connector: Connector) -> str:
    limits = connector.limits()
    texts = " and ".join(f"{one.maximum} {one.unit}" for one in limits.text)
    who = "announced by the server" if limits.announced else "the documented default"
    return f"at most {texts} ({who})"
