"""Names the shapes in which networks show pictures; each network says which of them it wants.

What is wanted stands in `Capabilities.picture_shapes`, with its source. A square goes everywhere,
alone and among others. Public bodies' packs for partners hold square pictures for Instagram and
Facebook, wide ones for X and upright ones for stories ("Check before you share" toolkit,
dcmsblog.uk).
"""

from enum import StrEnum


class PictureShape(StrEnum):
    """A shape of a picture, by what files and addresses call it."""

    SQUARE = "square"
    UPRIGHT = "upright"
    LANDSCAPE = "landscape"
    STORY = "story"

    @property
    def largest(self) -> tuple[int, int]:
        """Width and height in pixels that the networks' apps show; more is scaled down there."""
        return _LARGEST[self]

    @property
    def ratio(self) -> float:
        """Width to height."""
        width, height = self.largest
        return width / height

    @property
    def words(self) -> str:
        """What people call it."""
        return f"{self.value} ({_SPOKEN[self]})"


_LARGEST = {
    PictureShape.SQUARE: (1080, 1080),
    PictureShape.UPRIGHT: (1080, 1350),
    PictureShape.LANDSCAPE: (1200, 675),
    PictureShape.STORY: (1080, 1920),
}
_SPOKEN = {
    PictureShape.SQUARE: "1:1",
    PictureShape.UPRIGHT: "4:5",
    PictureShape.LANDSCAPE: "16:9",
    PictureShape.STORY: "9:16",
}
