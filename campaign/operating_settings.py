"""How this installation is watched: who may read figures, where alarms go, and from when on."""

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from campaign.public_settings import OFF, Listener, is_safe_address, split_listener

IpNetwork = ipaddress.IPv4Network | ipaddress.IPv6Network


@dataclass(frozen=True, kw_only=True, slots=True)
class Operating:
    """What the environment says of watching; by default nobody outside is told anything."""

    metrics_token: str = field(default="", repr=False)
    """Whoever reads the metrics has to show it; empty where nobody need."""
    metrics_from: tuple[IpNetwork, ...] = ()
    """From where the metrics may be read; empty for anywhere, if a token is set."""
    probes: Listener | None = None
    """Where a process answers for itself, besides the pages; None for nowhere."""
    log_json: bool = False
    alarm_to: str = ""
    """The address that alarms are mailed to; empty for none."""
    alarm_url: str = field(default="", repr=False)
    """The address that alarms are posted to as JSON; empty for none. It may hold a secret."""
    alive_url: str = field(default="", repr=False)
    """Called every minute while posts truly go out; empty for none. It may hold a secret."""
    oldest_due_at_most: timedelta = timedelta(minutes=5)
    """How long something due may wait before an alarm is raised."""
    collection_lag_at_most: timedelta = timedelta(hours=6)
    """How long a reading may be overdue before an alarm is raised."""

    @property
    def shows_metrics(self) -> bool:
        """Whether anybody may read the metrics over HTTP."""
        return bool(self.metrics_token or self.metrics_from)


def read_operating(known: Mapping[str, str]) -> Operating:
    """Read from the environment how this installation is watched.

    Raises `ValueError` with a sentence that holds no secret.
    """
    to = known.get("CAMPAIGN_ALARM_TO") or ""
    if to and ("@" not in to or any(one in to for one in " ,;\r\n<>")):
        message = "CAMPAIGN_ALARM_TO must be one address that alarms are mailed to, x@y.example"
        raise ValueError(message)
    default = Operating()
    return Operating(
        metrics_token=_token(known),
        metrics_from=_networks(known.get("CAMPAIGN_METRICS_FROM") or ""),
        probes=_probes(known.get("CAMPAIGN_PROBES") or OFF),
        log_json=_one_of(known, "CAMPAIGN_LOG", "text", "json") == "json",
        alarm_to=to,
        alarm_url=_address(known, "CAMPAIGN_ALARM_URL"),
        alive_url=_address(known, "CAMPAIGN_ALIVE_URL"),
        oldest_due_at_most=_minutes(
            known, "CAMPAIGN_ALARM_DUE_MINUTES", default.oldest_due_at_most
        ),
        collection_lag_at_most=_minutes(
            known, "CAMPAIGN_ALARM_READING_MINUTES", default.collection_lag_at_most
        ),
    )


def _token(known: Mapping[str, str]) -> str:
    plain, named = known.get("CAMPAIGN_METRICS_TOKEN"), known.get("CAMPAIGN_METRICS_TOKEN_FILE")
    if plain and named:
        message = "CAMPAIGN_METRICS_TOKEN and CAMPAIGN_METRICS_TOKEN_FILE are both set; keep one"
        raise ValueError(message)
    token = _content(named) if named else plain or ""
    if (plain or named) and (len(token) < 16 or not token.isascii() or not token.isprintable()):
        message = "CAMPAIGN_METRICS_TOKEN must have at least 16 plain characters"
        raise ValueError(message)
    return token


def _content(named: str) -> str:
    try:
        return Path(named).read_text(encoding="utf-8").strip()
    except (OSError, ValueError) as error:
        message = f"CAMPAIGN_METRICS_TOKEN_FILE: {named} cannot be read"
        raise ValueError(message) from error


def _networks(text: str) -> tuple[IpNetwork, ...]:
    try:
        return tuple(
            ipaddress.ip_network(one) for one in text.replace(",", " ").split() if one != OFF
        )
    except ValueError as error:
        message = (
            f"CAMPAIGN_METRICS_FROM is “{text}”; write addresses or networks, "
            "such as 127.0.0.1 or 10.2.0.0/16"
        )
        raise ValueError(message) from error


def _probes(text: str) -> Listener | None:
    if text == OFF:
        return None
    host, port = split_listener("CAMPAIGN_PROBES", text)
    return Listener(host=host, port=port)


def _one_of(known: Mapping[str, str], name: str, *choices: str) -> str:
    text = known.get(name) or choices[0]
    if text not in choices:
        message = f"{name} is “{text}”; write {' or '.join(choices)}"
        raise ValueError(message)
    return text


def _address(known: Mapping[str, str], name: str) -> str:
    address = known.get(name) or ""
    if address and not is_safe_address(address):
        message = f"{name} must be an https address; plain http is for this machine's own addresses"
        raise ValueError(message)
    return address


def _minutes(known: Mapping[str, str], name: str, default: timedelta) -> timedelta:
    text = known.get(name)
    if not text:
        return default
    if not (text.isascii() and text.isdigit()) or not 1 <= int(text) <= 10_080:
        message = f"{name} is “{text}”; write a whole number of minutes from 1 to 10080"
        raise ValueError(message)
    return timedelta(minutes=int(text))
