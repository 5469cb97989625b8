"""Draw every picture of the sample into its post's folder: `python -m docs.pictures.draw`.

The same words and colours always give the same picture, and a test compares the pictures in
`posts/` with what this draws, so a picture is changed here and never by hand.
"""

from collections.abc import Callable, Mapping
from pathlib import Path

from docs.pictures.canvas import Canvas
from docs.pictures.frame import Words, sign_off, write
from docs.pictures.pictures import PICTURES

POSTS = Path(__file__).resolve().parents[2] / "posts"

Scene = Callable[[Canvas], None]


def draw(scene: Scene, words: Words) -> Canvas:
    """Return the whole picture on its canvas, lettering remembered."""
    canvas = Canvas(words.ground)
    scene(canvas)
    write(canvas, words)
    sign_off(canvas)
    return canvas


def draw_all(folder: Path, pictures: Mapping[str, tuple[Scene, Words]] = PICTURES) -> list[Path]:
    """Write `folder/ID/ID.png` for every picture and return the files."""
    written = []
    for post, (scene, words) in pictures.items():
        file = folder / post / f"{post}.png"
        file.parent.mkdir(parents=True, exist_ok=True)
        draw(scene, words).finish().save(file, optimize=True)
        written.append(file)
    return written


if __name__ == "__main__":
    draw_all(POSTS)
