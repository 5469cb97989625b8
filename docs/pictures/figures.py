"""People for the scenes: faces without features, so that nobody in particular is meant."""

from dataclasses import dataclass

from docs.pictures.canvas import Canvas, Point
from docs.pictures.palette import GREY, WHITE, Colour, mix


@dataclass(frozen=True, kw_only=True, slots=True)
class Person:
    """What one person looks like from the chest up."""

    skin: Colour
    top: Colour
    hair: Colour = GREY
    style: str = "short"
    """short, bun, long, curly, scarf, bald."""
    collar: Colour = WHITE


def bust(canvas: Canvas, person: Person, *, base: Point, height: float) -> None:
    """Draw a person whose chest ends at `base` (the middle of the lower edge)."""
    x, y = base
    u = height / 400
    _behind(canvas, person, (x, y), u)
    canvas.rect(
        (x - 128 * u, y - 196 * u, 256 * u, 196 * u), person.top, radius=92 * u, top_only=True
    )
    shade = mix(person.skin, GREY, 0.22)
    if person.style != "scarf":
        neck = [(x - 58 * u, y - 197 * u), (x + 58 * u, y - 197 * u), (x, y - 128 * u)]
        canvas.shape(neck, person.collar)
    canvas.rect((x - 32 * u, y - 256 * u, 64 * u, 84 * u), shade, radius=30 * u)
    _head(canvas, person, (x, y - 296 * u), u)


def arm(canvas: Canvas, person: Person, path: list[Point], *, width: float) -> None:
    """Draw an arm along the path, sleeve first, with a hand at the last point."""
    canvas.stroke(path, width, person.top)
    canvas.disc(path[-1], width * 0.56, person.skin)


def _behind(canvas: Canvas, person: Person, base: Point, u: float) -> None:
    x, y = base
    if person.style == "long":
        canvas.rect((x - 84 * u, y - 384 * u, 168 * u, 236 * u), person.hair, radius=80 * u)
    if person.style == "bun":
        canvas.disc((x, y - 392 * u), 40 * u, person.hair)
    if person.style == "curly":
        for dx, dy in ((-66, -300), (66, -300), (-62, -352), (62, -352), (-26, -386), (28, -386)):
            canvas.disc((x + dx * u, y + dy * u), 42 * u, person.hair)


def _head(canvas: Canvas, person: Person, centre: Point, u: float) -> None:
    x, y = centre
    if person.style == "scarf":
        _scarf(canvas, person, centre, u)
        return
    if person.style != "long":
        for side in (-1, 1):
            canvas.oval((x + (side * 66 - 13) * u, y - 10 * u, 26 * u, 40 * u), person.skin)
    canvas.oval((x - 67 * u, y - 82 * u, 134 * u, 164 * u), person.skin)
    if person.style != "bald":
        canvas.wedge((x - 71 * u, y - 90 * u, 142 * u, 150 * u), (180, 360), person.hair)
        _fringe(canvas, person, centre, u)


def _fringe(canvas: Canvas, person: Person, centre: Point, u: float) -> None:
    x, y = centre
    if person.style in {"short", "curly"}:
        canvas.oval((x - 71 * u, y - 44 * u, 84 * u, 50 * u), person.hair)
        canvas.oval((x - 10 * u, y - 40 * u, 81 * u, 44 * u), person.hair)
        canvas.oval((x - 40 * u, y - 14 * u, 96 * u, 60 * u), person.skin)
    else:
        canvas.oval((x - 66 * u, y - 48 * u, 132 * u, 128 * u), person.skin)


def _scarf(canvas: Canvas, person: Person, centre: Point, u: float) -> None:
    x, y = centre
    canvas.oval((x - 86 * u, y - 100 * u, 172 * u, 212 * u), person.hair)
    canvas.oval((x - 112 * u, y + 44 * u, 224 * u, 116 * u), person.hair)
    canvas.rect((x - 84 * u, y, 168 * u, 100 * u), person.hair)
    canvas.oval((x - 58 * u, y - 70 * u, 116 * u, 146 * u), person.skin)
