"""What people are told by e-mail as soon as it happens, and which of it they may do without."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from campaign.states import State

DIGEST = "digest"
"""The daily letter, where people choose what they get."""
TOLD_WITHIN = timedelta(minutes=5)
"""The promise: from what happened to the letter's leaving, with a mail server that takes it."""
GATHERED_FOR = timedelta(minutes=2)
"""How long the first thing waits for others, so that what happens together is one letter."""
LOOKED_FOR = timedelta(minutes=3, seconds=30)
"""The same where a network is still to be asked whether a post is out: mostly it then says so."""
TROUBLE_AGAIN_AFTER = timedelta(hours=1)
"""How long after a letter about trouble the next one follows: it has everything since."""


class Kind(StrEnum):
    """What is told at once. The values are stored, and stand in forms."""

    APPROVAL = "approval"
    SENT_BACK = "sent-back"
    PARTNER = "partner"
    REFUSED = "refused"
    UNKNOWN = "unknown"
    MISSED = "missed"


@dataclass(frozen=True, kw_only=True, slots=True)
class Words:
    """How a kind is spoken of."""

    choice: str
    """On one's own page, where it is turned off and on."""
    one: str
    """In a subject line, for one of them; `{n}` is how many."""
    many: str
    heading: str
    remedy: str


WORDS: dict[Kind, Words] = {
    Kind.REFUSED: Words(
        choice="The network said no to a post",
        one="1 post refused",
        many="{n} posts refused",
        heading="The network said no",
        remedy="It does not go out by itself. Mend what the network says, then decide.",
    ),
    Kind.UNKNOWN: Words(
        choice="Nobody knows whether a post went out",
        one="1 post out or not",
        many="{n} posts out or not",
        heading="Out or not?",
        remedy="The request left and no clear answer came. Look at the account, then say; "
        "until then it is not sent again.",
    ),
    Kind.MISSED: Words(
        choice="A post missed its time",
        one="1 post too late",
        many="{n} posts too late",
        heading="Too late",
        remedy="It does not go out by itself any more. Send it now, move it or drop it.",
    ),
    Kind.APPROVAL: Words(
        choice="A post waits for your yes",
        one="1 post for your yes",
        many="{n} posts for your yes",
        heading="For your yes",
        remedy="Without a yes before its time it does not go out.",
    ),
    Kind.SENT_BACK: Words(
        choice="A post of yours was sent back",
        one="1 post sent back",
        many="{n} posts sent back",
        heading="Sent back to you",
        remedy="Change it and apply it, or talk to whoever sent it back.",
    ),
    Kind.PARTNER: Words(
        choice="A partner says no to a post of yours, or wants other words",
        one="1 answer of a partner",
        many="{n} answers of partners",
        heading="What partners said",
        remedy="A wish for other words waits for you; a no is final for that channel.",
    ),
}
"""In the order in which a letter has them."""

TROUBLE = frozenset({Kind.REFUSED, Kind.UNKNOWN, Kind.MISSED})
"""What went wrong with a post. Nobody turns these off for posts that they look after."""
STATE_OF: dict[Kind, State] = {
    Kind.REFUSED: State.REFUSED,
    Kind.UNKNOWN: State.UNKNOWN,
    Kind.MISSED: State.MISSED,
}
