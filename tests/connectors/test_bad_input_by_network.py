"""Every network with every bad input that its check finds before the day, and what it says.

The sentences are literals in `bad_input.toml`, network by network; a network or an input without
its row fails here.
"""

import tomllib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from connectors.contract import AccessRefused, DeliveryKey, Media, OutgoingPost
from tests.connectors.bench import Sample, drawn, open_bench, outcome
from tests.connectors.test_row_by_fault import SAMPLES
from tests.films.shelf import film

SAID: dict[str, dict[str, list[str]]] = tomllib.loads(
    Path(__file__).with_name("bad_input.toml").read_text(encoding="utf-8")
)
FILM = Media(content=film("talk"), media_type="video/mp4", alt_text="They talk.", burnt_in=True)
SQUARE = drawn(0, (600, 600), "JPEG")


def an_unsupported_file(_: Sample) -> list[Media]:
    return [replace(SQUARE, content=b"II*\x00" + b"\x00" * 60, media_type="image/tiff")]


def too_many_pictures(sample: Sample) -> list[Media]:
    return [SQUARE] * (sample.network.documented.max_media + 1)


def a_film_without_captions(_: Sample) -> list[Media]:
    return [replace(FILM, burnt_in=False)]


def a_picture_of_odd_shape(_: Sample) -> list[Media]:
    return [drawn(0, (6000, 20), "JPEG")]


BEFORE_THE_DAY: dict[str, Callable[[Sample], list[Media]]] = {
    "an unsupported file": an_unsupported_file,
    "too many pictures": too_many_pictures,
    "a film without captions": a_film_without_captions,
    "a picture of odd shape": a_picture_of_odd_shape,
}
EVERY_NETWORK = pytest.mark.parametrize("name", SAMPLES)


def post_with(sample: Sample, media: list[Media]) -> OutgoingPost:
    return OutgoingPost(
        delivery_key=DeliveryKey("k"),
        text="Think. Check. Share.",
        language="en",
        media=tuple(media),
        video=sample.video,
    )


def test_every_network_has_a_sentence_for_every_input() -> None:
    inputs = set(BEFORE_THE_DAY)
    assert {name: set(rows) for name, rows in SAID.items()} == dict.fromkeys(SAMPLES, inputs)


@EVERY_NETWORK
@pytest.mark.parametrize("what", BEFORE_THE_DAY)
def test_what_can_be_found_before_the_day_is_found_by_the_check(name: str, what: str) -> None:
    network = SAMPLES[name].network
    post = post_with(SAMPLES[name], BEFORE_THE_DAY[what](SAMPLES[name]))
    found = [one.message for one in network.check(post, network.documented)]
    assert found == SAID[name][what]


def test_a_version_that_has_ended_closes_the_channel_and_says_what_to_set() -> None:
    with open_bench(SAMPLES["linkedin"]) as bench:
        connector = bench.connect(replace(bench.access(), api_version="202401"))
        bench.opened.append(connector)
        end = outcome(connector, bench.post())
        assert isinstance(end, AccessRefused)
        assert "CAMPAIGN_API_VERSION__LINKEDIN" in str(end)
        assert bench.stored() == []
