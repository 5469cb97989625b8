"""Scenes for the ten steps and the myths."""

from docs.pictures.canvas import Canvas, Type
from docs.pictures.frame import FLOOR
from docs.pictures.palette import (
    APRICOT,
    BLUE,
    GREY,
    MIST,
    NIGHT,
    ORANGE,
    PAPER,
    PINK,
    PURPLE,
    SILVER,
    TURQUOISE,
    WHITE,
    Colour,
    mix,
)
from docs.pictures.things import plant, rules, sheet, tick


def consent_is_one_route(canvas: Canvas) -> None:
    """A path forks; a signpost names four routes, one of them consent."""
    canvas.disc((1240, 300), 230, APRICOT)
    canvas.oval((690, 520, 1300, 620), TURQUOISE)
    canvas.shape([(1080, FLOOR), (1400, FLOOR), (1296, 712), (1184, 712)], PAPER)
    canvas.shape([(1184, 714), (1250, 668), (1030, 560), (962, 582)], PAPER)
    canvas.shape([(1296, 714), (1230, 668), (1434, 530), (1502, 537)], PAPER)
    canvas.shape([(1184, 714), (1296, 714), (1240, 660)], PAPER)
    canvas.rect((1227, 60, 26, 570), GREY, radius=8)
    boards = (
        ("Public task", BLUE, 96, 1),
        ("Consent", GREY, 198, -1),
        ("Legal obligation", NIGHT, 300, 1),
        ("Legitimate interests", BLUE, 402, -1),
    )
    for text, colour, top, way in boards:
        _board(canvas, (text, colour), top, way)


def _board(canvas: Canvas, face: tuple[str, Colour], top: float, way: int) -> None:
    text, colour = face
    half = 215 if len(text) > 12 else 160
    centre = 1240 + way * 40
    left, right = centre - half, centre + half
    tip = right + 46 if way > 0 else left - 46
    edge = right if way > 0 else left
    canvas.rect((left, top, 2 * half, 80), colour)
    canvas.shape([(edge, top), (tip, top + 40), (edge, top + 80)], colour)
    style = Type(size=32, ink=WHITE, ground=colour, anchor="mm")
    canvas.say(text, (centre, top + 40), style)


def telling_the_family(canvas: Canvas) -> None:
    """A quiz card with a statement and two boxes, myth and fact; myth is ticked."""
    canvas.disc((1230, 410), 390, PURPLE)
    canvas.rect((930, 130, 560, 560), ORANGE, radius=30)
    canvas.rect((900, 100, 560, 560), WHITE, radius=30)
    canvas.rect((900, 100, 560, 96), GREY, radius=30, top_only=True)
    canvas.say("Quiz", (1180, 148), Type(size=42, ink=WHITE, ground=GREY, anchor="mm"))
    style = Type(size=40, ink=BLUE, ground=WHITE, anchor="mm")
    for index, line in enumerate(("You must always", "tell the family", "before you share.")):
        canvas.say(line, (1180, 276 + 58 * index), style)
    for left, answer in ((948, "Myth"), (1200, "Fact")):
        canvas.rect((left, 500, 212, 104), MIST, radius=20)
        canvas.rect((left + 22, 526, 52, 52), WHITE, radius=8)
        small = Type(size=36, ink=BLUE, ground=MIST, anchor="mm")
        canvas.say(answer, (left + 140, 552), small)
    tick(canvas, (996, 548), 56, PINK)


def would_a_new_starter_know(canvas: Canvas) -> None:
    """An induction folder; a checklist of three lines looks out of it."""
    canvas.rect((0, 724, 1600, FLOOR - 724), mix(TURQUOISE, GREY, 0.35))
    canvas.rect((900, 300, 600, 424), NIGHT, radius=18)
    canvas.rect((986, 60, 460, 560), WHITE, radius=10)
    style = Type(size=36, ink=BLUE, ground=WHITE)
    for index, line in enumerate(("Whom to tell", "What to share", "What to note")):
        y = 136 + 86 * index
        canvas.rect((1020, y - 24, 48, 48), MIST, radius=6)
        tick(canvas, (1046, y - 4), 42, PINK)
        canvas.say(line, (1094, y), style)
    canvas.rect((900, 372, 600, 352), ORANGE, radius=18)
    canvas.rect((900, 300, 84, 424), mix(ORANGE, GREY, 0.35), radius=18)
    for y in (344, 680):
        canvas.disc((942, y), 16, PAPER)
    canvas.rect((1050, 468, 380, 150), WHITE, radius=10)
    canvas.say("Induction", (1240, 543), Type(size=54, ink=GREY, ground=WHITE, anchor="mm"))
    plant(canvas, (800, 728), 220)


def plan_before_you_need_it(canvas: Canvas) -> None:
    """A wall calendar with one day ringed, and an agreement with two signatures."""
    canvas.disc((1220, 420), 390, TURQUOISE)
    sheet(canvas, (850, 130, 420, 440))
    canvas.rect((850, 130, 420, 100), PINK, radius=10, top_only=True)
    canvas.say("March", (1060, 182), Type(size=46, ink=WHITE, ground=PINK, anchor="mm"))
    for left in (930, 1180):
        canvas.rect((left, 104, 18, 56), GREY, radius=9)
    for row in range(4):
        for column in range(5):
            canvas.rect((880 + 74 * column, 256 + 74 * row, 60, 58), MIST, radius=8)
    canvas.arc((1012, 318, 92, 92), (0, 360), (10, ORANGE))
    _agreement(canvas)


def _agreement(canvas: Canvas) -> None:
    sheet(canvas, (1150, 300, 370, 470))
    canvas.say("Agreement", (1335, 362), Type(size=44, ink=BLUE, ground=WHITE, anchor="mm"))
    rules(canvas, (1194, 410, 282, 170), 4)
    for left, colour in ((1190, BLUE), (1350, PINK)):
        canvas.stroke([(left, 716), (left + 128, 716)], 5, GREY)
        swing = [(8, 690), (28, 650), (40, 696), (62, 656), (76, 696), (112, 668)]
        canvas.stroke([(left + dx, y) for dx, y in swing], 7, colour)


def pick_your_lawful_basis(canvas: Canvas) -> None:
    """Three doors with plates; light comes from the one that stands open."""
    canvas.rect((0, 700, 1600, FLOOR - 700), SILVER)
    doors = ((800, TURQUOISE), (1070, ORANGE), (1340, PURPLE))
    names = (("Public", "task"), ("Legal", "obligation"), ("Legitimate", "interests"))
    for (left, colour), name in zip(doors, names, strict=True):
        _door(canvas, left, colour, is_open=colour == ORANGE)
        canvas.rect((left - 10, 82, 240, 112), BLUE, radius=12)
        style = Type(size=30, ink=WHITE, ground=BLUE, anchor="mm")
        for index, line in enumerate(name):
            canvas.say(line, (left + 110, 118 + 40 * index), style)


def _door(canvas: Canvas, left: float, colour: Colour, *, is_open: bool) -> None:
    canvas.rect((left - 14, 226, 248, 474), GREY, radius=8)
    canvas.rect((left, 240, 220, 460), APRICOT if is_open else colour)
    if is_open:
        canvas.shape([(left, 700), (left + 220, 700), (left + 290, FLOOR), (left, FLOOR)], APRICOT)
        canvas.shape([(left, 240), (left + 84, 268), (left + 84, 740), (left, 700)], colour)
        canvas.disc((left + 66, 496), 10, GREY)
        return
    shade = mix(colour, GREY, 0.2)
    for top in (270, 490):
        canvas.rect((left + 34, top, 152, 180), shade, radius=6)
    canvas.disc((left + 196, 474), 13, GREY)
