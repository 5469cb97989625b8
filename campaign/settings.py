"""Facts about this machine and this installation, read from the environment in one place.

Facts about the campaign stand in `schedule.yaml`; these are the others: where the database is,
how long calls may take, and the secrets of the channels.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from pathlib import Path

from campaign.addresses_allowed import Exempt, read_exempt
from campaign.mail_settings import MailServer, read_mail_server
from campaign.operating_settings import Operating, read_operating
from campaign.organisation_settings import OrganisationSettings, read_organisation
from campaign.prices import KNOWN, PriceError, ReadPrice, read_dollars, read_prices
from campaign.public_settings import OFF, Listener, Public, read_listener, read_public
from campaign.retention_settings import read_retention
from campaign.schedule.clashes import environment_name
from campaign.secret_keys import read_secret_keys

THREADS, PROCRASTINATE = "threads", "procrastinate"
DIGEST_AT = time(7, 30)


class SettingsError(Exception):
    """A setting that cannot be used; the message names it and says what to write."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Settings:
    """Everything that differs from one installation to the next."""

    folder: Path
    database_url: str
    call_timeout: timedelta = timedelta(seconds=30)
    """For connecting and for reading, each."""
    lease: timedelta = timedelta(seconds=90)
    """How long a claim holds; longer than any call may take."""
    settling: timedelta | None = None
    """Overrides the networks' own waits before an `unknown` is looked up; for tests."""
    hands: int = 16
    """Deliveries sent at the same time."""
    engine: str = THREADS
    """Who sends what `campaign run` finds due: its own threads, or workers through a queue."""
    spending_limit: int | None = None
    """What reading networks may cost in a calendar month (UTC), in millionths of a US dollar."""
    read_prices: tuple[ReadPrice, ...] = KNOWN
    mail: MailServer | None = None
    """Where reports are handed over; None where e-mail is not set up."""
    digest_at: time | None = DIGEST_AT
    """When the team's daily letter goes out, by the campaign's clocks; None for never."""
    public: Public | None = None
    """Where networks fetch pictures; None where nothing is shown to anybody."""
    listen: Listener | None = field(default_factory=Listener)
    """Where the pages are served; None where they are not."""
    organisation: OrganisationSettings | None = None
    """Where staff sign in with their own accounts; None where that is not set up."""
    retention: Mapping[str, timedelta] = field(default_factory=lambda: read_retention({}))
    """How long what is kept, by kind; what is not named is kept for good."""
    operating: Operating = field(default_factory=Operating)
    """Who may read figures, and where alarms go."""
    private_addresses: Exempt = field(default_factory=Exempt)
    """Where links, webhooks and media may lead although it is in a private network."""
    secret_keys: tuple[str, ...] = field(default=(), repr=False)
    """What sign-ins are sealed with: the first seals, all of them open."""
    environment: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def pages_url(self) -> str:
        """Where the world finds the pages, for what stands in letters: never what a browser says.

        Without a slash at the end; empty where no page is served.
        """
        if self.public is not None and self.public.url:
            return self.public.url
        return self.listen.url if self.listen else ""

    def api_version(self, network: str) -> str:
        """Return the API version that this installation asks for, empty for the usual one."""
        return self.environment.get(version_variable(network)) or ""

    def app(self, network: str, field_name: str) -> str:
        """Return one fact about the app that this installation is at a network, or nothing."""
        return self.environment.get(app_variable(network, field_name)) or ""

    def credentials(self, channel: str) -> dict[str, str]:
        """Return the secrets that the environment holds for a channel, by field name."""
        prefix = f"CAMPAIGN__{environment_name(channel)}__"
        return {
            name.removeprefix(prefix): value
            for name, value in self.environment.items()
            if name.startswith(prefix) and value
        }


def app_variable(network: str, field_name: str) -> str:
    """Return the name of the variable that holds one fact about our app at a network."""
    return f"CAMPAIGN_APP__{environment_name(network)}__{field_name}"


def version_variable(network: str) -> str:
    """Return the name of the variable that asks for a version of a network's API."""
    return f"CAMPAIGN_API_VERSION__{environment_name(network)}"


def read_settings(
    folder: Path | None = None, environment: Mapping[str, str] | None = None
) -> Settings:
    """Read the settings of a campaign folder from the environment; raise `SettingsError`."""
    known = os.environ if environment is None else environment
    place = folder or Path(known.get("CAMPAIGN_DIR") or ".")
    default_url = f"sqlite:///{(place / 'campaign.db').absolute()}"
    settings = Settings(
        folder=place,
        database_url=known.get("CAMPAIGN_DATABASE_URL") or default_url,
        call_timeout=_seconds(known, "CAMPAIGN_CALL_TIMEOUT", 30) or timedelta(seconds=30),
        lease=_seconds(known, "CAMPAIGN_LEASE", 90) or timedelta(seconds=90),
        settling=_seconds(known, "CAMPAIGN_SETTLING", None),
        hands=_hands(known),
        engine=_engine(known),
        spending_limit=_spending_limit(known),
        read_prices=(*KNOWN, *_read_prices(known)),
        mail=_mail(known, place),
        digest_at=_digest_at(known),
        public=_public(known),
        listen=_listener(known),
        organisation=_organisation(known),
        retention=_retention(known),
        operating=_operating(known),
        private_addresses=_private_addresses(known),
        secret_keys=_secret_keys(known),
        environment=dict(known),
    )
    if settings.call_timeout >= settings.lease:
        message = (
            "CAMPAIGN_LEASE must be longer than CAMPAIGN_CALL_TIMEOUT, or two workers could send"
        )
        raise SettingsError(message)
    if settings.settling is not None and settings.settling <= settings.lease:
        message = (
            "CAMPAIGN_SETTLING must be longer than CAMPAIGN_LEASE, or a post could be looked for "
            "before it can have arrived"
        )
        raise SettingsError(message)
    return settings


def _mail(known: Mapping[str, str], folder: Path) -> MailServer | None:
    try:
        return read_mail_server(known, folder)
    except ValueError as error:
        raise SettingsError(str(error)) from error


def _digest_at(known: Mapping[str, str]) -> time | None:
    text = known.get("CAMPAIGN_DIGEST_AT") or f"{DIGEST_AT:%H:%M}"
    if text == OFF:
        return None
    try:
        return datetime.strptime(text, "%H:%M").time()  # noqa: DTZ007 - a time on the wall
    except ValueError as error:
        message = f"CAMPAIGN_DIGEST_AT is “{text}”; write a time such as 07:30, or off"
        raise SettingsError(message) from error


def _public(known: Mapping[str, str]) -> Public | None:
    try:
        return read_public(known)
    except ValueError as error:
        raise SettingsError(str(error)) from error


def _listener(known: Mapping[str, str]) -> Listener | None:
    try:
        return read_listener(known)
    except ValueError as error:
        raise SettingsError(str(error)) from error


def _organisation(known: Mapping[str, str]) -> OrganisationSettings | None:
    try:
        return read_organisation(known)
    except ValueError as error:
        raise SettingsError(str(error)) from error


def _retention(known: Mapping[str, str]) -> dict[str, timedelta]:
    try:
        return read_retention(known)
    except ValueError as error:
        raise SettingsError(str(error)) from error


def _operating(known: Mapping[str, str]) -> Operating:
    try:
        return read_operating(known)
    except ValueError as error:
        raise SettingsError(str(error)) from error


def _private_addresses(known: Mapping[str, str]) -> Exempt:
    try:
        return read_exempt(known)
    except ValueError as error:
        raise SettingsError(str(error)) from error


def _secret_keys(known: Mapping[str, str]) -> tuple[str, ...]:
    try:
        return read_secret_keys(known)
    except ValueError as error:
        raise SettingsError(str(error)) from error


def _seconds(known: Mapping[str, str], name: str, default: float | None) -> timedelta | None:
    text = known.get(name)
    if not text:
        return None if default is None else timedelta(seconds=default)
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0
    if not 0 < seconds <= 86_400:
        message = f"{name} is “{text}”; write a number of seconds above 0, at most 86400"
        raise SettingsError(message)
    return timedelta(seconds=seconds)


def _hands(known: Mapping[str, str]) -> int:
    text = known.get("CAMPAIGN_HANDS") or "16"
    if not (text.isascii() and text.isdigit()) or not 1 <= int(text) <= 64:
        message = f"CAMPAIGN_HANDS is “{text}”; write a whole number from 1 to 64"
        raise SettingsError(message)
    return int(text)


def _engine(known: Mapping[str, str]) -> str:
    text = known.get("CAMPAIGN_ENGINE") or THREADS
    if text not in (THREADS, PROCRASTINATE):
        message = f"CAMPAIGN_ENGINE is “{text}”; write {THREADS} or {PROCRASTINATE}"
        raise SettingsError(message)
    return text


def _spending_limit(known: Mapping[str, str]) -> int | None:
    text = known.get("CAMPAIGN_SPENDING_LIMIT")
    try:
        return read_dollars(text) if text else None
    except PriceError as error:
        message = f"CAMPAIGN_SPENDING_LIMIT: {error}"
        raise SettingsError(message) from error


def _read_prices(known: Mapping[str, str]) -> tuple[ReadPrice, ...]:
    try:
        return read_prices(known.get("CAMPAIGN_READ_PRICES") or "")
    except PriceError as error:
        message = f"CAMPAIGN_READ_PRICES: {error}"
        raise SettingsError(message) from error
