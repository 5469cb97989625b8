"""How this installation is watched: who may read figures, where alarms go, and from when on."""

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from campaign.public_settings import OFF, Listener, split_listener

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

    @property
    def shows_metrics(self) -> bool:
        """Whether anybody may read the metrics over HTTP."""
        return bool(self.metrics_token or self.metrics_from)


def read_operating(known: Mapping[str, str]) -> Operating:
    """Read from the environment how this installation is watched.

    Raises `ValueError` with a sentence that holds no secret.
    """
    return Operating(
        metrics_token=_token(known),
        metrics_from=_networks(known.get("CAMPAIGN_METRICS_FROM") or ""),
        probes=_probes(known.get("CAMPAIGN_PROBES") or OFF),
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
