"""Threads that ask at the same time share an answer; each hears its own, or its own trouble."""

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy.exc import OperationalError

from campaign.publishing.together import A_MOMENT_S, Take, Together

PATIENCE_S = 30.0


class Desk:
    """Answers with ten times what it was asked, after a while, and keeps what it was asked."""

    def __init__(self) -> None:
        self.together: Together[int, int] = Together()
        self.batches: list[list[int]] = []
        self.go_on = threading.Event()
        self.begun = threading.Event()

    def ask(self, number: int) -> int:
        return self.together.ask(number, self.answer)

    def answer(self, take: Take[int]) -> Sequence[int]:
        asked = list(take())
        self.batches.append(asked)
        self.begun.set()
        assert self.go_on.wait(PATIENCE_S)
        return [self.reckon(one) for one in asked]

    def reckon(self, number: int) -> int:
        return 10 * number

    def waiting(self) -> int:
        return len(self.together._waiting)


def ask_while_the_first_is_answered(desk: Desk, numbers: Sequence[int]) -> list[object]:
    """Let one thread ask, and the others while it is being answered; return what each heard."""

    def heard(number: int) -> object:
        try:
            return desk.ask(number)
        except Exception as error:  # noqa: BLE001 - it is what is looked at
            return error

    with ThreadPoolExecutor(len(numbers)) as pool:
        first = pool.submit(heard, numbers[0])
        assert desk.begun.wait(PATIENCE_S)
        others = [pool.submit(heard, one) for one in numbers[1:]]
        deadline = time.monotonic() + PATIENCE_S
        while desk.waiting() < len(others):
            assert time.monotonic() < deadline
            time.sleep(0.001)
        desk.go_on.set()
        return [one.result(PATIENCE_S) for one in (first, *others)]


def test_those_who_come_while_one_is_answered_are_answered_together() -> None:
    desk = Desk()
    assert ask_while_the_first_is_answered(desk, [1, 2, 3, 4]) == [10, 20, 30, 40]
    assert [sorted(batch) for batch in desk.batches] == [[1], [2, 3, 4]]


def test_alone_a_thread_is_answered_at_once() -> None:
    desk = Desk()
    desk.go_on.set()
    assert [desk.ask(one) for one in (1, 2)] == [10, 20]
    assert desk.batches == [[1], [2]]


def test_what_is_wrong_with_one_question_is_no_trouble_of_the_others() -> None:
    class Picky(Desk):
        def reckon(self, number: int) -> int:
            if number == 3:
                message = "a damaged row"
                raise ValueError(message)
            return super().reckon(number)

    heard = ask_while_the_first_is_answered(Picky(), [1, 2, 3, 4])
    assert [heard[0], heard[1], heard[3]] == [10, 20, 40]
    assert isinstance(heard[2], ValueError)


def test_where_the_database_is_away_all_hear_of_it_and_none_waits_on_it_alone() -> None:
    class Away(Desk):
        def reckon(self, number: int) -> int:
            if number > 1:
                raise OperationalError("SELECT", None, Exception("database is locked"))
            return super().reckon(number)

    desk = Away()
    heard = ask_while_the_first_is_answered(desk, [1, 2, 3])
    assert [type(one) for one in heard[1:]] == [OperationalError, OperationalError]
    assert len(desk.batches) == 2


def test_after_a_crash_in_the_middle_others_are_led_by_somebody_else() -> None:
    desk = Desk()
    desk.go_on.set()

    def dies(_take: Callable[[], Sequence[int]]) -> Sequence[int]:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        desk.together.ask(1, dies)
    assert desk.ask(2) == 20


def test_those_who_were_announced_are_waited_for_a_moment_and_no_longer() -> None:
    desk = Desk()
    desk.go_on.set()
    desk.together.expect(2)
    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(desk.ask, (1, 2))) == [10, 20]
    desk.together.expect(2)
    began = time.monotonic()
    assert desk.ask(3) == 30
    assert A_MOMENT_S / 2 < time.monotonic() - began < 100 * A_MOMENT_S
    assert desk.batches[-1] == [3]
