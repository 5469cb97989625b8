"""withdraw: write that posts shall not stand, take them down at once, and say who has to know."""

from collections.abc import Sequence
from dataclasses import dataclass

from campaign.cli.failures import Failure
from campaign.cli.on_publishing import worker_name
from campaign.cli.output import counted, say
from campaign.cli.place import Place
from campaign.cli.session import Session, open_session
from campaign.cli.telling import say_concerned
from campaign.decisions import withdrawing
from campaign.decisions.approvals import existing
from campaign.decisions.withdrawing import Withdrawn
from campaign.publishing.takedown import take_down
from campaign.states import PEOPLES_WORDS, State
from campaign.store.withdrawals import Stage, get_withdrawal


@dataclass(frozen=True, kw_only=True, slots=True)
class Word:
    """What a person says of posts that shall not stand."""

    deliveries: Sequence[str]
    reason: str
    person: str | None
    gone: bool = False
    """That they have gone, deleted by hand."""


def withdraw(place: Place, word: Word) -> None:
    """Write the word for all of them or none, then do at once what can be done."""
    if not word.reason.strip():
        raise Failure("--reason is empty; it stands in the record, and partners are told", code=2)
    with open_session(place) as session:
        with session.desk.store.read() as connection:
            ids = withdrawing.with_later_parts(connection, word.deliveries)
        if word.gone:
            _say_gone(session, ids, word)
            return
        asked = _write(session, ids, word)
        rig = session.desk.rig(worker_name())
        for one in ids:
            take_down(rig, one)
            say(_came_to(session, one))
        _say_elsewhere(asked, ids)
        say_concerned(session, withdrawing.all_concerned(asked))


def _write(session: Session, ids: Sequence[str], word: Word) -> list[Withdrawn]:
    change = session.change(word.person, word.reason.strip())
    mail = session.desk.settings.mail is not None
    with session.desk.store.write() as connection:
        return withdrawing.withdraw_all(connection, ids, change, session.schedule, mail=mail)


def _say_gone(session: Session, ids: Sequence[str], word: Word) -> None:
    change = session.change(word.person, word.reason.strip())
    with session.desk.store.write() as connection:
        states = [withdrawing.say_gone(connection, one, change) for one in ids]
    for one, state in zip(ids, states, strict=True):
        say(f"{one}: {PEOPLES_WORDS[state]}, as {change.who} says")


def _came_to(session: Session, delivery_id: str) -> str:
    """Say where a withdrawn delivery stands now, and what is left to be done."""
    with session.desk.store.read() as connection:
        delivery = existing(connection, delivery_id)
        said = get_withdrawal(connection, delivery_id)
    state = State(delivery.state)
    lead = f"{delivery_id}: {PEOPLES_WORDS[state]}"
    if said is None or state in (State.CANCELLED, State.WITHDRAWN):
        return f"{lead}; {said.note}" if said and said.note else lead
    if said.stage == Stage.BY_HAND:
        command = f"`campaign withdraw {delivery_id} --gone --reason …`"
        return f"{lead}, and has to be deleted by hand: {said.note} Then say so with {command}."
    if state in (State.UNKNOWN, State.SENDING):
        return f"{lead}; it is deleted as soon as it is found"
    why = f" ({said.note})" if said.note else ""
    return f"{lead}; it is not deleted yet{why}; `campaign run` goes on trying"


def _say_elsewhere(asked: Sequence[Withdrawn], ids: Sequence[str]) -> None:
    left = dict.fromkeys(one for each in asked for one in each.elsewhere if one not in ids)
    if left:
        say(f"The same post is still live in {counted(len(left), 'other place')}; withdraw it too?")
    for one in left:
        say(f"  {one}")
