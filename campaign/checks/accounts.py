"""Channels and people: whether the schedule's parties can do what is asked of them."""

from collections.abc import Iterator, Mapping

from campaign.schedule.faults import Fault
from campaign.schedule.parties import Channel
from campaign.schedule.reading import PlacedSchedule
from connectors.contract import Network, NetworkName


def check_channels(
    placed: PlacedSchedule, networks: Mapping[NetworkName, Network]
) -> Iterator[Fault]:
    """Yield a fault for every channel that could not be used in the way it says."""
    for name, channel in placed.schedule.channels.items():
        network = networks.get(NetworkName(channel.network))
        found = _why_not(name, channel, network)
        if found:
            field, sentence = found
            yield placed.tree.fault(("channels", name, field), sentence)


def check_people(placed: PlacedSchedule) -> Iterator[Fault]:
    """Warn where people are declared and none of them may say what has to be said."""
    schedule = placed.schedule
    roles = {role for person in schedule.people.values() for role in person.roles}
    if not roles:
        return
    if schedule.rules.approval == "required" and "approver" not in roles:
        sentence = "nobody has the role approver, and the rules ask for approval of every post"
        yield placed.tree.fault(("people",), sentence, key=True)
    asks = [name for name, one in schedule.partners.items() if one.consent == "accept-each"]
    for name in asks if "partner" not in roles else ():
        sentence = f"nobody has the role partner, and “{name}” accepts every post itself"
        yield placed.tree.fault(("partners", name, "consent"), sentence)


def _why_not(name: str, channel: Channel, network: Network | None) -> tuple[str, str] | None:
    if network is None:
        return "network", f"posts cannot go to “{channel.network}” yet"
    if channel.mode == "pack" and not network.capabilities.names_account:
        return "mode", f"nobody posts to a {network.title} by hand; use “mode: connected”"
    return None if channel.mode == "pack" else _why_not_by_us(name, channel, network)


def _why_not_by_us(name: str, channel: Channel, network: Network) -> tuple[str, str] | None:
    if channel.mode == "repost" and not network.capabilities.reposts:
        return "mode", (
            f"{network.title} has no repost that can be made from here; use “mode: connected” "
            f"with a wording of its own, or “mode: pack”"
        )
    if network.connect is None:
        return "mode" if "mode" in channel.model_fields_set else "network", (
            f"{network.title} cannot be connected yet; use “mode: pack” and post by hand"
        )
    if network.needs_server and not channel.server:
        return (
            "network",
            f"“{name}” names no server; add “server: https://…” of its {network.title}",
        )
    if not channel.handle:
        return "network", f"“{name}” has no handle; add “handle:” with the account's name"
    wrong = network.wrong_handle(channel.handle) if network.wrong_handle else None
    return ("handle", wrong) if wrong else None


def check_replies(placed: PlacedSchedule) -> Iterator[Fault]:
    """Yield a warning for each entry under which nobody answers, where others have somebody.

    Where no entry names anybody the team has another way, and is not told about it.
    """
    schedule = placed.schedule
    if not any(one.replies for one in schedule.schedule) or schedule.rules.replies:
        return
    for number, one in enumerate(schedule.schedule):
        goes_live = any(
            schedule.channels[name].mode == "connected"
            for name in schedule.channels_of(one.send_to)
        )
        if goes_live and one.replies is None:
            sentence = (
                f"nobody answers what people write under “{one.name}”; name a person in "
                f"“replies:”, or in “replies:” under rules for all"
            )
            yield placed.tree.fault(("schedule", number), sentence)
