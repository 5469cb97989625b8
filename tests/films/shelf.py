"""Small real films, of four seconds where their name says nothing else.

Made with PyAV: libx264 and libvpx-vp9, 90 by 160 pixels, five frames a second, silent AAC.
"""

from functools import cache
from pathlib import Path


@cache
def film(name: str) -> bytes:
    """Return the bytes of a film."""
    return (Path(__file__).parent / f"{name}.mp4").read_bytes()
