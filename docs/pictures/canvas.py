"""Drawing with smooth edges and lettering that answers for itself.

Everything is drawn three times too large and then shrunk. Lettering declares its ink and its
ground; the canvas refuses text that does not stand on exactly that ground, that reaches over the
edge, or that something covers later. So a picture that was drawn has no clipped or crossed letter.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import matplotlib as mpl
from PIL import Image, ImageDraw, ImageFont

from docs.pictures.palette import Colour

WIDTH, HEIGHT = 1600, 900
SCALE = 3
CLEARANCE = 5
FONTS = Path(mpl.get_data_path()) / "fonts" / "ttf"

Point = tuple[float, float]
Box = tuple[float, float, float, float]
"""Left, top, width, height."""


class Unreadable(Exception):  # noqa: N818 - says what the lettering would be
    """Lettering would be crossed, clipped or covered; the message names it and the reason."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Type:
    """How lettering looks: size in pixels of the finished picture, ink, and what is behind it."""

    size: int
    ink: Colour
    ground: Colour
    bold: bool = True
    anchor: str = "lm"
    """Pillow's anchor: horizontal l, m or r, then vertical m (middle)."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Lettering:
    """One line of text as drawn."""

    text: str
    said: str
    """The words that stand for it in the alternative text."""
    type: Type
    box: tuple[int, int, int, int]
    pixels: bytes


class Canvas:
    """A picture in the making; coordinates are those of the finished 1600 by 900."""

    def __init__(self, ground: Colour) -> None:
        self.ground = ground
        self.letterings: list[Lettering] = []
        self._image = Image.new("RGB", (WIDTH * SCALE, HEIGHT * SCALE), ground)
        self._draw = ImageDraw.Draw(self._image)

    def rect(self, box: Box, fill: Colour, *, radius: float = 0, top_only: bool = False) -> None:
        """Fill a rectangle, with round corners where a radius is given."""
        left, top, width, height = box
        corners = (True, True, False, False) if top_only else (True, True, True, True)
        self._draw.rounded_rectangle(
            _scaled([(left, top), (left + width, top + height)], less=1),
            radius * SCALE,
            fill,
            corners=corners,
        )

    def disc(self, centre: Point, radius: float, fill: Colour) -> None:
        """Fill a circle."""
        self.oval((centre[0] - radius, centre[1] - radius, 2 * radius, 2 * radius), fill)

    def oval(self, box: Box, fill: Colour) -> None:
        """Fill the oval that fits the box."""
        left, top, width, height = box
        self._draw.ellipse(_scaled([(left, top), (left + width, top + height)], less=1), fill)

    def wedge(self, box: Box, degrees: tuple[float, float], fill: Colour) -> None:
        """Fill a slice of the oval that fits the box; 0 degrees is at three o'clock, clockwise."""
        left, top, width, height = box
        corners = _scaled([(left, top), (left + width, top + height)], less=1)
        self._draw.pieslice(corners, degrees[0], degrees[1], fill)

    def arc(self, box: Box, degrees: tuple[float, float], stroke: tuple[float, Colour]) -> None:
        """Draw part of an oval's edge with a stroke (width, colour), inside the box."""
        left, top, width, height = box
        corners = _scaled([(left, top), (left + width, top + height)], less=1)
        self._draw.arc(corners, degrees[0], degrees[1], stroke[1], round(stroke[0] * SCALE))

    def shape(self, points: Sequence[Point], fill: Colour) -> None:
        """Fill a polygon."""
        self._draw.polygon(_scaled(points), fill)

    def stroke(self, points: Sequence[Point], width: float, fill: Colour) -> None:
        """Draw a line through the points with round ends and corners."""
        self._draw.line(_scaled(points), fill, round(width * SCALE), joint="curve")
        for point in points:
            self.disc(point, width / 2, fill)

    def say(self, text: str, at: Point, style: Type, *, said: str | None = None) -> None:
        """Letter one line and remember it; raise `Unreadable` where it would not be readable."""
        font = typeface(style.size * SCALE, bold=style.bold)
        x, y = round(at[0] * SCALE), round(at[1] * SCALE)
        edges = self._draw.textbbox((x, y), text, font, style.anchor)
        box = _padded(edges)
        self._insist_on_clear_ground(text, box, style.ground)
        self._draw.text((x, y), text, style.ink, font, style.anchor)
        pixels = self._image.crop(box).tobytes()
        self.letterings.append(
            Lettering(text=text, said=said or text, type=style, box=box, pixels=pixels)
        )

    def finish(self) -> Image.Image:
        """Return the finished picture; raise `Unreadable` where a letter was covered later."""
        for one in self.letterings:
            if self._image.crop(one.box).tobytes() != one.pixels:
                raise Unreadable(f"'{one.text}' is covered by something drawn after it")
        return self._image.reduce(SCALE)

    def _insist_on_clear_ground(
        self, text: str, box: tuple[int, int, int, int], ground: Colour
    ) -> None:
        left, top, right, bottom = box
        if left < 0 or top < 0 or right > WIDTH * SCALE or bottom > HEIGHT * SCALE:
            raise Unreadable(f"'{text}' reaches over the edge of the picture")
        if self._image.crop(box).getcolors(1) != [((right - left) * (bottom - top), ground)]:
            raise Unreadable(f"'{text}' does not stand on its declared ground alone")


def typeface(size: int, *, bold: bool) -> ImageFont.FreeTypeFont:
    """Load DejaVu Sans from matplotlib, so that the pictures can be drawn on any machine."""
    name = "DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf"
    return ImageFont.truetype(FONTS / name, size, layout_engine=ImageFont.Layout.BASIC)


def _scaled(points: Sequence[Point], *, less: int = 0) -> list[Point]:
    scaled = [(x * SCALE, y * SCALE) for x, y in points]
    if less:
        x, y = scaled[-1]
        scaled[-1] = (x - less, y - less)
    return scaled


def _padded(edges: tuple[float, float, float, float]) -> tuple[int, int, int, int]:
    pad = CLEARANCE * SCALE
    left, top, right, bottom = (round(edge) for edge in edges)
    return left - pad, top - pad, right + pad, bottom + pad
