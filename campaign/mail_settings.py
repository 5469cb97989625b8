"""Where e-mail is handed over: a server that speaks SMTP, or a folder for trying things out."""

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urlsplit

TLS, STARTTLS, PLAIN = "tls", "starttls", "plain"
PORTS = {"smtp": 587, "smtps": 465}


@dataclass(frozen=True, kw_only=True, slots=True)
class MailServer:
    """One way out for e-mail; either `folder` is set or `host`."""

    sender: str
    """The address that letters come from."""
    host: str = ""
    port: int = 0
    security: str = TLS
    """`plain` only on this machine itself."""
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    folder: Path | None = None


def read_mail_server(known: Mapping[str, str], folder: Path) -> MailServer | None:
    """Read the mail server from the environment; None where none is set.

    Raises `ValueError` with a sentence for the user.
    """
    address = known.get("CAMPAIGN_MAIL_SERVER")
    if not address:
        return None
    sender = known.get("CAMPAIGN_MAIL_FROM") or ""
    if "@" not in sender or any(one in sender for one in " \r\n<>"):
        message = "CAMPAIGN_MAIL_FROM must be the address that reports come from, x@y.example"
        raise ValueError(message)
    if address.startswith("file:"):
        return MailServer(sender=sender, folder=folder / address.removeprefix("file:"))
    return _server(address, sender, known)


def _server(address: str, sender: str, known: Mapping[str, str]) -> MailServer:
    message = (
        f"CAMPAIGN_MAIL_SERVER is “{address}”; write smtp://USER@HOST:587, smtps://USER@HOST:465 "
        "or file:FOLDER, and the password into CAMPAIGN_MAIL_PASSWORD"
    )
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError as error:
        raise ValueError(message) from error
    odd = parts.password or parts.path.strip("/") or parts.query or parts.fragment
    if parts.scheme not in PORTS or not parts.hostname or odd:
        raise ValueError(message)
    plain = STARTTLS if not _is_here(parts.hostname) else PLAIN
    password = _password(known)
    if (parts.username is None) is not (password is None):
        absent = "no user" if parts.username is None else "no password"
        raise ValueError(f"the mail server has {absent}, so nobody could sign in; {message}")
    return MailServer(
        sender=sender,
        host=parts.hostname,
        port=port or PORTS[parts.scheme],
        security=TLS if parts.scheme == "smtps" else plain,
        user=unquote(parts.username) if parts.username else None,
        password=password,
    )


def _password(known: Mapping[str, str]) -> str | None:
    named = known.get("CAMPAIGN_MAIL_PASSWORD_FILE")
    if not named:
        return known.get("CAMPAIGN_MAIL_PASSWORD") or None
    try:
        return Path(named).read_text(encoding="utf-8").rstrip("\r\n")
    except OSError as error:
        message = f"CAMPAIGN_MAIL_PASSWORD_FILE: {named} cannot be read: {error.strerror}"
        raise ValueError(message) from error


def _is_here(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
