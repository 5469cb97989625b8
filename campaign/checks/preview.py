"""`campaign preview`: exactly what would be sent, with its length as the network counts it."""

from collections.abc import Iterator
from typing import Any

from campaign.checks.following import cannot_follow
from campaign.checks.lengths import measure, other_problems, too_long
from campaign.checks.report import LimitsOf, Networks, Report, none_announced
from campaign.content.compose import NoTranslationError, compose
from campaign.content.post import Post
from campaign.payload import Payload
from campaign.schedule.model import Schedule
from connectors.contract import Limits, Network, NetworkName

Row = dict[str, Any]


def preview_rows(
    report: Report,
    networks: Networks,
    *,
    post: str | None = None,
    channel: str | None = None,
    limits_of: LimitsOf = none_announced,
) -> list[Row]:
    """Return one row for every different thing that would be sent, in the order of the plan.

    A post that is asked for by name and that nothing is planned for is shown as every channel
    would send it, with no delivery and without partners' logos; on channels whose language it has
    no wording in, nothing of it would go out. Raises `LookupError` with a
    sentence for a name that does not exist.
    """
    schedule = _schedule(report, post, channel)
    shown = list(_planned(report, post, channel))
    if not shown and post is not None:
        shown = list(_unplanned(schedule, report.posts[post], networks, channel))
    return [
        _row(
            names,
            payload,
            networks[NetworkName(payload.network)],
            limits_of(names[1]),
            by_hand=schedule.channels[names[1]].mode == "pack",
        )
        for names, payload in shown
    ]


Shown = tuple[tuple[str, str, str | None], Payload]
"""Post, channel and delivery; and what is sent."""


def _schedule(report: Report, post: str | None, channel: str | None) -> Schedule:
    if report.schedule is None:
        message = "the schedule cannot be read; run `campaign check`"
        raise LookupError(message)
    if post is not None and post not in report.posts:
        message = f"there is no post “{post}” that can be read"
        raise LookupError(message)
    if channel is not None and channel not in report.schedule.channels:
        message = f"there is no channel “{channel}”"
        raise LookupError(message)
    return report.schedule


def _planned(report: Report, post: str | None, channel: str | None) -> Iterator[Shown]:
    seen: set[tuple[str, str, str]] = set()
    for one in report.deliveries:
        key = (one.post, one.channel, one.payload.content_hash)
        wanted = post in {None, one.post} and channel in {None, one.channel}
        if wanted and key not in seen:
            seen.add(key)
            yield (one.post, one.channel, one.id), one.payload


def _unplanned(
    schedule: Schedule, post: Post, networks: Networks, channel: str | None
) -> Iterator[Shown]:
    for name, account in schedule.channels.items():
        network = networks.get(NetworkName(account.network))
        if channel in {None, name} and network is not None:
            for payload in _composed(post, name, schedule, network):
                yield (post.id, name, None), payload


def _composed(
    post: Post, channel: str, schedule: Schedule, network: Network
) -> tuple[Payload, ...]:
    try:
        return tuple(compose(post, channel, schedule=schedule, network=network, run=1))
    except NoTranslationError:
        return ()


def _row(
    names: tuple[str, str, str | None],
    payload: Payload,
    network: Network,
    announced: Limits | None,
    *,
    by_hand: bool,
) -> Row:
    limits = announced or network.documented
    found = measure(payload, limits)
    problems = [one.message for one in other_problems(payload, network, limits)]
    cannot = None if by_hand else cannot_follow(payload, network)
    problems += [cannot] if cannot else []
    if found.over:
        problems.insert(0, too_long(names[1], found, network))
    return {
        "post": names[0],
        "channel": names[1],
        "text": payload.text,
        "length": found.length,
        "limit": found.maximum,
        "problems": problems,
        "unit": found.unit,
        "limit_source": "announced" if found.announced else "documented",
        "link": payload.link.url if payload.link else None,
        "media": _media(payload),
        "video": _video(payload),
        "network": payload.network,
        "delivery": names[2],
        "form": payload.form,
    }


def _video(payload: Payload) -> Row | None:
    said = payload.video
    if said is None:
        return None
    return {
        "made_for_children": said.made_for_children,
        "privacy": said.privacy,
        "tags": list(said.tags),
    }


def _media(payload: Payload) -> list[Row]:
    return [
        {
            "type": one.media_type,
            "bytes": len(one.content),
            "sha256": one.sha256,
            "file": None,
            "alt": one.alt_text,
            "captions": "burnt-in" if one.burnt_in else one.captions and one.captions.media_type,
        }
        for one in payload.media
    ]
