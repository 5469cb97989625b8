"""Lets threads that ask the database at the same time be answered by one transaction.

Whoever comes first leads: it opens the transaction, then takes in everybody who has come by then.
Those who come while it works wait for the next one, which one of them leads. Alone, a thread asks
for itself at once; the busier the desk, or the slower its disk, the more are answered by one
commit. Only for those who are announced is there a moment's wait.
"""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar, cast

from sqlalchemy.exc import InterfaceError, OperationalError

Asked = TypeVar("Asked")
Said = TypeVar("Said")

Take = Callable[[], Sequence[Asked]]
"""Closes the list of those who are answered, and returns it."""
Answer = Callable[[Take[Asked]], Sequence[Said]]

A_MOMENT_S = 0.008
"""How long after their announcement others are waited for, at most."""


@dataclass(slots=True, eq=False)
class _Ticket(Generic[Asked, Said]):
    """One question; its lock is held until it is answered or has to lead."""

    asked: Asked
    lock: threading.Lock = field(default_factory=threading.Lock)
    said: Said | None = None
    error: BaseException | None = None
    is_over: bool = False


class Together(Generic[Asked, Said]):
    """Where the questions of one kind meet."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._all_here = threading.Condition(self._lock)
        self._waiting: list[_Ticket[Asked, Said]] = []
        self._is_led = False
        self._coming, self._until = 0, 0.0

    def expect(self, number: int) -> None:
        """Announce that so many threads will ask in a moment, unless something keeps them."""
        now = time.monotonic()
        with self._lock:
            self._coming = number + (self._coming if now < self._until else 0)
            self._until = now + A_MOMENT_S

    def ask(self, asked: Asked, answer: Answer[Asked, Said]) -> Said:
        """Return the answer to one question, or raise what went wrong with it.

        `answer` opens a transaction, takes the questions (this one among them), and returns what
        is said to each, in their order, once it is committed. Where it fails for several, and
        not because the database is away, each is answered by itself: one damaged row must not
        keep the others from going on.
        """
        ticket = _Ticket[Asked, Said](asked)
        ticket.lock.acquire()
        with self._lock:
            self._waiting.append(ticket)
            self._one_less()
            leads, self._is_led = not self._is_led, True
        if not leads:
            ticket.lock.acquire()  # released by whoever has answered it, or leaves it the lead
        if not ticket.is_over:
            self._lead(answer)
        if ticket.error is not None:
            raise ticket.error
        return cast("Said", ticket.said)

    def _lead(self, answer: Answer[Asked, Said]) -> None:
        taken: list[_Ticket[Asked, Said]] = []

        def take() -> Sequence[Asked]:
            with self._lock:
                if self._coming:
                    self._all_here.wait(max(0.0, self._until - time.monotonic()))
                taken.extend(self._waiting)
                self._waiting = []
            return [one.asked for one in taken]

        try:
            _settle(taken, answer, take)
        except BaseException as error:
            if not taken:
                take()  # it could not even begin, and neither could those who came meanwhile
            for one in taken:
                one.error = error
            raise
        finally:
            self._hand_over(taken)

    def _one_less(self) -> None:
        if self._coming:
            self._coming -= 1
            if not self._coming:
                self._all_here.notify()

    def _hand_over(self, answered: Sequence[_Ticket[Asked, Said]]) -> None:
        with self._lock:
            heir = self._waiting[0] if self._waiting else None
            self._is_led = heir is not None
        for one in answered:
            one.is_over = True
            one.lock.release()
        if heir is not None:
            heir.lock.release()


def _settle(
    taken: list[_Ticket[Asked, Said]], answer: Answer[Asked, Said], take: Take[Asked]
) -> None:
    try:
        for one, said in zip(taken, answer(take), strict=True):
            one.said = said
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        if len(taken) < 2:
            raise
        for one in taken:
            _settle_alone(one, answer)


def _settle_alone(ticket: _Ticket[Asked, Said], answer: Answer[Asked, Said]) -> None:
    try:
        (ticket.said,) = answer(lambda: [ticket.asked])
    except Exception as error:  # noqa: BLE001 - raised again in the thread that asked
        ticket.error = error
