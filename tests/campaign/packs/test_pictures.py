import io

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from campaign.packs.pictures import shapes_of, without_metadata

BLUE, ORANGE = (18, 67, 109), (244, 106, 37)


def picture(kind: str, **more: object) -> bytes:
    target = io.BytesIO()
    made = Image.new("RGB", (40, 20), BLUE)
    made.paste(ORANGE, (10, 5, 30, 15))
    made.save(target, format=kind, **more)
    return target.getvalue()


def opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content))


def located() -> Image.Exif:
    """Metadata that say where a picture was taken, and that it lies on its side."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif.get_ifd(0x8825)[1] = "N"
    return exif


@pytest.mark.parametrize(
    ("kind", "media_type"),
    [("JPEG", "image/jpeg"), ("PNG", "image/png"), ("WEBP", "image/webp")],
)
def test_the_place_is_taken_out_and_the_picture_stands_upright(kind: str, media_type: str) -> None:
    clean = opened(without_metadata(picture(kind, exif=located()), media_type))
    assert not clean.getexif()
    assert "exif" not in clean.info
    assert clean.size == (20, 40)
    assert clean.format == kind


def test_what_carries_nothing_stays_byte_for_byte() -> None:
    content = picture("JPEG")
    assert without_metadata(content, "image/jpeg") is content


def test_a_comment_in_a_png_is_taken_out_and_every_dot_stays() -> None:
    notes = PngInfo()
    notes.add_text("Author", "Ama")
    clean = without_metadata(picture("PNG", pnginfo=notes), "image/png")
    assert b"Ama" not in clean
    assert opened(clean).tobytes() == opened(picture("PNG")).tobytes()


def test_a_film_is_not_touched() -> None:
    assert without_metadata(b"....ftyp", "video/mp4") == b"....ftyp"
    assert shapes_of(b"....ftyp", "video/mp4") == {}


def test_other_shapes_get_margins_in_the_colour_of_the_edge() -> None:
    made = {name: opened(one) for name, one in shapes_of(picture("PNG"), "image/png").items()}
    assert {name: one.size for name, one in made.items()} == {
        "square": (40, 40),
        "upright": (32, 40),
    }
    assert made["square"].getpixel((0, 0)) == BLUE
    assert made["square"].getpixel((20, 20)) == ORANGE


def test_a_square_picture_is_made_upright_only() -> None:
    target = io.BytesIO()
    Image.new("RGB", (50, 50), BLUE).save(target, format="PNG")
    assert list(shapes_of(target.getvalue(), "image/png")) == ["upright"]


def test_what_can_be_seen_through_stands_on_white() -> None:
    target = io.BytesIO()
    Image.new("RGBA", (40, 20), (0, 0, 0, 0)).save(target, format="PNG")
    assert opened(shapes_of(target.getvalue(), "image/png")["square"]).getpixel((20, 20)) == (
        255,
        255,
        255,
    )
