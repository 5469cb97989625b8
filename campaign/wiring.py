"""The composition root: the only place that knows which networks, clock and database are real."""

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import datetime, timedelta
from functools import cached_property, partial
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from analytics.cadence import first_read_at
from analytics.purse import Purse
from campaign.addresses_allowed import guarded
from campaign.clock import Clock, SystemClock
from campaign.credentials.holding import Held, Holder
from campaign.credentials.means import Means, origin_of
from campaign.credentials.sealing import Belonging, Seal
from campaign.credentials.shelf import SessionShelf
from campaign.credentials.superseded import watched
from campaign.credentials.unfit import why_unfit
from campaign.mailing.postbox import MailPostbox
from campaign.models import ChannelRow, Delivery
from campaign.operating.calls import Calls, CountedWay
from campaign.operating.pulse import Pulse
from campaign.operating.readiness import Probe
from campaign.operating.watched import Watched
from campaign.publishing.accounts import Account
from campaign.publishing.budget import Allowances
from campaign.publishing.callby import post_in_hand, too_late
from campaign.publishing.claim import Worker
from campaign.publishing.clockwatch import ClockWatch
from campaign.publishing.disk_folder import DiskFolder
from campaign.publishing.keeping import keep
from campaign.publishing.rig import UNFIT, Rig, ShowMedia
from campaign.publishing.showing import Showing
from campaign.schedule.model import Schedule
from campaign.settings import PROCRASTINATE, Settings
from campaign.store.barriers import stop_on_channel, stopped_themes
from campaign.store.database import Store, explain, open_store
from campaign.store.tables import CAMPAIGN, CHANNEL
from connectors.contract import (
    Access,
    Connector,
    Network,
    NetworkName,
    NotSent,
    Postbox,
    ShownFolder,
)
from connectors.registry import NETWORKS
from connectors.transport import way_out

__all__ = ["NETWORKS", "Desk", "open_desk"]

STOP_READ_EVERY = timedelta(seconds=1)
"""How old a look at the stops may be between the calls of one upload or one collection; and one at
the campaign's zone."""


@dataclass(kw_only=True)
class Desk:
    """One campaign's database with the networks, the clock and the settings it works with."""

    settings: Settings
    store: Store
    clock: Clock
    networks: Mapping[NetworkName, Network]
    watch: ClockWatch
    allowances: Allowances = field(default_factory=Allowances)
    transport: Any = None
    """Carries the calls of all channels, as `Access.transport` has it; None for real sockets."""
    outside: Any = None
    """Carries those of channels whose server the schedule does not name: wherever a partner's
    webhook or a network's answer leads, never into a private network. None for `transport`."""
    show_media: ShowMedia | None = None
    """Gives pictures addresses; None for those that this machine answers at (`showing`)."""
    open_folder: Callable[[str], ShownFolder] = DiskFolder
    """Opens the folder of a feed."""
    postbox: Postbox | None = None
    """Takes letters; None for the mail server of the settings."""
    pulse: Pulse = field(default_factory=Pulse)
    """What this process knows of its own life."""
    calls: Calls = field(default_factory=Calls)
    """The calls to networks that this process made."""
    showing: Showing = field(init=False)
    _connectors: dict[tuple[Account, bool], tuple[Held | None, Connector]] = field(
        default_factory=dict
    )
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _zone: tuple[datetime, ZoneInfo] | None = None
    _applied: tuple[str, Schedule] | None = None
    _from_environment: dict[Account, bool] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Be ready to show pictures; nothing listens yet."""
        self.showing = Showing(self.store, self.clock, self.settings.public)
        mail = self.settings.mail
        if self.postbox is None and mail is not None:
            self.postbox = MailPostbox(mail, self.settings.call_timeout)

    def connector_for(self, channel: str | Account) -> Connector:
        """Return the signed-in account of a channel; raise a `ConnectorError` where it has none.

        Under a stop no call leaves, not even a reading: it raises `NotSent`. Given an account as a
        claim has just found it, nothing is read: the claim has looked at the stops, and every call
        looks again.
        """
        if isinstance(channel, Account):
            return self._connected(channel, past_stops=False)
        account = self.account(channel)
        stopped = self._stop_on(account)
        if stopped:
            raise NotSent(stopped, network=NetworkName(account.network))
        return self._connected(account, past_stops=False)

    def sign_in(self, channel: str | Account) -> Connector:
        """Return the signed-in account of a channel, stop or no stop.

        For a person's own question, and for the one delivery that an approver has let through.
        """
        account = channel if isinstance(channel, Account) else self.account(channel)
        return self._connected(account, past_stops=True)

    @cached_property
    def means(self) -> Means:
        """What people sign channels in and out with."""
        return Means(
            store=self.store,
            clock=self.clock,
            seal=Seal(self.settings.secret_keys),
            settings=self.settings,
            networks=self.networks,
            reach=lambda account: replace(self.access(account), credentials={}),
            stopped=self._stop_on,
        )

    @cached_property
    def holder(self) -> Holder:
        """What was signed in with, by channel."""
        return Holder(self.means)

    @cached_property
    def probe(self) -> Probe:
        """What tells others whether this process can work."""
        by_workers = self.settings.engine == PROCRASTINATE
        return Probe(self.store, self.clock, self.watch, self.pulse, by_workers=by_workers)

    @property
    def watched(self) -> Watched:
        """What metrics and alarms look at."""
        return Watched(
            settings=self.settings,
            store=self.store,
            clock=self.clock,
            networks=self.networks_by_name,
            watch=self.watch,
            pulse=self.pulse,
            calls=self.calls,
            zone=self.zone,
        )

    @property
    def networks_by_name(self) -> dict[str, Network]:
        """The networks by plain name, as the tables have it."""
        return {str(name): network for name, network in self.networks.items()}

    @property
    def uncounted(self) -> frozenset[str]:
        """The networks that count nothing, so that nobody asks them."""
        return frozenset(
            name for name, one in self.networks_by_name.items() if not one.capabilities.counts
        )

    def rig(self, worker: str) -> Rig:
        """Return what publishing needs."""
        return Rig(
            store=self.store,
            clock=self.clock,
            networks=self.networks_by_name,
            connector_for=self.connector_for,
            sign_in=self.sign_in,
            show_media=self.show_media or self.showing.addresses,
            first_read_at=self.first_read_at,
            worker=Worker(
                name=worker,
                lease=self.settings.lease,
                quotas={
                    name: one.capabilities.quotas for name, one in self.networks_by_name.items()
                },
            ),
            watch=self.watch,
            allowances=self.allowances,
            call_timeout=self.settings.call_timeout,
            settling=self.settings.settling,
        )

    @property
    def purse(self) -> Purse:
        """What reading the networks may cost."""
        return Purse(prices=self.settings.read_prices, limit=self.settings.spending_limit)

    def first_read_at(self, network: NetworkName, published_at: datetime) -> datetime | None:
        """Return when a post is read first; None where no API reads it."""
        known = self.networks[network]
        if known.connect is None or not known.capabilities.metrics:
            return None
        return first_read_at(published_at, known.capabilities.cadence, self.zone())

    def zone(self) -> ZoneInfo:
        """Return the applied campaign's zone."""
        now, known = self.clock.now(), self._zone
        if known is not None and known[0] < now < known[0] + STOP_READ_EVERY:
            return known[1]
        with self.store.read() as connection:
            name = connection.execute(select(CAMPAIGN.c.timezone)).scalar()
        zone = ZoneInfo(name or "Europe/London")
        self._zone = now, zone
        return zone

    def schedule(self) -> Schedule | None:
        """Return the schedule as it was last applied, None before the first time."""
        with self.store.read() as connection:
            text = connection.execute(select(CAMPAIGN.c.schedule_json)).scalar()
        if not text:
            return None
        known = self._applied
        if known is None or known[0] != text:
            # Two thousand entries take 20 ms to read, and every page and job asks for them.
            known = self._applied = text, Schedule.model_validate_json(text)
        return known[1]

    def access(self, row: ChannelRow | Account) -> Access:
        """Return how to reach a channel's account."""
        return Access(
            handle=row.handle,
            server=row.server,
            api_version=self.settings.api_version(row.network),
            credentials=self.settings.credentials(row.id),
            timeout=self.settings.call_timeout,
            now=self.clock.now,
            saw_date=self.watch.saw,
            saw_allowance=partial(self.allowances.saw, row.id),
            keep=keep,
            shelf=SessionShelf(
                store=self.store,
                clock=self.clock,
                seal=self.means.seal,
                belonging=Belonging(
                    channel=row.id, origin=origin_of(row.server), grant_id="session"
                ),
            ),
            transport=self._counted(row),
            open_folder=self.open_folder,
            postbox=self.postbox,
        )

    def _counted(self, row: ChannelRow | Account) -> Any:
        """Return the way out for an account, with its calls counted; None for real sockets."""
        way = self.transport if row.server else self.outside or self.transport
        return way and CountedWay(way, row.network, self.calls)

    def network_of(self, delivery: Delivery) -> Network:
        """Return the network a delivery goes to."""
        return self.networks[NetworkName(delivery.network)]

    def close(self) -> None:
        """Give back connections and the database."""
        self.showing.close()
        if "probe" in self.__dict__:
            self.probe.close()
        with self._lock:
            for _, connector in self._connectors.values():
                connector.close()
            self._connectors.clear()
        for way in (self.transport, self.outside):
            if way is not None:
                way.close()
        self.store.close()

    def account(self, channel_id: str) -> Account:
        """Return a channel's account as the schedule was applied; it has to be there."""
        columns = (CHANNEL.c[one.name] for one in fields(Account))
        with self.store.read() as connection:
            row = connection.execute(select(*columns).where(CHANNEL.c.id == channel_id)).one()
        return Account(*row)

    def in_environment(self, account: Account) -> bool:
        """Whether the environment holds every field of a channel, which goes before a sign-in."""
        found = self._from_environment.get(account)
        if found is None:  # it does not change while a process runs
            fields_there = self.settings.credentials(account.id)
            wanted = self.networks[NetworkName(account.network)].credentials
            found = bool(wanted) and all(one.name in fields_there for one in wanted)
            self._from_environment[account] = found
        return found

    def _stop_on(self, account: Account) -> str | None:
        with self.store.read() as connection:
            return stop_on_channel(connection, account.id, account.partner, account.network)

    def _connected(self, account: Account, *, past_stops: bool) -> Connector:
        held = None if self.in_environment(account) else self.holder.held(account)
        key = (account, past_stops)
        with self._lock:
            kept = self._connectors.get(key)
            if kept is None or kept[0] != held:
                kept = held, self._connect(account, held, past_stops=past_stops)
                self._connectors[key] = kept
            return kept[1]

    def _forbidden(self, row: Account, *, past_stops: bool) -> Callable[[], str | None]:
        """Return what a connector asks before every call: is it stopped, or too late by now?"""
        if past_stops:
            return lambda: too_late(self.clock.now())
        stopped = self._stopped(row)
        # The time last: whoever was made to wait for the database must not judge by an older hour.
        return lambda: stopped() or too_late(self.clock.now())

    def _stopped(self, row: Account) -> Callable[[], str | None]:
        asked_at: datetime | None = None
        asked_about: str | None = None
        is_by_theme = False

        def ask() -> str | None:
            nonlocal asked_at, asked_about, is_by_theme
            now, post = self.clock.now(), post_in_hand()
            # A clock that moves is asked once in a second; one that stands still every time. What
            # was heard of one post says nothing of another while a stop goes by theme.
            is_known = asked_at is not None and asked_at < now < asked_at + STOP_READ_EVERY
            if is_known and (post == asked_about or not is_by_theme):
                return None
            try:
                with self.store.read() as connection:
                    why = stop_on_channel(connection, row.id, row.partner, row.network, post)
                    is_by_theme = bool(stopped_themes(connection))
            except DBAPIError as error:  # who cannot ask must not call, and knows that nothing left
                why = explain(error)
            asked_at, asked_about = None if why else now, post
            return why

        return ask

    def _connect(self, row: Account, held: Held | None, *, past_stops: bool) -> Connector:
        network = self.networks[NetworkName(row.network)]
        forbidden = self._forbidden(row, past_stops=past_stops)
        access = replace(self.access(row), forbidden=forbidden)
        fault = why_unfit(row, network, access, signed_in=held is not None)
        if fault or network.connect is None:
            sentence = fault or f"{network.title} cannot be connected yet"
            raise NotSent(f"{row.id}: {sentence}", network=network.name, code=UNFIT)
        if held is None:
            return network.connect(access)
        return self._held_connector(row, network.connect, access, held)

    def _held_connector(
        self, row: Account, connect: Callable[[Access], Connector], access: Access, held: Held
    ) -> Connector:
        """Return a connector that stops when its owner disconnects it, before the next call."""
        before = access.forbidden
        holder = self.holder
        own = replace(
            access,
            credentials=held.credentials,
            forbidden=lambda: holder.why_gone(row, held) or before(),
        )
        return watched(connect(own), lambda: holder.is_current(row, held))


def open_desk(
    settings: Settings,
    *,
    clock: Clock | None = None,
    networks: Mapping[NetworkName, Network] | None = None,
) -> Desk:
    """Open a campaign with the real networks and the machine's clock, unless others are given."""
    chosen = clock or SystemClock()
    ticks = time.monotonic if isinstance(chosen, SystemClock) else None
    return Desk(
        settings=settings,
        store=open_store(settings.database_url),
        clock=chosen,
        watch=ClockWatch(chosen, ticks),
        networks=NETWORKS if networks is None else networks,
        transport=way_out(settings.call_timeout),
        outside=guarded(way_out(settings.call_timeout), settings.private_addresses),
    )
