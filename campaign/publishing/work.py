"""What there is to be done now, channel by channel: for the hands here, and for those elsewhere."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import select

from campaign.publishing.due import A_TURN, due_ids, next_turns, set_aside_late, unknown_ids
from campaign.publishing.recovery import recover_crashed
from campaign.publishing.rig import Rig
from campaign.states import State
from campaign.store.corrections import due_corrections
from campaign.store.tables import CHANNEL
from campaign.store.withdrawals import due_withdrawals


class Task(StrEnum):
    """What is to be done with deliveries; each is done apart from the others on a channel."""

    POST = "post"
    """Look up what may be out, and send what is due."""
    TAKE_DOWN = "take-down"
    AMEND = "amend"


@dataclass(frozen=True, slots=True)
class Work:
    """What is to be done on one channel."""

    channel: str
    place: str
    """The network and server that its calls go to."""
    ids: list[str]
    """Deliveries to look up, then those to send, earliest first."""
    task: Task = Task.POST

    @property
    def key(self) -> str:
        """Name what of a channel is worked on by one thread at a time."""
        return self.channel if self.task is Task.POST else f"{self.channel} ({self.task})"


def set_aside(rig: Rig) -> list[State]:
    """Move on what nobody can send any more; return the states it came to."""
    return [State.UNKNOWN] * len(recover_crashed(rig)) + set_aside_late(rig)


def find_work(rig: Rig, busy: Collection[str] = ()) -> list[Work]:
    """Return what there is to take down, to look up or to send, but on what is busy with it."""
    now = rig.clock.now()
    with rig.store.read() as connection:
        found = unknown_ids(connection, now)
        for channel, ids in next_turns(connection, now, busy=busy).items():
            found.setdefault(channel, []).extend(ids)
        down = due_withdrawals(connection, now)
        amended = due_corrections(connection, now)
        if not found and not down and not amended:
            return []
        query = select(CHANNEL.c.id, CHANNEL.c.network, CHANNEL.c.server)
        places = {row.id: f"{row.network} {row.server or ''}" for row in connection.execute(query)}
    wanted = ((Task.TAKE_DOWN, down), (Task.POST, found), (Task.AMEND, amended))
    works = [Work(name, places[name], ids, task) for task, of in wanted for name, ids in of.items()]
    return [one for one in works if one.key not in busy or one.task is Task.POST]


def next_turn(rig: Rig, channel: str) -> list[str]:
    """Return what a channel has to send after what it has just sent."""
    with rig.store.read() as connection:
        return due_ids(connection, rig.clock.now(), at_most=A_TURN, channel=channel)
