"""The canvas refuses lettering that somebody could not read."""

import pytest

from docs.pictures.canvas import Canvas, Type, Unreadable
from docs.pictures.palette import BLUE, GREY, ORANGE, TURQUOISE, WHITE, contrast, from_hex, mix

STYLE = Type(size=60, ink=BLUE, ground=WHITE)


def test_lettering_on_its_declared_ground_is_remembered() -> None:
    canvas = Canvas(WHITE)
    canvas.say("Step 1", (100, 100), STYLE)
    canvas.finish()
    assert [(one.text, one.said) for one in canvas.letterings] == [("Step 1", "Step 1")]


def test_lettering_that_declares_the_wrong_ground_is_refused() -> None:
    with pytest.raises(Unreadable, match="'Step 1' does not stand on its declared ground"):
        Canvas(GREY).say("Step 1", (100, 100), STYLE)


def test_lettering_across_a_shape_is_refused() -> None:
    canvas = Canvas(WHITE)
    canvas.disc((180, 100), 20, ORANGE)
    with pytest.raises(Unreadable, match="'Step 1' does not stand on its declared ground"):
        canvas.say("Step 1", (100, 100), STYLE)


def test_lettering_across_other_lettering_is_refused() -> None:
    canvas = Canvas(WHITE)
    canvas.say("Step 1", (100, 100), STYLE)
    with pytest.raises(Unreadable, match="'Step 2' does not stand on its declared ground"):
        canvas.say("Step 2", (120, 110), STYLE)


def test_lettering_over_the_edge_is_refused() -> None:
    with pytest.raises(Unreadable, match="'Step 1' reaches over the edge"):
        Canvas(WHITE).say("Step 1", (1500, 100), STYLE)


def test_lettering_that_is_covered_later_is_refused() -> None:
    canvas = Canvas(WHITE)
    canvas.say("Step 1", (100, 100), STYLE)
    canvas.rect((90, 90, 60, 20), TURQUOISE)
    with pytest.raises(Unreadable, match="'Step 1' is covered"):
        canvas.finish()


@pytest.mark.parametrize(
    ("ink", "ground", "ratio"),
    [
        ("#000000", "#FFFFFF", 21.0),
        ("#12436D", "#FFFFFF", 10.25),
        ("#FFFFFF", "#28A197", 3.17),
        ("#801650", "#FFFFFF", 9.77),
        ("#F46A25", "#FFFFFF", 3.03),
    ],
)
def test_contrast_is_the_ratio_that_the_palette_s_makers_state(
    ink: str, ground: str, ratio: float
) -> None:
    assert contrast(from_hex(ink), from_hex(ground)) == pytest.approx(ratio, abs=0.01)


def test_a_tint_lies_between_its_two_colours() -> None:
    assert mix((0, 0, 0), (200, 100, 50), 0.5) == (100, 50, 25)
