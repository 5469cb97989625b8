"""Scenes for teams, leaders and the partners who run channels of their own."""

from docs.pictures.canvas import Box, Canvas, Type
from docs.pictures.figures import Person, bust
from docs.pictures.frame import FLOOR
from docs.pictures.palette import (
    APRICOT,
    BLUE,
    COCOA,
    COPPER,
    GREY,
    HONEY,
    LILAC,
    MIST,
    NIGHT,
    ORANGE,
    PAPER,
    PEACH,
    PINK,
    PURPLE,
    SEA,
    SILVER,
    TURQUOISE,
    WHITE,
    Colour,
)
from docs.pictures.things import plant, plate, receiver, rules, sheet


def poster_in_the_staff_room(canvas: Canvas) -> None:
    """A poster with the three words hangs above a worktop with a kettle and two mugs."""
    canvas.rect((760, 640, 840, FLOOR - 640), GREY)
    canvas.rect((740, 620, 860, 34), PAPER, radius=6)
    sheet(canvas, (990, 56, 400, 500), BLUE)
    for x, y in ((1000, 60), (1380, 60)):
        canvas.rect((x - 34, y - 14, 68, 28), LILAC)
    for index, (word, colour) in enumerate(
        (("Think.", ORANGE), ("Check.", TURQUOISE), ("Share.", PURPLE))
    ):
        y = 168 + 138 * index
        canvas.disc((1066, y), 34, colour)
        canvas.say(word, (1126, y), Type(size=54, ink=WHITE, ground=BLUE))
    _kettle(canvas)
    _mug(canvas, 1180, ORANGE)
    _mug(canvas, 1300, WHITE)
    plant(canvas, (1490, 622), 180)


def _kettle(canvas: Canvas) -> None:
    canvas.arc((770, 392, 130, 170), (90, 270), (20, GREY))
    canvas.shape([(836, 430), (956, 430), (990, 604), (802, 604)], PINK)
    canvas.rect((800, 596, 192, 24), GREY, radius=8)
    canvas.shape([(958, 456), (1016, 426), (1026, 446), (972, 520)], PINK)
    canvas.wedge((836, 390, 120, 80), (180, 360), GREY)
    canvas.disc((896, 386), 14, GREY)


def _mug(canvas: Canvas, left: float, colour: Colour) -> None:
    canvas.arc((left + 52, 548, 56, 52), (0, 360), (12, colour))
    canvas.rect((left, 534, 82, 86), colour, radius=12)


def three_questions_for_leaders(canvas: Canvas) -> None:
    """A meeting table from above, six people around it and three numbered sheets on it."""
    canvas.rect((770, 56, 790, 704), SEA, radius=40)
    seats = ((960, 152), (1165, 126), (1370, 152), (960, 664), (1165, 690), (1370, 664))
    skins = (PEACH, COCOA, HONEY, COPPER, PEACH, COCOA)
    hairs = (GREY, NIGHT, ORANGE, GREY, PURPLE, NIGHT)
    tops = (PINK, ORANGE, BLUE, PURPLE, GREY, PINK)
    for seat, skin, hair, top in zip(seats, skins, hairs, tops, strict=True):
        _from_above(canvas, seat, (skin, hair, top))
    canvas.rect((846, 232, 638, 352), NIGHT, radius=176)
    canvas.rect((846, 220, 638, 352), PAPER, radius=176)
    for number, left in ((1, 930), (2, 1100), (3, 1270)):
        canvas.rect((left, 316, 132, 168), WHITE, radius=8)
        canvas.rect((left, 316, 132, 10), ORANGE)
        style = Type(size=64, ink=BLUE, ground=WHITE, anchor="mm")
        canvas.say(str(number), (left + 66, 386), style)
        rules(canvas, (left + 30, 432, 74, 40), 2, SILVER)


def _from_above(
    canvas: Canvas, at: tuple[float, float], colours: tuple[Colour, Colour, Colour]
) -> None:
    skin, hair, top = colours
    x, y = at
    inward = 1 if y < FLOOR / 2 else -1
    canvas.oval((x - 88, y - 44, 176, 92), top)
    for side in (-1, 1):
        canvas.stroke([(x + side * 70, y + 8 * inward), (x + side * 46, y + 84 * inward)], 34, top)
    canvas.disc((x, y + 10 * inward), 46, skin)
    canvas.disc((x, y - 2 * inward), 46, hair)


def partner_pack(canvas: Canvas) -> None:
    """Cards from the pack; the one in front has a dashed place for a logo."""
    canvas.disc((1220, 400), 380, APRICOT)
    _card(canvas, (1150, 90, 380, 300), TURQUOISE)
    _card(canvas, (850, 130, 380, 300), PURPLE)
    sheet(canvas, (950, 270, 520, 480))
    canvas.rect((980, 300, 460, 240), BLUE, radius=8)
    for index, colour in enumerate((ORANGE, TURQUOISE, PURPLE)):
        canvas.disc((1110 + 100 * index, 420), 62, colour)
    rules(canvas, (984, 566, 200, 140), 4)
    _dashes(canvas, (1222, 572, 216, 128))
    canvas.say("Your logo", (1330, 636), Type(size=32, ink=BLUE, ground=WHITE, anchor="mm"))


def _card(canvas: Canvas, box: Box, colour: Colour) -> None:
    left, top, width, _ = box
    sheet(canvas, box)
    canvas.rect((left + 20, top + 20, width - 40, 160), colour, radius=8)
    rules(canvas, (left + 28, top + 200, width - 60, 80), 2)


def _dashes(canvas: Canvas, box: Box) -> None:
    left, top, width, height = box
    for step in range(6):
        x = left + width * step / 6 + 6
        for y in (top, top + height):
            canvas.stroke([(x, y), (x + width / 12, y)], 6, PINK)
    for step in range(4):
        y = top + height * step / 4 + 8
        for x in (left - 4, left + width + 2):
            canvas.stroke([(x, y), (x, y + height / 8)], 6, PINK)


def what_we_are_not(canvas: Canvas) -> None:
    """A card to keep, with a telephone receiver and the three places to turn to."""
    canvas.disc((1210, 410), 390, MIST)
    sheet(canvas, (830, 110, 690, 600))
    canvas.rect((830, 110, 690, 250), PINK, radius=10, top_only=True)
    _receiver(canvas)
    canvas.say("In danger now", (1090, 190), Type(size=36, ink=WHITE, ground=PINK))
    canvas.say("999", (1086, 274), Type(size=92, ink=WHITE, ground=PINK))
    worry = Type(size=34, ink=BLUE, ground=WHITE)
    plain = Type(size=30, ink=GREY, ground=WHITE, bold=False)
    canvas.say("Worried?", (880, 424), worry)
    canvas.say("Your safeguarding lead, or", (880, 476), plain)
    canvas.say("your council's children's services", (880, 518), plain)
    canvas.stroke([(880, 572), (1470, 572)], 4, SILVER)
    canvas.say("How to share?", (880, 622), worry)
    canvas.say("This campaign", (1200, 622), plain)


def _receiver(canvas: Canvas) -> None:
    canvas.disc((956, 236), 92, WHITE)
    receiver(canvas, (952, 242), 96, PINK)


def everyones_job(canvas: Canvas) -> None:
    """Four people in different jobs stand side by side, each with a name plate."""
    canvas.disc((1158, 590), 400, LILAC)
    people = (
        (846, 390, Person(skin=HONEY, top=WHITE, style="bald", collar=SILVER), "Cook"),
        (1054, 430, Person(skin=COCOA, top=TURQUOISE, hair=GREY, style="curly"), "Coach"),
        (1262, 400, Person(skin=COPPER, top=PINK, hair=BLUE, style="scarf"), "Teacher"),
        (1470, 440, Person(skin=PEACH, top=BLUE, style="bald"), "Officer"),
    )
    for x, height, person, job in people:
        bust(canvas, person, base=(x, FLOOR), height=height)
        _hat(canvas, job, (x, FLOOR - 346 * height / 400))
    for x, _, _, job in people:
        style = Type(size=28, ink=WHITE, ground=GREY, anchor="mm")
        plate(canvas, (x - 86, FLOOR - 80, 172, 60), job, style)


def _hat(canvas: Canvas, job: str, at: tuple[float, float]) -> None:
    x, y = at
    if job == "Cook":
        for dx in (-46, 0, 46):
            canvas.disc((x + dx, y - 56), 42, WHITE)
        canvas.rect((x - 66, y - 60, 132, 74), WHITE, radius=10)
        canvas.rect((x - 66, y - 8, 132, 24), SILVER)
    if job == "Officer":
        canvas.oval((x - 104, y - 70, 208, 84), BLUE)
        canvas.rect((x - 80, y - 28, 160, 46), NIGHT)
        canvas.wedge((x - 86, y - 20, 172, 70), (0, 180), GREY)
        canvas.disc((x, y - 10), 15, PAPER)
