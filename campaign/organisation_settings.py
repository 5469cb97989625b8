"""How this installation is registered with the organisation's sign-in, from the environment."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from campaign.public_settings import is_loopback

NAMES = ("CAMPAIGN_OIDC_ISSUER", "CAMPAIGN_OIDC_CLIENT_ID", "CAMPAIGN_OIDC_CLIENT_SECRET")


@dataclass(frozen=True, kw_only=True, slots=True)
class OrganisationSettings:
    """The issuer and what it calls us."""

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)


def read_organisation(known: Mapping[str, str]) -> OrganisationSettings | None:
    """Read the registration; None where none is set.

    Raises `ValueError` with a sentence for the user.
    """
    issuer, client_id, secret = (known.get(name) or "" for name in NAMES)
    if not issuer and not client_id and not secret:
        return None
    if not (issuer and client_id and secret):
        absent = ", ".join(name for name in NAMES if not known.get(name))
        message = f"{absent} is not set, but its neighbours are; set all three or none"
        raise ValueError(message)
    if not is_safe_address(issuer):
        message = f"CAMPAIGN_OIDC_ISSUER is “{issuer}”; write the https address of the issuer"
        raise ValueError(message)
    return OrganisationSettings(issuer=issuer, client_id=client_id, client_secret=secret)


def is_safe_address(address: str) -> bool:
    """Whether an address is encrypted, or on this machine itself."""
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
    except ValueError:
        return False
    return bool(host) and (
        parts.scheme == "https" or (parts.scheme == "http" and is_loopback(host))
    )
