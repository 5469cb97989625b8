"""What people have to do before the first day: sign in, approve, accept, post by hand."""

from collections import Counter
from collections.abc import Iterator

from campaign.people import holds_gate
from campaign.schedule.clashes import environment_name
from campaign.wiring import NETWORKS
from connectors.contract import NetworkName
from simulation.rehearse.fixes import Fix, Known, Weight
from simulation.rehearse.script import Script
from simulation.rehearse.words import counted, joined


def check_sign_ins(known: Known) -> Iterator[Fix]:
    """Name the channels whose secrets this machine does not have."""
    used = {one.channel for one in known.script.planned}
    for name, channel in known.script.schedule.channels.items():
        if channel.mode == "pack" or name not in used or name in known.signed_in:
            continue
        network = NETWORKS[NetworkName(channel.network)]
        have = known.settings.credentials(name)
        absent = [one.name for one in network.credentials if one.name not in have]
        if absent:
            names = [f"CAMPAIGN__{environment_name(name)}__{one}" for one in absent]
            yield Fix(
                weight=Weight.MUST,
                what=f"{name} is not signed in on this machine",
                where=f"channel {name} ({network.title})",
                remedy=f"`campaign connect {name}`, or set {joined(names)} where `campaign run` "
                "runs, then `campaign doctor`",
            )


def check_public_address(known: Known) -> Iterator[Fix]:
    """Name the networks that could not fetch their pictures from this machine."""
    if known.settings.public is not None:
        return
    networks = {
        network.title: None
        for one in known.script.connected
        if (network := NETWORKS[NetworkName(one.network)]).capabilities.fetches_media
        and one.payload.media
    }
    if networks:
        who = joined(sorted(networks))
        yield Fix(
            weight=Weight.MUST,
            what=f"{who} could not fetch pictures and videos from this machine",
            where="CAMPAIGN_PUBLIC_URL",
            remedy="set it where `campaign run` runs, as docs/operations.md says, then `campaign "
            "doctor`",
        )


def check_tokens(known: Known) -> Iterator[Fix]:
    """Name the secrets that end within the campaign."""
    for token in known.tokens:
        if token.expires_in_campaign and token.channel not in known.signed_in:
            yield Fix(
                weight=Weight.MUST,
                what=f"{token.field} of {token.channel} works for {token.life_words} and would end "
                f"within the campaign",
                where=f"channel {token.channel}",
                remedy="sign in anew before then, and note the day in a calendar",
            )


def check_gates(script: Script) -> Iterator[Fix]:
    """Name what has to be approved, by whom, and where nobody or only one person can."""
    waiting = Counter(kind for one in script.planned for kind in one.gates if kind != "partner")
    people = {name: person.roles for name, person in script.schedule.people.items()}
    for kind, number in waiting.items():
        posts = counted(number, "delivery waits", "deliveries wait")
        able = [name for name in people if holds_gate(kind, name, people)]
        names = joined([script.schedule.people[name].name for name in able], "or")
        if people and not able:
            yield Fix(
                weight=Weight.MUST,
                what=f"{posts} for “{kind}”, which nobody may give",
                where="people in schedule.yaml",
                remedy=f"give somebody the role that “{kind}” needs",
            )
        elif len(able) == 1:
            yield Fix(
                weight=Weight.LOOK,
                what=f"{posts} for “{kind}”, which only {names} may give",
                where="people in schedule.yaml",
                remedy="give a second person the role, so that nothing waits for one alone",
            )
        if not people or able:
            by = f" by {names}" if names else ""
            yield Fix(
                weight=Weight.DECIDE,
                what=f"{posts} for “{kind}”{by}; the rehearsal takes it as given",
                where="after `campaign apply`",
                remedy="`campaign approve`, not by whoever applied it",
            )


def check_consent(script: Script) -> Iterator[Fix]:
    """Name the partners that have to accept posts."""
    asked: dict[str, int] = Counter(one.partner for one in script.planned if "partner" in one.gates)
    for name, number in asked.items():
        partner, people = script.schedule.partners[name], script.schedule.people
        speakers = [one for one in people.values() if one.partner == name]
        if people and not any("partner" in one.roles for one in speakers):
            yield Fix(
                weight=Weight.MUST,
                what=f"{partner.name} accepts every post itself, and nobody speaks for it",
                where="people in schedule.yaml",
                remedy=f"declare somebody with roles: [partner], partner: {name}",
            )
        posts = counted(number, "delivery", "deliveries")
        yield Fix(
            weight=Weight.DECIDE,
            what=f"{partner.name} has to accept {posts}; the rehearsal takes it as given",
            where=f"partner {name}" + (f" ({partner.reached_at()})" if partner.contacts else ""),
            remedy=f"ask early; the answer is `campaign accept DELIVERY --partner {name}`",
        )


def check_packs(script: Script) -> Iterator[Fix]:
    """Name who posts by hand, and how much."""
    hand: dict[str, int] = Counter(one.partner for one in script.planned if one.mode == "pack")
    for name, number in hand.items():
        partner = script.schedule.partners[name]
        yield Fix(
            weight=Weight.DECIDE,
            what=f"{partner.name} posts {counted(number, 'delivery', 'deliveries')} by hand; the "
            f"rehearsal takes it as done at its time",
            where=f"partner {name}" + (f" ({partner.reached_at()})" if partner.contacts else ""),
            remedy="agree who does it, who tells you the links (`campaign record`) and who sends "
            "the numbers every Monday (`campaign import-metrics`)",
        )
