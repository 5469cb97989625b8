import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign.states import (
    CHANGEABLE,
    MOVES,
    PEOPLES_WORDS,
    IllegalMoveError,
    State,
    check_move,
    check_table,
)


def test_every_state_has_moves_and_words_for_people() -> None:
    assert set(MOVES) == set(State) == set(PEOPLES_WORDS)


def test_what_is_out_can_be_taken_down_and_nothing_else() -> None:
    assert MOVES[State.PUBLISHED] == {State.WITHDRAWN}


def test_an_unknown_outcome_is_never_sent_again_without_a_look() -> None:
    assert State.SENDING not in MOVES[State.UNKNOWN]


def test_only_a_planned_delivery_can_be_sent() -> None:
    assert [old for old in State if State.SENDING in MOVES[old]] == [State.PLANNED]


def test_the_plan_changes_only_what_nobody_has_touched_yet() -> None:
    assert set(CHANGEABLE) == {State.AWAITING_APPROVAL, State.PLANNED, State.WITH_PARTNER}


@given(old=st.sampled_from(list(State)), new=st.sampled_from(list(State)))
def test_a_move_outside_the_table_is_refused(old: State, new: State) -> None:
    if new in MOVES[old]:
        check_move(old, new)
    else:
        with pytest.raises(IllegalMoveError, match=f"cannot go from {old} to {new}"):
            check_move(old, new)


def test_a_table_that_forgets_a_state_is_refused_when_the_program_starts() -> None:
    without_held: dict[State, frozenset[State]] = {
        old: moves for old, moves in MOVES.items() if old is not State.HELD
    }
    with pytest.raises(IllegalMoveError, match="held"):
        check_table(without_held)


def test_a_table_with_a_state_that_nothing_leads_to_is_refused() -> None:
    unreachable = {old: moves - {State.DECLINED} for old, moves in MOVES.items()}
    with pytest.raises(IllegalMoveError, match="declined"):
        check_table(unreachable)
