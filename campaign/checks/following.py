"""Threads and first comments against the networks: whether they have them at all."""

from campaign.payload import Form, Payload
from connectors.contract import Network


def cannot_follow(payload: Payload, network: Network) -> str | None:
    """Say why a part or a comment cannot be sent on a network, None where it can."""
    can, form = network.capabilities, payload.form
    if form is Form.PART and not can.threads:
        instead = ", or write one first comment in place of the parts" if can.comments else ""
        return (
            f"{network.title} has no threads that can be posted from here: write "
            f"“## {payload.network}” as one text{instead}"
        )
    if form is Form.COMMENT and not can.comments:
        return (
            f"no first comment can be posted on {network.title} from here: write "
            f"“## {payload.network}” without one"
        )
    return None
