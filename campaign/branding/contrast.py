"""Measures how well a logo is told from what is under it.

Contrast is WCAG's: (L1 + 0.05) / (L2 + 0.05) with relative luminances, from 1 to 21; graphics need
3 (success criterion 1.4.11). It is measured along the logo's outline, dot by dot, since what lies
inside stands on the logo's own ground. The logo counts as seen by its worst tenth.
"""

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageChops, ImageFilter

ENOUGH = 3.0
WORST = 10
"""Percentile of the outline's contrasts that has to be enough: a busy picture is no ground."""
CALM = 1.5
"""Most contrast that a logo's ground may have in itself, between its darker and lighter parts; what
is busier, or has an edge running through it, needs a plate."""
_OPAQUE = 128


def own_contrast(ground: Image.Image) -> float:
    """Return the contrast of a ground's darkest twentieth to its lightest: 1 for one colour."""
    found = _luminance(np.asarray(ground.convert("RGB")).reshape(-1, 3))
    darker, lighter = np.percentile(found, (5, 95))
    return float((lighter + 0.05) / (darker + 0.05))


def outline_contrast(logo: Image.Image, ground: Image.Image) -> float:
    """Return the contrast of a logo (RGBA) on its ground (RGB, of the same size).

    A logo without anything transparent brings its own ground and is told from any other: 21.
    """
    solid = logo.getchannel("A").point(lambda value: 255 if value >= _OPAQUE else 0)
    if ImageChops.invert(solid).getbbox() is None:
        return 21.0
    outline = np.asarray(_outline(solid)) > 0
    above = _luminance(np.asarray(logo.convert("RGB"))[outline])
    below = _luminance(np.asarray(ground.convert("RGB"))[outline])
    lighter, darker = np.maximum(above, below), np.minimum(above, below)
    return float(np.percentile((lighter + 0.05) / (darker + 0.05), WORST))


def _outline(solid: Image.Image) -> Image.Image:
    """Return the opaque dots that touch what can be seen through, the logo's own edge included."""
    framed = Image.new("L", (solid.width + 2, solid.height + 2), 0)
    framed.paste(solid, (1, 1))
    inner = framed.filter(ImageFilter.MinFilter(3))
    edge = ImageChops.subtract(framed, inner)
    return edge.crop((1, 1, solid.width + 1, solid.height + 1))


def _luminance(
    colours: NDArray[np.uint8],
) -> NDArray[np.float64]:
    """Return WCAG's relative luminance of sRGB colours (rows of three bytes), from 0 to 1."""
    parts = colours.astype(np.float64) / 255
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    weighed: NDArray[np.float64] = linear @ [0.2126, 0.7152, 0.0722]
    return weighed
