"""What all pictures of the series share: the words on the left and the strip at the foot."""

from dataclasses import dataclass

from docs.pictures.canvas import HEIGHT, WIDTH, Canvas, Point, Type
from docs.pictures.palette import BLUE, GREY, ORANGE, PINK, TURQUOISE, WHITE, Colour

STRIP = 84
FLOOR = HEIGHT - STRIP
"""Where the scene ends and the strip begins."""
LEFT = 72


@dataclass(frozen=True, kw_only=True, slots=True)
class Words:
    """The words of one picture and their colours."""

    kicker: str
    headline: tuple[str, ...]
    """One line each, short enough for the left half."""
    below: tuple[str, ...] = ()
    ground: Colour = WHITE
    ink: Colour = BLUE
    accent: Colour = ORANGE
    """A bar above the kicker; carries no meaning."""


def write(canvas: Canvas, words: Words) -> None:
    """Set kicker, headline and what stands below it, centred in the height left by the strip."""
    height = 76 + 92 * len(words.headline) + (24 + 50 * len(words.below) if words.below else 0)
    top = (FLOOR - height) / 2
    canvas.rect((LEFT, top - 18, 88, 12), words.accent)
    _lines(canvas, (words.kicker,), (LEFT, top + 32), _type(words, 34))
    _lines(canvas, words.headline, (LEFT, top + 122), _type(words, 76))
    below = top + 122 + 92 * len(words.headline) + 4
    _lines(canvas, words.below, (LEFT, below), _type(words, 34, bold=False))


def sign_off(canvas: Canvas) -> None:
    """Draw the strip: three marks, the campaign's name, and the word that says what this is."""
    canvas.rect((0, FLOOR, WIDTH, STRIP), WHITE)
    middle = FLOOR + STRIP / 2
    for index, colour in enumerate((BLUE, TURQUOISE, PINK)):
        canvas.disc((LEFT + 15 + 26 * index, middle), 15, colour)
    name = Type(size=34, ink=BLUE, ground=WHITE)
    canvas.say("Think. Check. Share.", (LEFT + 104, middle), name)
    small = Type(size=24, ink=GREY, ground=WHITE, bold=False, anchor="rm")
    canvas.say("Sample", (WIDTH - LEFT, middle), small)


def _type(words: Words, size: int, *, bold: bool = True) -> Type:
    return Type(size=size, ink=words.ink, ground=words.ground, bold=bold)


def _lines(canvas: Canvas, lines: tuple[str, ...], at: Point, style: Type) -> None:
    leading = 92 if style.size > 50 else 50
    for index, line in enumerate(lines):
        canvas.say(line, (at[0], at[1] + leading * index), style)
