"""Scenes in which something is written down: a noticeboard, a page, a notebook."""

from docs.pictures.canvas import Canvas, Type
from docs.pictures.palette import (
    APRICOT,
    BLUE,
    GREY,
    LILAC,
    MIST,
    NIGHT,
    ORANGE,
    PAPER,
    PINK,
    PURPLE,
    SEA,
    SILVER,
    TURQUOISE,
    WHITE,
    mix,
)
from docs.pictures.things import pin, rules, sheet


def know_your_contact(canvas: Canvas) -> None:
    """A noticeboard; the card in its middle carries a name and a room."""
    canvas.rect((820, 70, 716, 640), GREY, radius=18)
    canvas.rect((846, 96, 664, 588), APRICOT, radius=6)
    canvas.rect((876, 130, 190, 150), MIST)
    canvas.rect((1300, 126, 180, 220), SEA)
    rules(canvas, (1322, 160, 136, 160), 4, TURQUOISE)
    canvas.disc((971, 214), 40, ORANGE)
    canvas.rect((884, 564, 160, 104), LILAC)
    canvas.shape([(912, 654), (964, 590), (1016, 654)], PURPLE)
    canvas.rect((1330, 572, 150, 92), WHITE)
    rules(canvas, (1356, 604, 98, 44), 2)
    _contact_card(canvas)
    for at in ((971, 134), (1390, 130), (964, 566), (1405, 574)):
        pin(canvas, at, PINK)


def _contact_card(canvas: Canvas) -> None:
    canvas.rect((960, 224, 440, 320), mix(ORANGE, GREY, 0.35), radius=8)
    canvas.rect((950, 214, 440, 320), WHITE, radius=8)
    style = Type(size=28, ink=GREY, ground=WHITE, bold=False, anchor="mm")
    canvas.say("Data protection", (1170, 290), style)
    canvas.say("questions? Ask", (1170, 328), style)
    canvas.say("Priya Nair", (1170, 404), Type(size=54, ink=BLUE, ground=WHITE, anchor="mm"))
    canvas.say("Room 4", (1170, 478), Type(size=34, ink=GREY, ground=WHITE, anchor="mm"))
    pin(canvas, (1170, 240))


def the_ten_steps(canvas: Canvas) -> None:
    """A page with ten numbered lines in two columns."""
    canvas.disc((1240, 400), 390, TURQUOISE)
    sheet(canvas, (850, 80, 640, 670))
    canvas.say("Ten steps", (1170, 142), Type(size=48, ink=BLUE, ground=WHITE, anchor="mm"))
    colours = (BLUE, PINK, GREY, BLUE, PINK)
    for number in range(1, 11):
        column, row = divmod(number - 1, 5)
        x, y = 918 + 300 * column, 250 + 105 * row
        canvas.disc((x, y), 38, colours[row])
        style = Type(size=34, ink=WHITE, ground=colours[row], anchor="mm")
        canvas.say(str(number), (x, y), style, said="1 to 10")
        canvas.stroke([(x + 66, y - 14), (x + 200, y - 14)], 12, SILVER)
        canvas.stroke([(x + 66, y + 16), (x + 150, y + 16)], 12, SILVER)


def officers_record_it(canvas: Canvas) -> None:
    """An open notebook with three questions, and a pen."""
    canvas.rect((828, 96, 680, 640), NIGHT, radius=26)
    canvas.rect((852, 116, 632, 600), PAPER, radius=14)
    for row in range(9):
        y = 160 + 64 * row
        canvas.disc((884, y), 12, NIGHT)
        canvas.stroke([(826, y), (884, y)], 9, SILVER)
    style = Type(size=44, ink=BLUE, ground=PAPER)
    for index, line in enumerate(("What?", "With whom?", "Why?")):
        y = 206 + 184 * index
        canvas.say(line, (946, y), style)
        canvas.stroke([(948, y + 76), (1400 - 90 * index, y + 76)], 8, PURPLE)
    _pen(canvas)


def _pen(canvas: Canvas) -> None:
    canvas.stroke([(1548, 250), (1400, 530)], 34, ORANGE)
    canvas.stroke([(1548, 250), (1528, 288)], 34, PINK)
    canvas.shape([(1383, 526), (1417, 542), (1378, 582)], GREY)
