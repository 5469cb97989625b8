"""Things that appear in several scenes: a tick, a sheet of paper, a pin, a jigsaw piece, plants."""

import math
from dataclasses import dataclass

from docs.pictures.canvas import Box, Canvas, Point, Type
from docs.pictures.palette import GREY, ORANGE, SILVER, TURQUOISE, WHITE, Colour, mix


def tick(canvas: Canvas, centre: Point, size: float, colour: Colour) -> None:
    """Draw a tick about `size` wide."""
    x, y = centre
    points = [
        (x - size * 0.48, y + size * 0.02),
        (x - size * 0.12, y + size * 0.36),
        (x + size * 0.5, y - size * 0.36),
    ]
    canvas.stroke(points, size * 0.17, colour)


def sheet(canvas: Canvas, box: Box, fill: Colour = WHITE) -> None:
    """Draw a sheet of paper with a soft edge below and to the right."""
    left, top, width, height = box
    canvas.rect((left + 14, top + 14, width, height), mix(GREY, WHITE, 0.45), radius=10)
    canvas.rect(box, fill, radius=10)


def receiver(canvas: Canvas, centre: Point, size: float, colour: Colour) -> None:
    """Draw a telephone receiver about `size` wide, its ends up and to the right."""
    x, y = centre
    reach = size * 0.5
    box = (x - reach * 0.8, y - reach * 1.1, 2 * reach, 2 * reach)
    canvas.arc(box, (62, 208), (size * 0.26, colour))
    canvas.disc((x - reach * 0.55, y - reach * 0.5), size * 0.19, colour)
    canvas.disc((x + reach * 0.5, y + reach * 0.56), size * 0.19, colour)


def rules(canvas: Canvas, box: Box, count: int, colour: Colour = SILVER) -> None:
    """Draw lines that stand for text, the last one short."""
    left, top, width, height = box
    step = height / count
    for index in range(count):
        share = 0.58 if index == count - 1 else 1
        y = top + step * (index + 0.5)
        canvas.stroke([(left, y), (left + width * share, y)], 12, colour)


def pin(canvas: Canvas, centre: Point, colour: Colour = ORANGE) -> None:
    """Draw the round head of a drawing pin."""
    canvas.disc((centre[0] + 3, centre[1] + 4), 15, mix(GREY, WHITE, 0.3))
    canvas.disc(centre, 15, colour)
    canvas.disc((centre[0] - 5, centre[1] - 5), 4, WHITE)


def plant(canvas: Canvas, base: Point, height: float) -> None:
    """Draw a plant in a pot that stands on `base`."""
    x, y = base
    u = height / 100
    for dx, top in ((-26, -74), (0, -98), (26, -80)):
        canvas.stroke([(x, y - 30 * u), (x + dx * u, y + top * u)], 5 * u, TURQUOISE)
        canvas.oval((x + (dx - 12) * u, y + (top - 14) * u, 24 * u, 40 * u), TURQUOISE)
    pot = [(-26, -38), (26, -38), (19, 0), (-19, 0)]
    canvas.shape([(x + dx * u, y + dy * u) for dx, dy in pot], ORANGE)


@dataclass(frozen=True, kw_only=True, slots=True)
class Piece:
    """One piece of a jigsaw: a knob (1), a hole (-1) or a straight side (0) per side."""

    fill: Colour
    top: int = 0
    right: int = 0
    bottom: int = 0
    left: int = 0
    turn: float = 0
    """Degrees clockwise about its middle."""


def piece(canvas: Canvas, at: Point, size: float, piece: Piece) -> None:
    """Draw a piece whose body's upper left corner is `at`; holes show what is behind."""
    canvas.shape(_outline(at, size, piece), piece.fill)


def seam(canvas: Canvas, at: Point, size: float, piece: Piece, *, colour: Colour) -> None:
    """Draw a piece's edge; after all pieces are there it tells them apart."""
    outline = _outline(at, size, piece)
    canvas.stroke([*outline, outline[0]], 7, colour)


def _outline(at: Point, size: float, piece: Piece) -> list[Point]:
    x, y = at
    corners = [(x, y), (x + size, y), (x + size, y + size), (x, y + size)]
    sides = (piece.top, piece.right, piece.bottom, piece.left)
    outline: list[Point] = []
    for index, knob in enumerate(sides):
        outline += _side(corners[index], corners[(index + 1) % 4], knob)
    return _turned(outline, (x + size / 2, y + size / 2), piece.turn)


def _turned(points: list[Point], centre: Point, degrees: float) -> list[Point]:
    if not degrees:
        return points
    cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    offsets = [(x - centre[0], y - centre[1]) for x, y in points]
    return [(centre[0] + a * cos - b * sin, centre[1] + a * sin + b * cos) for a, b in offsets]


def _side(start: Point, end: Point, knob: int) -> list[Point]:
    """Walk one side clockwise; a knob bulges to the left of the walk, which is outwards."""
    if not knob:
        return [start]
    dx, dy = end[0] - start[0], end[1] - start[1]
    bulge = [(0.5 + _RADIUS * a, knob * (_LIFT + _RADIUS * b)) for a, b in _KNOB]
    points = [
        (start[0] + dx * along + dy * out, start[1] + dy * along - dx * out) for along, out in bulge
    ]
    return [start, *points]


def _knob() -> list[Point]:
    """Three quarters of a circle on a neck, in units of the knob's radius."""
    angles = [math.radians(215 - 250 * step / 40) for step in range(41)]
    circle = [(math.cos(angle), math.sin(angle)) for angle in angles]
    neck = (circle[0][0] * 0.86, -_LIFT / _RADIUS)
    return [neck, *circle, (-neck[0], neck[1])]


_RADIUS, _LIFT = 0.135, 0.1
"""Of a knob, and of its middle above the side, as shares of the piece's size."""
_KNOB = _knob()


def plate(canvas: Canvas, box: Box, text: str, style: Type) -> None:
    """Draw a label: a filled box in the type's ground with the text in its middle."""
    left, top, width, height = box
    canvas.rect(box, style.ground, radius=12)
    canvas.say(text, (left + width / 2, top + height / 2), style)
