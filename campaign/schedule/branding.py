"""The template by which partners' logos are placed on pictures."""

from typing import Literal

from pydantic import Field

from campaign.schedule.parts import Strict

Corner = Literal["top-left", "top-right", "bottom-left", "bottom-right"]
CORNERS: tuple[Corner, ...] = ("top-left", "top-right", "bottom-left", "bottom-right")


class Branding(Strict):
    """Where a logo stands on a picture, how large, and how much room it has."""

    position: Corner = Field(default="bottom-right", description="A picture may say another.")
    size: int = Field(
        default=18, ge=5, le=40, description="Most of the picture's width and height, in percent."
    )
    clear_space: int = Field(
        default=25, ge=5, le=100, description="Room on every side, in percent of the logo's height."
    )
    minimum: int = Field(
        default=120, ge=32, le=1000, description="Pixels of the longer side that it needs at least."
    )
    plate: Literal["auto", "always", "never"] = Field(
        default="auto",
        description="A plain field under the logo: auto, where it could not be seen without.",
    )
