"""Where a post stands, as the partner is told: a tag, and a sentence on what to do now."""

from dataclasses import dataclass

from campaign.partner_links.posts import PartnerPost
from campaign.states import State
from campaign.store.sight import Because

ASKS, TO_POST, AHEAD, OUT, ASIDE = "asks", "to-post", "ahead", "out", "aside"
GROUPS = {
    ASKS: "Waiting for your answer",
    TO_POST: "For you to post",
    AHEAD: "Ahead",
    OUT: "Live",
    ASIDE: "Not going out",
}
"""Under which heading a post is listed, in this order."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Words:
    """What a partner reads of one post's state."""

    tag: str
    sentence: str
    group: str


_BY_STATE: dict[State, Words] = {
    State.AWAITING_APPROVAL: Words(
        tag="Being prepared",
        sentence="The campaign's team has yet to approve it. There is nothing to do for you.",
        group=AHEAD,
    ),
    State.PLANNED: Words(
        tag="Scheduled",
        sentence="It goes out on your account by itself. There is nothing to do for you.",
        group=AHEAD,
    ),
    State.SENDING: Words(tag="Going out now", sentence="It is being sent.", group=AHEAD),
    State.UNKNOWN: Words(
        tag="Being checked",
        sentence="It was sent, and it is being checked whether it went out. Please do not post it.",
        group=AHEAD,
    ),
    State.WITH_PARTNER: Words(
        tag="For you to post",
        sentence="Post it at its time or when it suits you, then tell us its address below.",
        group=TO_POST,
    ),
    State.PUBLISHED: Words(tag="Live", sentence="It is out. Thank you.", group=OUT),
    State.REFUSED: Words(
        tag="Not out",
        sentence="The network did not take it. The campaign's team looks after it.",
        group=ASIDE,
    ),
    State.HELD: Words(
        tag="On hold",
        sentence="Please do not post it. The campaign's team decides what becomes of it.",
        group=ASIDE,
    ),
    State.MISSED: Words(
        tag="Not out",
        sentence="Its time has passed. The campaign's team decides what becomes of it.",
        group=ASIDE,
    ),
    State.CANCELLED: Words(
        tag="Taken out", sentence="It will not go out. Please do not post it.", group=ASIDE
    ),
    State.DECLINED: Words(
        tag="You said no",
        sentence="It does not go out. If it did after all, tell us its address below.",
        group=ASIDE,
    ),
    State.NO_ANSWER: Words(
        tag="No answer",
        sentence="Nobody answered in time, which counts as a no. If it is out after all, tell us "
        "its address below.",
        group=ASIDE,
    ),
}
_ASKED = Words(
    tag="Waiting for your answer",
    sentence="Look at it as it would go out, then say yes, no, or what should change.",
    group=ASKS,
)
_ASKED_UNSEEN = Words(
    tag="Waiting for your answer",
    sentence="You can say yes once you can see it. You can say no now.",
    group=ASKS,
)
_ASKED_LATE = Words(
    tag="No answer yet",
    sentence="The time to answer is over, which counts as a no. You can still say yes until its "
    "own time comes.",
    group=ASKS,
)
_WITHDRAWN = Words(
    tag="Withdrawn",
    sentence="Please do not post it. If you have posted it, please delete it.",
    group=ASIDE,
)
_NOT_NOW = Words(
    tag="Not now",
    sentence="Please do not post it now. What you have copied has to wait as well.",
    group=TO_POST,
)


def words_of(post: PartnerPost) -> Words:
    """Return where a post stands, in the partner's words."""
    if post.sight.withdrawn or post.state is State.WITHDRAWN:
        return _WITHDRAWN
    if post.waits_for_partner and post.state is State.NO_ANSWER:
        return _ASKED_LATE
    if post.waits_for_partner:
        return _ASKED if post.may_accept else _ASKED_UNSEEN
    if post.state is State.WITH_PARTNER and not post.is_seen:
        return _NOT_NOW
    return _BY_STATE[post.state]


def why_hidden(post: PartnerPost) -> str:
    """Say why words and pictures are not shown; empty where they are.

    An embargo's end is told by the page, in the campaign's zone.
    """
    if post.is_seen or post.sight.embargo_until:
        return ""
    if post.sight.quiet:
        return f"Words and pictures are not shown for now: {post.sight.quiet}."
    if post.sight.hidden is Because.HELD:
        return "Words and pictures are not shown for now: the campaign's team decides on it first."
    if post.sight.hidden is Because.APPROVAL:
        return "Words and pictures are shown once the campaign's team has approved them."
    return "Its words and pictures are no longer shown."
