"""Which scene and which words each post's picture has."""

from collections.abc import Callable

from docs.pictures import scenes_paper, scenes_steps, scenes_team, scenes_why
from docs.pictures.canvas import Canvas
from docs.pictures.frame import Words
from docs.pictures.palette import (
    APRICOT,
    BLUE,
    GREY,
    LILAC,
    ORANGE,
    PAPER,
    PINK,
    PURPLE,
    SEA,
    WHITE,
    Colour,
)


def _dark(ground: Colour, kicker: str, headline: tuple[str, ...], *below: str) -> Words:
    """White words on a dark ground."""
    accent = ORANGE if ground != PINK else PURPLE
    return Words(
        kicker=kicker,
        headline=headline,
        below=below,
        ground=ground,
        ink=WHITE,
        accent=accent,
    )


def _light(ground: Colour, kicker: str, headline: tuple[str, ...], *below: str) -> Words:
    """Dark blue words on a light ground."""
    return Words(kicker=kicker, headline=headline, below=below, ground=ground, accent=PINK)


PICTURES: dict[str, tuple[Callable[[Canvas], None], Words]] = {
    "law-helps-you-share": (
        scenes_why.law_helps_you_share,
        _dark(
            BLUE,
            "Myth and fact",
            ("The law", "helps you", "share"),
            "It does not stand in the way.",
        ),
    ),
    "three-words": (
        scenes_why.three_words,
        _light(PAPER, "When a child may need you", ("Three", "words", "to know")),
    ),
    "consent-is-one-route": (
        scenes_steps.consent_is_one_route,
        _dark(
            PINK, "Myth and fact", ("Consent", "is only", "one route"), "Often another fits better."
        ),
    ),
    "worried-right-now": (
        scenes_why.worried_right_now,
        _light(
            APRICOT, "Urgent", ("Worried", "right now?", "Do not wait"), "Share what is needed."
        ),
    ),
    "not-sharing-can-hurt": (
        scenes_why.not_sharing_can_hurt,
        _dark(GREY, "Why it matters", ("Not sharing", "can hurt", "too"), "Who needs your piece?"),
    ),
    "small-pieces-full-picture": (
        scenes_why.small_pieces_full_picture,
        _light(LILAC, "Why it matters", ("Small", "pieces, full", "picture")),
    ),
    "know-your-contact": (
        scenes_paper.know_your_contact,
        _dark(BLUE, "Step 1", ("Whom", "would you", "ask?"), "Put the name on the board."),
    ),
    "would-a-new-starter-know": (
        scenes_steps.would_a_new_starter_know,
        _light(SEA, "Step 3", ("Would a", "new starter", "know?"), "Make it one clear page."),
    ),
    "plan-before-you-need-it": (
        scenes_steps.plan_before_you_need_it,
        _dark(
            BLUE,
            "Steps 5 and 6",
            ("Plan it", "before you", "need it"),
            "For sharing that happens often.",
        ),
    ),
    "pick-your-lawful-basis": (
        scenes_steps.pick_your_lawful_basis,
        _light(PAPER, "Step 8", ("Which", "door is", "yours?"), "Choose, and note why."),
    ),
    "telling-the-family": (
        scenes_steps.telling_the_family,
        _dark(PINK, "Myth or fact?", ("Must you", "always tell", "first?")),
    ),
    "the-ten-steps": (
        scenes_paper.the_ten_steps,
        _dark(BLUE, "The whole guide", ("Ten steps,", "one at", "a time")),
    ),
    "poster-in-the-staff-room": (
        scenes_team.poster_in_the_staff_room,
        _light(APRICOT, "For your wall", ("Hang it", "by the", "kettle"), "Free to print."),
    ),
    "three-questions-for-leaders": (
        scenes_team.three_questions_for_leaders,
        _dark(GREY, "For leaders", ("Three", "questions,", "one table")),
    ),
    "everyones-job": (
        scenes_team.everyones_job,
        _light(PAPER, "Keeping children safe", ("It is", "everyone's", "job")),
    ),
    "officers-record-it": (
        scenes_paper.officers_record_it,
        _dark(BLUE, "For officers", ("Share it,", "then", "record it"), "Three lines are enough."),
    ),
    "partner-pack": (
        scenes_team.partner_pack,
        _dark(PINK, "For partners", ("Add your", "logo and", "post"), "Begin with one this week."),
    ),
    "what-we-are-not": (
        scenes_team.what_we_are_not,
        _dark(BLUE, "Where to turn", ("A child", "needs", "help?"), "Keep this card."),
    ),
}
