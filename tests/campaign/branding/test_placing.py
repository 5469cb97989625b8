"""Where the logo stands, how large, and whether it can be seen."""

from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from campaign.branding.contrast import outline_contrast, own_contrast
from campaign.branding.logos import Logo, read_logo
from campaign.branding.placing import place
from campaign.branding.svg import LogoError
from campaign.schedule.branding import CORNERS, Branding, Corner
from tests.campaign.branding.pictures import (
    NAVY,
    SVG_LOGO,
    TEAL,
    WHITE,
    opened,
    plain,
    png_logo,
    saved,
)

TEMPLATE = Branding()


@pytest.fixture
def white(tmp_path: Path) -> Logo:
    (tmp_path / "white.png").write_bytes(png_logo())
    return read_logo(tmp_path / "white.png")


@pytest.fixture
def drawn(tmp_path: Path) -> Logo:
    (tmp_path / "drawn.svg").write_text(SVG_LOGO)
    return read_logo(tmp_path / "drawn.svg")


def test_contrast_is_that_of_wcag() -> None:
    ground = Image.new("RGB", (90, 30), NAVY)
    logo = opened(png_logo((90, 30)))
    assert outline_contrast(logo, ground) == pytest.approx(10.25, abs=0.01)
    assert own_contrast(ground) == 1.0


def test_a_logo_with_its_own_ground_is_told_from_any_other() -> None:
    white = Image.new("RGBA", (9, 9), (*WHITE, 255))
    assert outline_contrast(white, Image.new("RGB", (9, 9), WHITE)) == 21.0


@pytest.mark.parametrize(
    ("corner", "box"),
    [
        ("top-left", (24, 24, 312, 120)),
        ("top-right", (1288, 24, 1576, 120)),
        ("bottom-left", (24, 780, 312, 876)),
        ("bottom-right", (1288, 780, 1576, 876)),
    ],
)
def test_it_stands_in_its_corner_with_room_around_it(
    white: Logo, corner: Corner, box: tuple[int, int, int, int]
) -> None:
    placed = place(plain(), "image/png", white, TEMPLATE, corner)
    assert placed.box == box
    made = opened(placed.content).convert("RGB")
    assert made.getpixel((box[0] + 40, box[1] + 40)) == WHITE
    assert made.getpixel((800, 450)) == NAVY
    assert not placed.plate


def test_it_gets_a_plate_where_it_could_not_be_seen(white: Logo) -> None:
    placed = place(plain(colour=WHITE), "image/png", white, TEMPLATE, "top-left")
    assert placed.plate
    assert placed.contrast > 15
    made = opened(placed.content)
    assert made.getpixel((2, 2)) == (11, 12, 12)
    assert made.getpixel((400, 400)) == WHITE


def test_it_gets_a_plate_where_an_edge_runs_through_its_ground(white: Logo) -> None:
    picture = opened(plain())
    ImageDraw.Draw(picture).rectangle((0, 60, 1600, 900), fill=TEAL)
    assert place(saved(picture), "image/png", white, TEMPLATE, "top-left").plate
    never = Branding(plate="never")
    with pytest.raises(LogoError, match="too busy where the logo stands"):
        place(saved(picture), "image/png", white, never, "top-left")


def test_without_a_plate_the_measured_contrast_is_told(white: Logo) -> None:
    with pytest.raises(LogoError, match=r"with a contrast of 1\.0:1 only, and 3:1 is the least"):
        place(plain(colour=WHITE), "image/png", white, Branding(plate="never"), "top-left")


def test_a_small_picture_makes_no_small_logo(white: Logo) -> None:
    placed = place(plain((300, 200)), "image/png", white, TEMPLATE, "top-left")
    assert placed.box[2] - placed.box[0] == 120
    with pytest.raises(
        LogoError, match="has 200 by 100 pixels, too few for a logo of at least 120"
    ):
        place(plain((200, 100)), "image/png", white, TEMPLATE, "top-left")


def test_a_png_is_never_enlarged_and_an_svg_is_drawn_sharp(tmp_path: Path, drawn: Logo) -> None:
    (tmp_path / "small.png").write_bytes(png_logo((300, 100)))
    large = plain((2000, 1200))
    box = place(large, "image/png", read_logo(tmp_path / "small.png"), TEMPLATE, "top-left").box
    assert box[2] - box[0] == 300
    box = place(large, "image/png", drawn, TEMPLATE, "top-left").box
    assert box[2] - box[0] == 360


def test_the_format_stays_and_the_bytes_are_the_same_each_time(drawn: Logo) -> None:
    photo = saved(opened(plain()), "JPEG")
    placed = place(photo, "image/jpeg", drawn, TEMPLATE, "top-left")
    assert opened(placed.content).format == "JPEG"
    place.cache_clear()
    assert place(photo, "image/jpeg", drawn, TEMPLATE, "top-left").sha256 == placed.sha256


def test_on_a_film_or_a_gif_no_logo_stands(drawn: Logo) -> None:
    with pytest.raises(LogoError, match="is no PNG, JPEG or WebP picture"):
        place(b"GIF89a", "image/gif", drawn, TEMPLATE, "top-left")


def test_every_corner_of_the_template_is_known() -> None:
    assert CORNERS == ("top-left", "top-right", "bottom-left", "bottom-right")
