"""The sample's pictures: drawn by the script, readable, and described for who cannot see them."""

import io
from functools import cache

import pytest
from PIL import Image, ImageChops

from campaign.content.post import Post
from docs.pictures.canvas import Canvas
from docs.pictures.draw import POSTS, draw
from docs.pictures.palette import contrast
from docs.pictures.pictures import PICTURES

CARDS = {"plan-before-you-need-it", "partner-pack"}
"""Posts whose picture is the one of the link's card; the card's title stands for it."""
WITH_ALT = sorted(set(PICTURES) - CARDS)
NOTICEABLE = 40
"""Of 255 levels. Another version of the font renderer may shade an edge by less."""


@cache
def drawn(name: str) -> tuple[Canvas, Image.Image]:
    canvas = draw(*PICTURES[name])
    return canvas, canvas.finish()


def pixels_that_differ(one: Image.Image, other: Image.Image) -> int:
    worst = ImageChops.difference(one, other).split()
    brightest = ImageChops.lighter(ImageChops.lighter(worst[0], worst[1]), worst[2])
    return sum(brightest.histogram()[NOTICEABLE + 1 :])


def committed(name: str) -> Image.Image:
    return Image.open(io.BytesIO((POSTS / name / f"{name}.png").read_bytes())).convert("RGB")


def test_every_post_has_a_picture_of_its_own(posts: dict[str, Post]) -> None:
    assert set(PICTURES) == set(posts)
    assert {name for name, post in posts.items() if [m.file for m in post.media]} == set(WITH_ALT)
    assert {name for name, post in posts.items() if post.link and post.link.image} == CARDS


@pytest.mark.parametrize("name", PICTURES)
def test_the_script_draws_the_picture_that_is_in_the_folder(name: str) -> None:
    assert pixels_that_differ(drawn(name)[1], committed(name)) <= 100


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_is_1600_by_900_and_below_150_kilobytes(name: str) -> None:
    assert committed(name).size == (1600, 900)
    assert (POSTS / name / f"{name}.png").stat().st_size < 150_000


@pytest.mark.parametrize("name", PICTURES)
def test_all_lettering_has_the_contrast_that_small_text_needs(name: str) -> None:
    types = [one.type for one in drawn(name)[0].letterings]
    assert len(types) >= 5
    assert min(contrast(one.ink, one.ground) for one in types) >= 4.5


@pytest.mark.parametrize("name", PICTURES)
def test_no_lettering_is_smaller_than_24_pixels(name: str) -> None:
    assert min(one.type.size for one in drawn(name)[0].letterings) >= 24


@pytest.mark.parametrize("name", PICTURES)
def test_every_picture_is_marked_as_a_sample_of_the_campaign(name: str) -> None:
    texts = [one.text for one in drawn(name)[0].letterings]
    assert texts[-2:] == ["Think. Check. Share.", "Sample"]


@pytest.mark.parametrize("name", WITH_ALT)
def test_the_alternative_text_has_every_word_of_the_picture(
    name: str, posts: dict[str, Post]
) -> None:
    alt = posts[name].media[0].alt.lower()
    letterings = drawn(name)[0].letterings
    assert [one.text for one in letterings if one.said.lower() not in alt] == []


@pytest.mark.parametrize("name", WITH_ALT)
def test_the_alternative_text_is_short_and_says_what_is_seen(
    name: str, posts: dict[str, Post]
) -> None:
    alt = posts[name].media[0].alt
    assert 80 < len(alt) < 300
    assert not alt.lower().startswith(("image", "picture", "photo", "illustration", "graphic"))
    assert ".png" not in alt


def test_a_changed_word_is_noticed() -> None:
    scene, words = PICTURES["the-ten-steps"]
    other = Canvas(words.ground)
    scene(other)
    assert pixels_that_differ(drawn("the-ten-steps")[1], other.finish()) > 10_000


def test_drawing_twice_gives_the_same_picture() -> None:
    scene, words = PICTURES["three-words"]
    again = draw(scene, words).finish()
    assert again.tobytes() == drawn("three-words")[1].tobytes()
