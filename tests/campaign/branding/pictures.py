"""Logos and pictures for the tests of co-branding, made and not drawn by anybody."""

import io

from PIL import Image, ImageDraw

WHITE, NAVY, TEAL = (255, 255, 255), (18, 67, 109), (40, 161, 151)

SVG_LOGO = """\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 300 100">
  <circle cx="50" cy="50" r="45" fill="#801650"/>
  <rect x="110" y="20" width="180" height="60" fill="#12436d"/>
</svg>
"""


def png_logo(size: tuple[int, int] = (600, 200), colour: tuple[int, int, int] = WHITE) -> bytes:
    """A disc and a bar on nothing."""
    made = Image.new("RGBA", size, (0, 0, 0, 0))
    draw = ImageDraw.Draw(made)
    draw.ellipse((0, 0, size[1] - 1, size[1] - 1), fill=colour)
    draw.rectangle((size[1] + 20, size[1] // 4, size[0] - 1, size[1] // 2), fill=colour)
    return saved(made)


def plain(size: tuple[int, int] = (1600, 900), colour: tuple[int, int, int] = NAVY) -> bytes:
    return saved(Image.new("RGB", size, colour))


def saved(picture: Image.Image, kind: str = "PNG", **more: object) -> bytes:
    target = io.BytesIO()
    picture.save(target, format=kind, **more)
    return target.getvalue()


def opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content))
