"""Scenes for the launch, the reasons and the urgent posts."""

from docs.pictures.canvas import Canvas, Type
from docs.pictures.figures import Person, arm, bust
from docs.pictures.frame import FLOOR
from docs.pictures.palette import (
    APRICOT,
    BLUE,
    COPPER,
    GREY,
    LILAC,
    MIST,
    NIGHT,
    ORANGE,
    PAPER,
    PEACH,
    PINK,
    PURPLE,
    SILVER,
    TURQUOISE,
    WHITE,
)
from docs.pictures.things import Piece, piece, receiver, seam, tick


def law_helps_you_share(canvas: Canvas) -> None:
    """Two colleagues in front of a nursery hold up a sign with a tick."""
    canvas.disc((1200, 430), 400, TURQUOISE)
    _nursery(canvas)
    left = Person(skin=COPPER, top=ORANGE, hair=NIGHT, style="bun", collar=PAPER)
    right = Person(skin=PEACH, top=PURPLE, hair=GREY, style="short", collar=PAPER)
    canvas.stroke([(1200, 330), (1200, FLOOR - 20)], 20, GREY)
    canvas.disc((1200, 250), 148, GREY)
    canvas.disc((1200, 250), 136, WHITE)
    tick(canvas, (1200, 256), 150, TURQUOISE)
    bust(canvas, left, base=(985, FLOOR), height=410)
    bust(canvas, right, base=(1415, FLOOR), height=430)
    arm(canvas, left, [(1068, FLOOR - 96), (1122, FLOOR - 190), (1186, 590)], width=62)
    arm(canvas, right, [(1330, FLOOR - 100), (1276, FLOOR - 150), (1214, 660)], width=62)


def _nursery(canvas: Canvas) -> None:
    canvas.shape([(880, 390), (1200, 170), (1520, 390)], PINK)
    canvas.rect((920, 388, 560, FLOOR - 388), PAPER)
    for index, colour in enumerate((ORANGE, TURQUOISE, PURPLE, PINK) * 2):
        left = 920 + 70 * index
        canvas.shape([(left + 4, 390), (left + 66, 390), (left + 35, 438)], colour)
    for left in (956, 1356):
        canvas.rect((left, 470, 88, 100), MIST, radius=8)
    canvas.rect((0, FLOOR - 4, 1600, 4), TURQUOISE)


def three_words(canvas: Canvas) -> None:
    """Three steps, rising, each with a round mark and one of the words."""
    steps = ((790, 560, BLUE), (1060, 440, PINK), (1330, 320, GREY))
    names = ("Think", "Check", "Share")
    for (left, top, colour), name in zip(steps, names, strict=True):
        canvas.rect((left, top, 270, FLOOR - top), colour)
        style = Type(size=46, ink=WHITE, ground=colour, anchor="mm")
        canvas.say(name, (left + 135, top + 76), style)
    _thought(canvas, (925, 440))
    _lens(canvas, (1195, 320))
    _passing_on(canvas, (1465, 200))


def _thought(canvas: Canvas, centre: tuple[float, float]) -> None:
    x, y = centre
    canvas.disc((x, y), 92, ORANGE)
    for dx, dy, radius in ((-26, 4, 28), (8, -14, 34), (36, 10, 24), (-40, 46, 10), (-58, 64, 6)):
        canvas.disc((x + dx, y + dy), radius, WHITE)
    canvas.rect((x - 30, y, 70, 33), WHITE, radius=16)


def _lens(canvas: Canvas, centre: tuple[float, float]) -> None:
    x, y = centre
    canvas.disc((x, y), 92, TURQUOISE)
    canvas.stroke([(x + 20, y + 20), (x + 50, y + 50)], 18, WHITE)
    canvas.disc((x - 10, y - 10), 46, WHITE)
    canvas.disc((x - 10, y - 10), 32, TURQUOISE)
    tick(canvas, (x - 10, y - 9), 32, WHITE)


def _passing_on(canvas: Canvas, centre: tuple[float, float]) -> None:
    x, y = centre
    canvas.disc((x, y), 92, PURPLE)
    ends = ((40, -42), (40, 42))
    for dx, dy in ends:
        canvas.stroke([(x - 38, y), (x + dx, y + dy)], 12, WHITE)
        canvas.disc((x + dx, y + dy), 20, WHITE)
    canvas.disc((x - 38, y), 24, WHITE)


def worried_right_now(canvas: Canvas) -> None:
    """A big wall clock and a telephone with 999 on its screen."""
    canvas.disc((1060, 380), 300, GREY)
    canvas.disc((1060, 380), 272, WHITE)
    for hour in range(12):
        _hour(canvas, hour)
    canvas.stroke([(1060, 380), (1060, 190)], 20, GREY)
    canvas.stroke([(1060, 380), (1180, 450)], 20, GREY)
    canvas.stroke([(1060, 380), (950, 500)], 8, ORANGE)
    canvas.disc((1060, 380), 24, ORANGE)
    _phone(canvas)


def _hour(canvas: Canvas, hour: int) -> None:
    dx, dy = _ON_A_CLOCK[hour]
    inner, outer = (208, 246) if hour % 3 == 0 else (228, 246)
    points = [(1060 + dx * inner, 380 + dy * inner), (1060 + dx * outer, 380 + dy * outer)]
    canvas.stroke(points, 14 if hour % 3 == 0 else 8, BLUE)


_HALF, _ROOT = 0.5, 0.8660254
_ON_A_CLOCK = (
    (0.0, -1.0), (_HALF, -_ROOT), (_ROOT, -_HALF), (1.0, 0.0), (_ROOT, _HALF), (_HALF, _ROOT),
    (0.0, 1.0), (-_HALF, _ROOT), (-_ROOT, _HALF), (-1.0, 0.0), (-_ROOT, -_HALF), (-_HALF, -_ROOT),
)  # fmt: skip


def _phone(canvas: Canvas) -> None:
    canvas.rect((1276, 266, 264, 500), GREY, radius=40)
    canvas.rect((1292, 300, 232, 432), PAPER, radius=16)
    canvas.rect((1368, 278, 80, 10), SILVER, radius=5)
    canvas.say("999", (1408, 390), Type(size=84, ink=BLUE, ground=PAPER, anchor="mm"))
    for row in range(2):
        for column in range(3):
            canvas.disc((1344 + 64 * column, 492 + 62 * row), 22, MIST)
    canvas.disc((1408, 664), 44, TURQUOISE)
    receiver(canvas, (1408, 664), 52, WHITE)


def not_sharing_can_hurt(canvas: Canvas) -> None:
    """A jigsaw with one piece missing; the piece lies beside it."""
    size, left, top = 196, 764, 96
    canvas.rect((left - 32, top - 32, 3 * size + 64, 3 * size + 64), NIGHT, radius=24)
    fills = ((PURPLE, TURQUOISE, LILAC), (APRICOT, NIGHT, ORANGE), (TURQUOISE, PURPLE, APRICOT))
    cells = [(row, column) for row in range(3) for column in range(3) if (row, column) != (1, 1)]
    pieces = [
        ((left + column * size, top + row * size), _grid_piece(row, column, fills[row][column]))
        for row, column in cells
    ]
    for at, one in pieces:
        piece(canvas, at, size, one)
    for at, one in pieces:
        seam(canvas, at, size, one, colour=NIGHT)
    lost = Piece(fill=WHITE, top=1, right=-1, bottom=1, left=-1, turn=16)
    piece(canvas, (1384, 520), 176, lost)


def _grid_piece(row: int, column: int, fill: tuple[int, int, int]) -> Piece:
    """Rows and columns of three that lock into each other; the middle one has knobs up and down."""
    knob = 1 if (row + column) % 2 == 0 else -1
    return Piece(
        fill=fill,
        top=knob if row else 0,
        bottom=knob if row < 2 else 0,
        left=-knob if column else 0,
        right=-knob if column < 2 else 0,
    )


def small_pieces_full_picture(canvas: Canvas) -> None:
    """Four pieces, named after four services, locked into one square."""
    size, left, top = 340, 850, 68
    pieces = (
        ("School", WHITE, Piece(fill=BLUE, right=1, bottom=-1), (0, 0)),
        ("Health", WHITE, Piece(fill=PINK, left=-1, bottom=1), (1, 0)),
        ("Police", WHITE, Piece(fill=GREY, top=1, right=-1), (0, 1)),
        ("Social care", BLUE, Piece(fill=WHITE, top=-1, left=1), (1, 1)),
    )
    for _, _, one, (column, row) in pieces:
        piece(canvas, (left + column * size, top + row * size), size, one)
    for name, ink, one, (column, row) in pieces:
        at = (left + column * size, top + row * size)
        seam(canvas, at, size, one, colour=LILAC)
        style = Type(size=42, ink=ink, ground=one.fill, anchor="mm")
        canvas.say(name, (at[0] + size / 2, at[1] + size * (0.7 if row else 0.3)), style)
