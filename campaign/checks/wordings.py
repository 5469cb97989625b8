"""Wordings against the schedule: whether what they name exists there."""

import re
from collections.abc import Iterator

from campaign.content.compose import PLACEHOLDER
from campaign.content.post import Post, Wording
from campaign.schedule.faults import Fault, near
from campaign.schedule.local_time import NoSuchTimeError
from campaign.schedule.model import Schedule

_LOOKS_LIKE_ONE = re.compile(r"\{\s*[A-Za-z]{2,12}\s*(?::[^{}\n]{0,60})?\}")


def check_wordings(post: Post, schedule: Schedule) -> tuple[list[Fault], list[Fault]]:
    """Return the faults and the warnings of a post's wordings and embargo."""
    faults = [*_embargo(post, schedule), *_approvals(post, schedule)]
    warnings: list[Fault] = []
    for wording in post.wordings:
        faults.extend(_qualifier(post, wording, schedule))
        warnings.extend(_nobody_uses(post, wording, schedule))
    for piece in post.pieces:
        faults.extend(_placeholders(post, piece, schedule))
        warnings.extend(_nearly_placeholders(post, piece))
    return faults, warnings


def place_in(post: Post, wording: Wording, position: int, message: str) -> Fault:
    """Make a fault at a character of a wording's text."""
    before = wording.text[:position]
    column = position - (before.rfind("\n") + 1) + 1
    return Fault(post.tree.file, wording.line + before.count("\n"), column, message)


def _embargo(post: Post, schedule: Schedule) -> Iterator[Fault]:
    try:
        if post.embargo_until is not None:
            post.embargo_until.instant(schedule.zone)
    except NoSuchTimeError as error:
        yield post.fault(("embargo_until",), str(error))


def _approvals(post: Post, schedule: Schedule) -> Iterator[Fault]:
    roles = {role for person in schedule.people.values() for role in person.roles}
    for number, kind in enumerate(post.approvals):
        if roles and kind not in roles:
            message = f"nobody among the people has the role “{kind}”{near(kind, roles)}"
            yield post.fault(("approvals", number), message)


def _qualifier(post: Post, wording: Wording, schedule: Schedule) -> Iterator[Fault]:
    name = wording.qualifier
    if name is None or name in schedule.partners or _is_language(name):
        return
    channel = schedule.channels.get(name)
    if channel is None:
        known = [*schedule.partners, *schedule.channels]
        message = f"{wording.heading} is for nobody: unknown partner or channel “{name}”"
        yield post.fault_at(wording, message + near(name, known))
    elif channel.network != wording.network:
        message = f"{wording.heading} is for nobody: “{name}” is a channel on {channel.network}"
        yield post.fault_at(wording, message)


def _nobody_uses(post: Post, wording: Wording, schedule: Schedule) -> Iterator[Fault]:
    """Warn of a language or partner that has no channel there."""
    name = wording.qualifier
    if name is None:
        return
    there = [one for one in schedule.channels.values() if one.network == wording.network]
    if name in schedule.channels:
        there = [schedule.channels[name]]
    if name in schedule.partners:
        there = [one for one in there if one.partner == name]
        if not there:
            yield post.fault_at(wording, f"{wording.heading} is for a partner without a channel")
            return
    spoken = wording.language
    if spoken is not None:
        if not any((one.language or post.language) == spoken for one in there):
            message = f"{wording.heading} is for no channel; give one “language: {spoken}”"
            yield post.fault_at(wording, message)
    elif name in schedule.partners or name in schedule.channels:
        return
    elif _is_language(name) and not any(one.language == name for one in there):
        message = f"{wording.heading} is for no channel; give one “language: {name}”"
        yield post.fault_at(wording, message)


def _placeholders(post: Post, wording: Wording, schedule: Schedule) -> Iterator[Fault]:
    for match in PLACEHOLDER.finditer(wording.text):
        word, _, partner = match[1].partition(":")
        if word == "link" and post.link is None:
            message = "“{link}” has nothing to show: the post has no link"
            yield place_in(post, wording, match.start(), message)
        elif word == "partner" and partner not in schedule.partners:
            message = f"unknown partner “{partner}”{near(partner, schedule.partners)}"
            yield place_in(post, wording, match.start(), message)


def _nearly_placeholders(post: Post, wording: Wording) -> Iterator[Fault]:
    for match in _LOOKS_LIKE_ONE.finditer(wording.text):
        if not PLACEHOLDER.fullmatch(match[0]):
            message = (
                f"“{match[0]}” is sent as typed; only {{link}} and {{partner:ID}} have a meaning"
            )
            yield place_in(post, wording, match.start(), message)


def _is_language(name: str) -> bool:
    return re.fullmatch(r"[a-z]{2}", name) is not None
