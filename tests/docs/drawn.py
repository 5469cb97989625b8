"""Draws boxes and arrows as an SVG file that asks nothing of any other file."""

from dataclasses import dataclass
from html import escape

WIDTH, HEIGHT = 200, 58
GAP_X, GAP_Y = 46, 44
MARGIN = 16

_STYLE = (
    "text{font:14px system-ui,sans-serif;fill:#0b0c0c}text.small{font-size:11.5px;fill:#484f56}"
    "rect.box{fill:#fff;stroke:#1d5a8a;stroke-width:1.5}rect.paper{fill:#f6f8fa}"
    "line{stroke:#1d5a8a;stroke-width:1.5}"
)
_HEAD = (
    '<marker id="head" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="8" markerHeight="8" '
    'orient="auto"><path d="M0 0L10 5L0 10z" fill="#1d5a8a"/></marker>'
)


@dataclass(frozen=True, kw_only=True)
class Box:
    """A box on the grid, with a line of words and perhaps a smaller one below."""

    column: float
    row: float
    words: tuple[str, ...]

    @property
    def x(self) -> float:
        """Its left side."""
        return MARGIN + self.column * (WIDTH + GAP_X)

    @property
    def y(self) -> float:
        """Its upper side."""
        return MARGIN + self.row * (HEIGHT + GAP_Y)


def drawing(boxes: dict[str, Box], arrows: list[tuple[str, str]], title: str) -> str:
    """Return the file; an arrow to a box that is not there is an error."""
    width = max(one.x for one in boxes.values()) + WIDTH + MARGIN
    height = max(one.y for one in boxes.values()) + HEIGHT + MARGIN
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" role="img">',
        f"<title>{escape(title)}</title><style>{_STYLE}</style><defs>{_HEAD}</defs>",
        '<rect class="paper" width="100%" height="100%" rx="8"/>',
        *[_arrow(boxes[start], boxes[end]) for start, end in arrows],
        *[_box(one) for one in boxes.values()],
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _box(box: Box) -> str:
    middle = box.x + WIDTH / 2
    rect = (
        f'<rect class="box" x="{box.x:g}" y="{box.y:g}" width="{WIDTH}" height="{HEIGHT}" rx="6"/>'
    )
    first = box.y + (24 if len(box.words) > 1 else 34)
    lines = [
        f'<text{" class=" + chr(34) + "small" + chr(34) if number else ""} x="{middle:g}" '
        f'y="{first + 19 * number:g}" text-anchor="middle">{escape(line)}</text>'
        for number, line in enumerate(box.words)
    ]
    return "".join([rect, *lines])


def _arrow(start: Box, end: Box) -> str:
    x1, y1 = _edge(start, end)
    x2, y2 = _edge(end, start)
    return f'<line x1="{x1:g}" y1="{y1:g}" x2="{x2:g}" y2="{y2:g}" marker-end="url(#head)"/>'


def _edge(box: Box, other: Box) -> tuple[float, float]:
    """Return where the line between two middles leaves a box."""
    x, y = box.x + WIDTH / 2, box.y + HEIGHT / 2
    dx, dy = other.x - box.x, other.y - box.y
    scale = min(
        (WIDTH / 2) / abs(dx) if dx else float("inf"),
        (HEIGHT / 2) / abs(dy) if dy else float("inf"),
    )
    return round(x + dx * scale, 1), round(y + dy * scale, 1)
