"""Holds what the networks show against what the rows say, by the simulation's own checker."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from campaign.store.tables import DELIVERY
from simulation.checker import check
from simulation.history import (
    Account,
    Act,
    Applied,
    Approved,
    Content,
    History,
    Said,
    Stored,
    Violation,
)
from simulation.said import every_content, every_said
from tests.crowd.stage import PROVES_NOTHING, Stage


def faults(stage: Stage) -> list[Violation]:
    """List every promise that was broken: doubled, lost, untrue, an odd log, two keys."""
    with stage.store.read() as connection:
        contents = dict(every_content(connection))
        query = select(DELIVERY.c.id, DELIVERY.c.content_hash)
        hashes = {row.id: row.content_hash for row in connection.execute(query)}
        of_channel: dict[str, list[Said]] = defaultdict(list)
        for one in every_said(connection):
            of_channel[one.channel].append(one)
    return [
        one
        for channel in stage.channels
        for one in _of_channel(stage, channel, of_channel[channel], contents, hashes)
    ]


def _of_channel(
    stage: Stage,
    channel: str,
    every: Sequence[Said],
    contents: dict[str, Content],
    hashes: Mapping[str, str],
) -> list[Violation]:
    network, handle = stage.channels[channel]
    said = [one for one in every if not _waits_for_a_person(network, one)]
    history = History(
        ended_at=datetime.now(UTC),
        channels={channel: Account(network=network, partner="ico")},
        contents=contents,
        acts=tuple(act for one in said for act in _acts(one, hashes[one.delivery])),
        stored=tuple(
            Stored(
                order=1,
                checked=1,
                asked_at=post.created_at,
                called_at=post.created_at,
                clock_off=timedelta(),
                fate="answered",
                channel=channel,
                remote_id=post.remote_id,
                url=post.url,
                text=post.text,
                media=(),
            )
            for post in stage.rehearsal.posts(network, handle)
        ),
        called=(),
        said=tuple(said),
    )
    return check(history)


def _acts(said: Said, content: str) -> Iterator[Act]:
    yield Applied(
        order=0,
        delivery=said.delivery,
        content=content,
        due_at=said.due_at,
        late_limit=said.late_limit,
        day="",
    )
    yield Approved(order=0, delivery=said.delivery, content=content, day="")


def _waits_for_a_person(network: str, said: Said) -> bool:
    """Whether a person may have to look, and is asked only after a quarter of an hour of looks."""
    return network == PROVES_NOTHING and said.state == "unknown"
