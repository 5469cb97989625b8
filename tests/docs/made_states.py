"""Makes `docs/reference/states.md` and its two pictures from `campaign/states.py`."""

from campaign.states import CHANGEABLE, MAY_STILL_GO, MOVES, OUT, PEOPLES_WORDS, State
from tests.docs.drawn import Box, drawing

HEAD = """\
# States and moves

Made from the table that the program itself obeys (`campaign/states.py`). Do not edit this page. What each state asks of
you stands in [operations](../operations.md#what-the-states-ask-of-you), what the words mean in the
[glossary](../glossary.md#states-of-a-delivery).

![The usual life of a delivery: waiting for approval, scheduled, sending, and then live. From sending it may come back as refused, or as unknown until it is found to be live. From scheduled it may be put on hold or be too late, and a person may drop either. What a partner posts by hand goes from waiting to with the partner, and then live, declined or without an answer. What is live may be withdrawn.](../images/states.svg)

"""  # noqa: E501 - words of a picture stand on its line
USUAL = (
    *((State.AWAITING_APPROVAL, to) for to in (State.PLANNED, State.WITH_PARTNER)),
    *((State.PLANNED, to) for to in (State.SENDING, State.HELD, State.MISSED)),
    *((State.SENDING, to) for to in (State.PUBLISHED, State.REFUSED, State.UNKNOWN)),
    (State.UNKNOWN, State.PUBLISHED),
    *((State.WITH_PARTNER, to) for to in (State.PUBLISHED, State.DECLINED, State.NO_ANSWER)),
    (State.PUBLISHED, State.WITHDRAWN),
    *((state, State.CANCELLED) for state in (State.HELD, State.MISSED)),
)
"""The moves that are drawn: those of everyday life. The table has all."""

_PLACES = {
    State.AWAITING_APPROVAL: (0, 1),
    State.PLANNED: (1, 1),
    State.SENDING: (2, 1),
    State.PUBLISHED: (3, 1),
    State.WITHDRAWN: (4, 1),
    State.HELD: (1, 0),
    State.CANCELLED: (1, -1),
    State.MISSED: (0, 0),
    State.REFUSED: (2, 0),
    State.UNKNOWN: (3, 0),
    State.WITH_PARTNER: (1, 2),
    State.DECLINED: (2, 3),
    State.NO_ANSWER: (1, 3),
}


def states_page() -> str:
    """Return the page: the picture, what each state is, and every move there is."""
    return "\n".join([HEAD + _kinds(), "## Every move there is\n", _words(), *_matrix(), ""])


def _words() -> str:
    count = sum(len(ends) for ends in MOVES.values())
    return (
        f"From the row to the column: {count} moves between {len(State)} states. "
        "A move that has no mark is impossible; the program stops before it writes one.\n"
    )


def _kinds() -> str:
    rows = ["| state | people read | the plan may change it | may still go out | was seen |"]
    rows.append("|---|---|---|---|---|")
    for state in State:
        marks = ("yes" if state in kind else "" for kind in (CHANGEABLE, MAY_STILL_GO, OUT))
        rows.append(f"| `{state}` | {PEOPLES_WORDS[state]} | {' | '.join(marks)} |")
    return "\n".join([*rows, ""])


def _matrix() -> list[str]:
    heads = [f"`{one}`" for one in State]
    rows = [f"| from, to | {' | '.join(heads)} |", "|---" * (len(heads) + 1) + "|"]
    for old in State:
        marks = ("yes" if new in MOVES[old] else "" for new in State)
        rows.append(f"| `{old}` | {' | '.join(marks)} |")
    return rows


def states_picture() -> str:
    """Return the drawing of the usual moves; each of them has to be in the table."""
    wrong = [(old, new) for old, new in USUAL if new not in MOVES[old]]
    assert wrong == [], wrong
    boxes = {
        str(state): Box(column=column, row=row + 1, words=(PEOPLES_WORDS[state], str(state)))
        for state, (column, row) in _PLACES.items()
    }
    arrows = [(str(old), str(new)) for old, new in USUAL]
    return drawing(boxes, arrows, "The usual life of a delivery")
