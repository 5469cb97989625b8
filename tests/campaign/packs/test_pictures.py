import io

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from campaign.packs.pictures import in_shape, without_metadata
from connectors.contract import PictureShape

BLUE, ORANGE = (18, 67, 109), (244, 106, 37)


SQUARE, UPRIGHT = PictureShape.SQUARE, PictureShape.UPRIGHT
LANDSCAPE, STORY = PictureShape.LANDSCAPE, PictureShape.STORY


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
    assert in_shape(b"....ftyp", "video/mp4", PictureShape.SQUARE) is None


def made_of(width: int, height: int, frame: int = 1) -> dict[PictureShape, Image.Image]:
    """The shapes of an orange picture with a blue frame, opened."""
    whole = Image.new("RGB", (width, height), BLUE)
    whole.paste(ORANGE, (frame, frame, width - frame, height - frame))
    target = io.BytesIO()
    whole.save(target, format="PNG")
    made = {one: in_shape(target.getvalue(), "image/png", one) for one in PictureShape}
    return {one: opened(content) for one, content in made.items() if content is not None}


def orange_in(made: Image.Image) -> tuple[int, int, int, int] | None:
    """Where the orange part of a picture lies: what is redder than half of it."""
    return made.getchannel("R").point(lambda red: 255 * (red > ORANGE[0] // 2)).getbbox()


def test_a_small_picture_stands_dot_by_dot_on_the_smallest_ground_that_holds_it() -> None:
    made = made_of(40, 20)
    assert {one: (picture.size, orange_in(picture)) for one, picture in made.items()} == {
        SQUARE: ((40, 40), (1, 11, 39, 29)),
        UPRIGHT: ((40, 50), (1, 16, 39, 34)),
        LANDSCAPE: ((40, 22), (1, 2, 39, 20)),
        STORY: ((40, 71), (1, 26, 39, 44)),
    }
    assert {len(one.getcolors() or ()) for one in made.values()} == {2}


def test_a_large_picture_is_scaled_to_what_apps_show_and_stays_whole() -> None:
    made = made_of(2160, 1080, frame=36)
    assert {one: (picture.size, orange_in(picture)) for one, picture in made.items()} == {
        SQUARE: ((1080, 1080), (18, 288, 1062, 792)),
        UPRIGHT: ((1080, 1350), (18, 423, 1062, 927)),
        LANDSCAPE: ((1200, 675), (20, 57, 1180, 617)),
        STORY: ((1080, 1920), (18, 708, 1062, 1212)),
    }
    assert all(one.getpixel((0, 0)) == BLUE for one in made.values())


def test_the_shape_that_a_picture_has_is_not_made_again() -> None:
    assert list(made_of(50, 50)) == [UPRIGHT, LANDSCAPE, STORY]
    assert list(made_of(320, 180)) == [SQUARE, UPRIGHT, STORY]
    assert list(made_of(241, 300)) == [SQUARE, LANDSCAPE, STORY]


def test_the_same_picture_gives_the_same_bytes_when_it_is_made_anew() -> None:
    first = in_shape(picture("PNG"), "image/png", STORY)
    in_shape.cache_clear()
    assert in_shape(picture("PNG"), "image/png", STORY) == first


def test_what_can_be_seen_through_stands_on_white() -> None:
    target = io.BytesIO()
    Image.new("RGBA", (40, 20), (0, 0, 0, 0)).save(target, format="PNG")
    made = in_shape(target.getvalue(), "image/png", SQUARE)
    assert made is not None
    assert opened(made).getpixel((20, 20)) == (255, 255, 255)
