"""Why a channel cannot be connected as it stands: found before anything is called."""

from campaign.credentials.means import is_safe, not_encrypted
from campaign.publishing.accounts import Account
from campaign.schedule.clashes import environment_name
from campaign.settings import version_variable
from connectors.contract import Access, Network


def why_unfit(row: Account, network: Network, access: Access, *, signed_in: bool) -> str | None:
    """Say what is missing or wrong of what a channel is connected with; None where nothing is."""
    if row.mode == "pack":
        return "the partner posts by hand here, nothing is signed in"
    wanted = () if signed_in else network.credentials
    absent = [one.name for one in wanted if one.name not in access.credentials]
    if absent:
        names = ", ".join(f"CAMPAIGN__{environment_name(row.id)}__{name}" for name in absent)
        return f"not signed in; run `campaign connect {row.id}`, or set {names} in the environment"
    wrong_version = _wrong_version(network, access.api_version)
    if wrong_version:
        return wrong_version
    if access.server and not is_safe(access.server):
        return not_encrypted(access.server)
    return None


def _wrong_version(network: Network, version: str) -> str | None:
    """Say why a version that was set is not used; None where it is, or none was set."""
    if not version:
        return None
    name = version_variable(network.name)
    if network.version_ends_on is None:
        return f"take {name} out: {network.title} is spoken to in one version only"
    try:
        network.version_ends_on(version)
    except ValueError as error:
        return f"{name}: {error}"
    return None
