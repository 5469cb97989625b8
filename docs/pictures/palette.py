"""The colours of the sample's pictures, and how far apart two of them are.

The six main colours are those of the Government Analysis Function's chart palette; tints and skin
tones are mixed from them, so that the pictures and the report's charts look like one family.
"""

Colour = tuple[int, int, int]


def from_hex(code: str) -> Colour:
    """Read `#12436D` as red, green and blue, 0 to 255."""
    return int(code[1:3], 16), int(code[3:5], 16), int(code[5:7], 16)


def mix(one: Colour, other: Colour, share: float) -> Colour:
    """Return `one` with the given share (0 to 1) of `other` in it."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue


def contrast(one: Colour, other: Colour) -> float:
    """Return the contrast ratio, 1 to 21, as WCAG 2.2 defines it (relative luminance, sRGB)."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: Colour) -> float:
    red, green, blue = (_linear(part / 255) for part in colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return float(part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4)


BLUE = from_hex("#12436D")
TURQUOISE = from_hex("#28A197")
PINK = from_hex("#801650")
ORANGE = from_hex("#F46A25")
GREY = from_hex("#3D3D3D")
PURPLE = from_hex("#A285D1")
WHITE = from_hex("#FFFFFF")
PAPER = from_hex("#F7F5F1")

MIST = mix(BLUE, WHITE, 0.86)
SEA = mix(TURQUOISE, WHITE, 0.72)
LILAC = mix(PURPLE, WHITE, 0.66)
APRICOT = mix(ORANGE, WHITE, 0.66)
SILVER = mix(GREY, WHITE, 0.74)
NIGHT = mix(BLUE, GREY, 0.55)

# Skin from light to dark: orange with white, then with grey.
PEACH = mix(ORANGE, WHITE, 0.62)
HONEY = mix(mix(ORANGE, GREY, 0.25), WHITE, 0.38)
COPPER = mix(mix(ORANGE, GREY, 0.45), WHITE, 0.12)
COCOA = mix(ORANGE, GREY, 0.72)
